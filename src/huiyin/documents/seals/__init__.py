"""Electronic seals of organisations: certificates that sign documents, and what a signed document says of itself."""
