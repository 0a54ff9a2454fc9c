"""What is proved of a book, a file for each kind of statement."""
