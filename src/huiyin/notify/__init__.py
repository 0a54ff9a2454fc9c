"""Telling the world what the outbox holds: one file a channel, each at least once."""

from huiyin.notify.deliver import Undeliverable, deliver

__all__ = ["Undeliverable", "deliver"]
