"""Who is on duty and who receives when: shifts in turn, reception days of leaders, swaps, and heads called to a reception."""
