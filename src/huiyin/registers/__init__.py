"""Registers as offices keep them: columns that are chosen, views that are kept, files and print of all rows."""
