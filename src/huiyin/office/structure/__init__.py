"""Pages on which administrators change organisations, their units and their posts."""
