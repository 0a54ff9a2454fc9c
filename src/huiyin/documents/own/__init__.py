"""How organisations word documents themselves."""
