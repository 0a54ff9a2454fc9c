"""Whether a rulebook can be worked under: its state space, the properties, the comparison with the law. Pure."""
