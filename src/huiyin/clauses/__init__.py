"""The register of clauses: which there are, what carries each out, and which tests show it."""
