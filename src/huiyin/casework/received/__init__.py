"""What was received and from whom: the entry, what was handed in later, how many came."""
