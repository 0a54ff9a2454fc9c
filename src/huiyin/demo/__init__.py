"""A demonstration installation: fictitious organisations and matters at every stage, made through the real door."""

from huiyin.demo.cast import Account, Demonstration, accounts, described, exists, make_cast
from huiyin.demo.stories import Told, tell

__all__ = ["Account", "Demonstration", "Told", "accounts", "described", "exists", "make_cast", "tell"]
