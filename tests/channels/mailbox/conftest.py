"""The server and the office whose mailbox is read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from huiyin.people.models import Organisation
from huiyin.site import environment
from tests.cast import Cast, make_cast
from tests.channels.mailbox import imap_server
from tests.channels.mailbox.imap_server import ImapServer


@pytest.fixture(scope="session")
def server() -> Iterator[ImapServer]:
    """A server for all tests of a process."""
    missing = imap_server.why_not()
    if missing:
        pytest.skip(missing)
    # Not below pytest's own folders, which nobody but their owner enters.
    folder = Path(tempfile.mkdtemp(prefix="imap-"))
    folder.chmod(0o755)
    try:
        with imap_server.running(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def inbox(server: ImapServer, settings: Any, monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Iterator[ImapServer]:
    """The mailbox of the bureau, empty, and named in the settings."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    settings.HUIYIN_MAILBOXES = environment.mailboxes(server.url(f"?organisation={cast.lj.code}"))
    settings.HUIYIN_SENDS_MAIL = True
    yield server
    server.empty()


@pytest.fixture
def office(cast: Cast) -> Organisation:
    """Whose mailbox it is."""
    return cast.lj
