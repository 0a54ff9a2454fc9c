"""Pages of the policy library, of groups and their tasks, and of what is kept ready."""
