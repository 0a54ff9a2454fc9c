"""Pages of incidents: the report from the scene, the board, statements in public, drills."""
