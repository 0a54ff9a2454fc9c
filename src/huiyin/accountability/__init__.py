"""Duties that were failed (责任追究): what the system finds, who read whose data, gifts declared, what is published inside. Never lives of petitioners."""
