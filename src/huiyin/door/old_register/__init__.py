"""Matters of a register that was kept before: where they stand is said by one event, and nothing is recorded as done here."""
