"""A demonstration installation: fictitious organisations and matters at every stage, made through the real door."""

from huiyin.demo.cast import DemoAccount, Demonstration, accounts, described, exists, is_alone, make_cast
from huiyin.demo.kept_ready import keep_ready
from huiyin.demo.old_register import bring_in
from huiyin.demo.stories import StoryReport, tell

__all__ = [
    "DemoAccount",
    "Demonstration",
    "StoryReport",
    "accounts",
    "bring_in",
    "described",
    "exists",
    "is_alone",
    "keep_ready",
    "make_cast",
    "tell",
]
