"""Scripts for those who work on Huiyin; nothing here is installed."""
