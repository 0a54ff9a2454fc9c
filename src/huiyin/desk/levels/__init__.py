"""Pages about how confidential matters are."""
