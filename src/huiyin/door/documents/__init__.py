"""Papers on their way: drafted, changed, sent back, approved and numbered, all as events of the case."""
