"""Pages of the archive room (档案室): files, what is in them, lending, handing over, what may be destroyed."""
