"""Setting an organisation up on pages, behind the one-time link."""
