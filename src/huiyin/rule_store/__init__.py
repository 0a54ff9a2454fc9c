"""Which versions of which rulebooks this installation keeps, and under which one each organisation works, since when."""
