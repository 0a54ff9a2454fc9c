"""My work: what is owed, by whom, until when; putting aside, and how a team stands."""
