"""What the file of a case must hold when it is archived. Pure."""
