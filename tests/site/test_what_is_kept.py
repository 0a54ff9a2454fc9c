"""What stays on the machine: files that others cannot read, no page in a shared browser, no address in the journal."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.people.models import Account
from tests.cast import DAY, Cast, make_cast
from tests.installation import Installation
from tests.matters import begin


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def requests(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    told = [record.msg for record in caplog.records if record.name == "huiyin.web"]
    return [entry for entry in told if isinstance(entry, dict) and entry["event"] == "request"]


@pytest.mark.any_database
@pytest.mark.e2e
def test_nothing_in_the_data_folder_is_open_to_others(staffed: Installation) -> None:
    staffed.variables["HUIYIN_MAIL_FROM"] = "office@example.cn"
    staffed.home.chmod(0o755)
    staffed.start()
    assert staffed.get("/accounts/login/") == 200
    seen = [staffed.home, *staffed.home.rglob("*")]
    files = [path for path in seen if path.name != "server.log"]  # which the test writes
    loose = [str(path) for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert loose == []
    assert {"demo.json", "keys", "spool"} < {path.name for path in files}


@pytest.mark.any_database
@pytest.mark.e2e
@pytest.mark.exhaustive
def test_what_an_earlier_version_left_open_is_closed(bare_installation: Installation) -> None:
    home = bare_installation.home
    assert bare_installation.run("prepare").returncode == 0
    mail = home / "mail"
    mail.mkdir(mode=0o755, exist_ok=True)
    (mail / "old.log").write_text("x")
    for path in [home, mail, mail / "old.log", *home.glob("huiyin.sqlite3*")]:
        path.chmod(path.stat().st_mode | 0o055)
    assert bare_installation.run("prepare").returncode == 0
    loose = [path.name for path in [home, *home.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert loose == []


def test_no_page_that_depends_on_who_asks_is_kept_by_a_browser(cast: Cast) -> None:
    matter = begin(cast, timezone.now() - DAY)
    client = Client()
    client.post("/track/", {"receipt": matter.registered.receipt, "code": matter.registered.code})
    for path in ("/track/matter/", "/track/", "/submit/lj/", "/submitted/"):
        assert "no-store" in client.get(path).headers["Cache-Control"], path
    client.force_login(Account.objects.order_by("id").first(), "django.contrib.auth.backends.ModelBackend")
    for path in ("/desk/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/email/", "/"):
        assert "no-store" in client.get(path, follow=True).headers["Cache-Control"], path


def test_the_journal_names_the_account_and_a_mark_of_the_address(
    cast: Cast, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.HUIYIN_TRUSTED_PROXIES = 1
    account = Account.objects.order_by("id").first()
    assert account
    client = Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "198.51.100.77, 203.0.113.9"})
    client.get("/")
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    client.get("/desk/duties/")
    other = Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "203.0.113.10"})
    other.get("/")
    first, signed_in, elsewhere = requests(caplog)
    assert first["account"] == ""
    assert signed_in["account"] == str(account.id)
    assert first["address"] == signed_in["address"] != elsewhere["address"]
    assert not any(address in str(requests(caplog)) for address in ("203.0.113", "198.51.100", "10.0.0.1"))


def test_the_mail_folder_is_closed(tmp_path: Path) -> None:
    from huiyin.site import private

    folder = tmp_path / "mail"
    folder.mkdir(mode=0o755)
    (folder / "one").write_text("x")
    (folder / "one").chmod(0o644)
    private.close_below(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "one").stat().st_mode) == 0o600
