"""Files that calendars are read from, and the notices of holidays that they are made of."""
