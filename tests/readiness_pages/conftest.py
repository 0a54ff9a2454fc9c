"""The desk's cast, who keep registers and who do not."""

from __future__ import annotations

from tests.desk.conftest import cast, desk

__all__ = ["cast", "desk"]
