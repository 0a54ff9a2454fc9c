"""A demonstration: everybody knows its passwords, so that they work only where nobody but those in front of the machine comes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings

PASSWORD: Final = "huiyin-demo"  # noqa: S105 - published on the sign-in page of a demonstration
TOKEN_PREFIX: Final = "demo-"  # noqa: S105 - published as well


def is_here() -> bool:
    """Whether this installation is a demonstration."""
    return Path(settings.HUIYIN_DEMO).is_file()


def is_open() -> bool:
    """Whether what a demonstration publishes lets anybody in: only while the installation is reached under a local address."""
    return bool(settings.HUIYIN_LOCAL)


def is_published(secret: str) -> bool:
    """Whether ``secret`` is a password or a token of demonstrations, wherever it came from."""
    return secret == PASSWORD or secret.startswith(TOKEN_PREFIX)
