"""Papers of a case: what happens to one on its way, and how an issued one is put right."""
