"""Trying a rulebook out on made-up matters: a seeded simulation through the real door, on a simulated clock."""
