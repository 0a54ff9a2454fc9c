"""What staff do with papers beside the actions of the rulebook: correcting issued ones, sealing approved ones."""
