"""The same cast as at the desk."""

from tests.desk.conftest import cast, desk

__all__ = ["cast", "desk"]
