"""Commands that run an installation and look whether it is fit."""
