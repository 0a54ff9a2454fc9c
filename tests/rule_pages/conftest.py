"""The same cast as at the desk."""

from tests.desk.conftest import cast, desk, matter

__all__ = ["cast", "desk", "matter"]
