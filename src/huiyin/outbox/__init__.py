"""What must still be told to the world."""
