"""What can be told of a file by its bytes: of what kind it is, how much it unpacks to, what it would do when it is opened, what is written in it."""
