"""How organisations word papers themselves."""
