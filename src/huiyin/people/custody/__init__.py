"""Who has a case in custody until it is known whom it accuses."""
