"""Files that came in before anybody could look them through."""
