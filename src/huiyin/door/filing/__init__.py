"""Putting the file of an archived case away."""
