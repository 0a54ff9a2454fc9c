"""The append-only store of events: the chain of each case."""
