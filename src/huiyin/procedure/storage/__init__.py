"""How what happened is written down and read again, in this form and in older ones."""
