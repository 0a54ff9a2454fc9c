"""The actions that are offered on a case: which, why not the rest, and what would follow."""
