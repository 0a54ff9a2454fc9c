"""A first book of an institution's own, written from answers."""
