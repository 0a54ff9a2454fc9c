"""Ways in: mail, scans, spreadsheet import, referrals between installations."""
