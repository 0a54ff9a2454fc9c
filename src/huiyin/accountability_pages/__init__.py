"""Pages of accountability: duties that look failed, who read whose data, gifts declared, what is published inside."""
