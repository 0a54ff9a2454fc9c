"""Mail that petitioners write: read from the mailboxes of organisations, each message once, through the ordinary door."""
