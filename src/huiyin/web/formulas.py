"""Texts that go into a spreadsheet, kept from being carried out there; imports nothing, so that commands start quickly."""


def harmless(text: str) -> str:
    """``text`` such that no spreadsheet program takes it for a formula (CWE-1236): one that begins like one gets an apostrophe before it."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
