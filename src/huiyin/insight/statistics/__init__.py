"""Figures about the work of an office: shares of matters by what its rulebook counts, never anything about people."""
