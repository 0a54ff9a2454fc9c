"""Pages about who is on duty and who receives when: a month, plans, swaps, calls."""
