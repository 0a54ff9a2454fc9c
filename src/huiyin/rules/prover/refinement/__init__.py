"""A local book against the law that it extends: whatever it lets happen, the law lets happen too (docs/proofs.md)."""
