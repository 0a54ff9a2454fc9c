"""Work that is to be done beside the pages: the one table of it, what its names and payloads are, and how it is claimed."""
