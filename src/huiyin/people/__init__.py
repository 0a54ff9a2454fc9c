"""Organisations, units, posts, accounts and petitioners; sealing of personal data."""
