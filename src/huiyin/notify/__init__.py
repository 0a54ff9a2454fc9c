"""Telling the world what the table of jobs holds: one file a way, each at least once."""

from huiyin.notify.deliver import Undeliverable, deliver, write_to

__all__ = ["Undeliverable", "deliver", "write_to"]
