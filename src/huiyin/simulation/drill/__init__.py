"""Drills (演练): an incident played on a simulated clock under a rulebook, to see which steps come too late."""
