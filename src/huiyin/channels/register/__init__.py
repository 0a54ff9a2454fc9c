"""Bringing in what an old register says of matters under way or closed: its columns, its words, its rows, its papers."""
