"""SQLite as Django knows it, with the writers of one process waiting in line instead of asking again and again."""
