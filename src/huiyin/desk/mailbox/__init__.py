"""Mail that was not taken in by itself: what a person has to look at, and why."""
