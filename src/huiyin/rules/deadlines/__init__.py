"""The calendar, limits and durations, and how a due date is derived. Pure."""
