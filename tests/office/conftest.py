"""The same cast as at the desk; the registrar administers the installation."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast
from tests.desk.conftest import Desk, cast, desk

__all__ = ["administrator", "cast", "desk"]


@pytest.fixture
def administrator(cast: Cast, desk: Desk) -> Client:
    """Signed in as an administrator who holds a post as well."""
    account = cast.accounts["registrar"]
    account.is_superuser = True
    account.save()
    return desk("registrar")
