"""What the package of a case holds, and how it is made: one bag, the same bytes for the same file."""
