"""What is told of cases that came from an old register: their numbers there, and its words."""
