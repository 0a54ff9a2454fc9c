"""Electronic seals of organisations: certificates that sign papers, and what a signed paper says of itself."""
