"""The settings boot, and say what the environment said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from huiyin.site import environment


def settings_in(home: Path, question: str, **variables: str) -> str:
    """What a fresh process with these variables answers to a Python expression over `settings`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "DATABASE_"))}
    answer = subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({question})"],
        env=kept | {"HUIYIN_HOME": str(home)} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()


def test_the_project_passes_the_checks_of_django() -> None:
    call_command("check", fail_level="WARNING")


def test_a_first_start_makes_the_data_folder_and_a_private_key_ring(tmp_path: Path) -> None:
    home = tmp_path / "new"
    settings_in(home, "settings.SECRET_KEY[:1]")
    assert (home / "keys").stat().st_mode & 0o777 == 0o600


def test_the_secret_key_survives_a_restart(tmp_path: Path) -> None:
    assert settings_in(tmp_path, "settings.SECRET_KEY") == settings_in(tmp_path, "settings.SECRET_KEY")


def test_debugging_is_off_unless_asked_for(tmp_path: Path) -> None:
    assert settings_in(tmp_path, "settings.DEBUG") == "False"


def test_cookies_are_secure_exactly_when_the_public_address_is_https(tmp_path: Path) -> None:
    question = "(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)"
    assert settings_in(tmp_path, question) == "(False, False)"
    assert settings_in(tmp_path, question, HUIYIN_PUBLIC_URL="https://xinfang.example.cn") == "(True, True)"


def test_a_submission_acknowledged_on_sqlite_is_on_disk() -> None:
    pragmas = environment.database("sqlite:///a.sqlite3")["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in pragmas
    assert "journal_mode=WAL" in pragmas


@pytest.mark.django_db
def test_foreign_keys_are_enforced() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a matter of SQLite")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys")
        assert cursor.fetchone() == (1,)


def test_a_postgresql_address_may_name_a_socket() -> None:
    database = environment.database("postgresql://clerk:p%40ss@/huiyin?host=/run/postgresql&sslmode=disable")
    assert (database["NAME"], database["USER"], database["PASSWORD"]) == ("huiyin", "clerk", "p@ss")
    assert (database["HOST"], database["OPTIONS"]["sslmode"]) == ("/run/postgresql", "disable")


def test_a_postgresql_address_may_name_several_servers() -> None:
    database = environment.database(
        "postgresql://clerk:secret@one:5432,two:5433/huiyin?target_session_attrs=read-write"
    )
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("one,two", "5432,5433", "huiyin")
    assert database["OPTIONS"]["target_session_attrs"] == "read-write"


def test_a_password_in_a_database_address_may_hold_signs_that_mean_something_there() -> None:
    database = environment.database("postgresql://clerk:p#a@s%s@db.example.cn/huiyin")
    assert (database["PASSWORD"], database["HOST"], database["NAME"]) == ("p#a@s%s", "db.example.cn", "huiyin")


def test_a_file_of_a_database_may_have_any_name() -> None:
    assert environment.database("sqlite:////srv/a+b/1%202.sqlite3")["NAME"] == "/srv/a+b/1 2.sqlite3"


def test_a_database_address_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.database("postgresql://clerk:secret@db.example.cn:port/huiyin")
    assert "DATABASE_URL cannot be read" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_variable_that_is_set_to_nothing_counts_as_one_that_is_not_set(tmp_path: Path) -> None:
    question = "(settings.HUIYIN_PUBLIC_URL, settings.DATABASES['default']['NAME'], settings.HUIYIN_SENDS_MAIL)"
    empty = dict.fromkeys(["HUIYIN_PUBLIC_URL", "DATABASE_URL", "EMAIL_URL", "HUIYIN_STORAGE", "HUIYIN_MAIL_FROM"], "")
    assert settings_in(tmp_path, question, **empty) == settings_in(tmp_path, question)


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite:///", "postgresql://host", "huiyin.sqlite3"])
def test_another_database_address_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database(url)


def test_mail_goes_out_encrypted_unless_told_otherwise() -> None:
    assert environment.email("smtp://mail.example.cn")["EMAIL_USE_TLS"] is True
    assert environment.email("smtp://mail.example.cn?tls=no")["EMAIL_USE_TLS"] is False
    assert environment.email("smtps://mail.example.cn")["EMAIL_USE_SSL"] is True


def test_pages_are_chinese_and_times_are_aware() -> None:
    assert (settings.LANGUAGE_CODE, settings.TIME_ZONE, settings.USE_TZ) == ("zh-hans", "Asia/Shanghai", True)
