"""Huiyin 回音: every matter lands with someone, and every matter gets an answer."""

__version__ = "0.1.0"
