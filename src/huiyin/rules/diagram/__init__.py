"""The picture of a procedure. Pure."""
