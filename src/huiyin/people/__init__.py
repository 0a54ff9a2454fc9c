"""Organisations, units, posts, accounts and petitioners."""
