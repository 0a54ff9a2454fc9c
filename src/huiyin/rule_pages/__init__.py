"""The rulebooks as those who work under them read them: text, picture, duties, who may do what, and what is proved."""
