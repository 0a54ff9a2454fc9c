"""The desk's cast, with four who take turns."""

from __future__ import annotations

from tests.desk.conftest import cast, desk, matter

__all__ = ["cast", "desk", "matter"]
