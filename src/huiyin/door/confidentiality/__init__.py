"""Setting who may know of a case."""
