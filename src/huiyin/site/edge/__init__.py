"""What stands between the network and the pages: whose address it is, reading bodies, and threads that only ready requests take."""
