"""Lists of cases and duties, a page at a time: registers, worklists, what is unfinished, what may be a repeat."""
