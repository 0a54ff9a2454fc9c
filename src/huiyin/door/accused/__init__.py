"""What a case has accused anybody of before: how its later texts are read."""
