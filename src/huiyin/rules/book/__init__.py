"""The vocabulary of a rulebook, reading one from its files, references, errors. Pure."""
