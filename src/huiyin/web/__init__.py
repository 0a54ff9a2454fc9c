"""What the pages of staff and petitioners share: base template, components, bound fields, the form of a petition."""
