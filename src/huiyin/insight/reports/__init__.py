"""Reports on the work of a month, quarter or year that are put up for review, signed and kept as they were signed."""
