"""The installation: settings from the environment, addresses, the entry for a web server."""
