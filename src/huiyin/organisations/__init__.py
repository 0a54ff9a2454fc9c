"""Organisations as a file: what one is made of, what differs from it here, and making it so."""
