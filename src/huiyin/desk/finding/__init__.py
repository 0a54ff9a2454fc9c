"""Finding a matter from any page: by number, receipt, who brought it, or the words of its texts."""
