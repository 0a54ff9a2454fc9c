"""Pages on which an old register is brought in: handed in, its columns told, looked at row by row, brought in."""
