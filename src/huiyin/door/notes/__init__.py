"""Notes that colleagues write for each other on a case: in the ledger, sealed, and never shown to petitioners."""
