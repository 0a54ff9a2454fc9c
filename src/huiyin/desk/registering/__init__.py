"""Registering what reached the office: the form, what stands beside it, and the receipt."""
