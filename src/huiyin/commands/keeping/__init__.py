"""Commands that keep an installation safe: backups, restoring, moving, keys."""
