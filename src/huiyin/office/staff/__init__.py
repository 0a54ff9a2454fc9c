"""Who works here, for administrators: people, appointments, what would follow, and when it takes a second person."""
