"""Backups of an installation: made while it works, checked, restored, kept for as long as one wants; and moving to another database."""
