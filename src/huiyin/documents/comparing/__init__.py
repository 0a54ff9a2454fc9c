"""Whether a text says the same decision as another: that of a signed copy, or of a correction."""
