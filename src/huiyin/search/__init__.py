"""Finding matters by words of their texts, without keeping a word in plain."""
