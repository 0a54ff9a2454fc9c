"""Figures about speed, printed as JSON; nothing here asserts anything about time."""
