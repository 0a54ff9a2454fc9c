"""The past of a case, what would have followed of it under other rules, and in what two courses differ. Pure."""
