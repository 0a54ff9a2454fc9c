"""How people are called: what a directory holds made ready to be matched, how names sound and are spelt, titles. Pure."""
