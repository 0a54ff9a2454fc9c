"""Recomputing and comparing everything that the database holds."""
