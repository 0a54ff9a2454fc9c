"""Incidents of a company: who works there, and what a report says."""

from __future__ import annotations

import pytest

from tests.cast import Cast, make_cast
from tests.incidents.reports import Report, a_report


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast("company")


@pytest.fixture
def filled(cast: Cast) -> Report:
    return a_report(cast)
