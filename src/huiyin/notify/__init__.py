"""Telling the world what the table of jobs holds: one file a way, each at least once."""

from huiyin.notify.deliver import Undeliverable, deliver, write_to
from huiyin.notify.invitation import write_invitation
from huiyin.notify.mailed_receipt import write_receipt
from huiyin.notify.staff_mail import write_to_staff

__all__ = ["Undeliverable", "deliver", "write_invitation", "write_receipt", "write_to", "write_to_staff"]
