"""What staff do with documents beside the actions of the rulebook: correcting issued ones, sealing approved ones."""
