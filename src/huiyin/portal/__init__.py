"""Pages for petitioners."""
