"""What every walk through a browser stands on: both screens, and a demonstration that is served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from zlib import crc32

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from tests.installation import Installation

WIDTHS: Final = ("page", "phone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A walk is made on one of the two screens each time, which its name says, and on both in `make test-all`."""
    if "screen" in metafunc.fixturenames:
        other = WIDTHS[crc32(metafunc.function.__name__.encode()) % 2]
        marks = {other: pytest.mark.exhaustive}
        metafunc.parametrize(
            "screen", [pytest.param(name, marks=marks.get(name, ())) for name in WIDTHS], indirect=True
        )


@pytest.fixture
def screen(request: pytest.FixtureRequest) -> Any:
    """The screen of a walk."""
    return request.getfixturevalue(request.param)


@pytest.fixture(params=WIDTHS)
def each_screen(request: pytest.FixtureRequest) -> Any:
    """Both of them, for what must fit."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def demonstration(peopled: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demonstration accounts without any matter, served."""
    with served_after(peopled.copy(tmp_path_factory.mktemp("demonstration") / "home")) as made:
        yield made


@contextmanager
def served_after(made: Installation, *commands: str) -> Iterator[Installation]:
    """The installation, served once each of ``commands`` was run on it."""
    for command in commands:
        outcome = made.run(*command.split())
        assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    made.start()
    yield made
    made.close()


def sign_in(screen: Any, live_server: Any, cast: Cast, who: str) -> None:
    """Whoever of the cast is to be on ``screen``, signed in without a password."""
    client = Client()
    client.force_login(cast.accounts[who], backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    screen.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
