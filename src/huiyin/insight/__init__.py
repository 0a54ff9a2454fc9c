"""What the register as a whole has to say: what would have been under other rules."""
