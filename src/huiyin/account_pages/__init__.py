"""Pages about one's own account: opening it by an invitation, and what belongs to whoever is signed in."""
