"""Telling the world what the table of jobs holds: one file a way, each at least once."""

from huiyin.notify.deliver import Undeliverable, deliver, write_to
from huiyin.notify.invitation import write_invitation

__all__ = ["Undeliverable", "deliver", "write_invitation", "write_to"]
