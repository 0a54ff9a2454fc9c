"""How confidential a case is: its levels, who may know of it, and setting them. Pure."""
