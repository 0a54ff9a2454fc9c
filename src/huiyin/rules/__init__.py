"""What the rules say, as data: schema, loading, calendar, checking. Pure."""
