"""What follows for cases from what changes beside them: who holds posts, units, holidays, rulebooks, and cases that they are about."""
