"""Commands about organisations and who works in them."""
