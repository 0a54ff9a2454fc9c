"""What lies before whoever decides, and what came back to whoever laid it there."""
