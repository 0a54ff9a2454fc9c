"""Papers before they are issued: their text, what was said at its passages, and what must not be struck out."""
