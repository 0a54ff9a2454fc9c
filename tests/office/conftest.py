"""The same cast as at the desk; the registrar administers the installation."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.people import administrators
from tests.cast import Cast
from tests.desk.conftest import Desk, cast, desk

__all__ = ["administrator", "cast", "desk"]


@pytest.fixture
def administrator(cast: Cast, desk: Desk) -> Client:
    """Signed in as an administrator who holds a post as well."""
    administrators.add(cast.accounts["registrar"], None, timezone.now())
    return desk("registrar")
