"""`huiyin doctor`: looks whether the installation is fit to serve, and says of everything that is wrong what to do."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from huiyin.commands import DONE, FAILED, Failure, Subparsers, add_json, report
from huiyin.home import home_of

if TYPE_CHECKING:
    from pathlib import Path

    from huiyin.doctor.examination import Report
    from huiyin.doctor.surroundings import SettingsFault, Surroundings

DESCRIPTION: Final = """
Looks at configuration, keys, files, database, public address, mail, clock, disk, jobs, people and software, changes nothing and sends nothing.
Ends with status 1 when something is wrong that keeps petitions from being taken in, handled or kept; notices and warnings end with 0.
Texts are Chinese, or English where LANG or LC_ALL say so.
"""
HARMLESS: Final = (
    "EMAIL_URL",
    "HUIYIN_MAILBOX_URLS",
    "HUIYIN_MAIL_PER_MAILBOX",
    "HUIYIN_TRUSTED_PROXIES",
    "HUIYIN_PUBLIC_URL",
    "HUIYIN_SUBMISSIONS_PER_ADDRESS",
    "HUIYIN_SUBMISSIONS_PER_ORGANISATION",
)
"""Variables without which the rest can be looked at all the same: none of them says where the data are."""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "doctor", help="look whether the installation is fit to serve", description=DESCRIPTION
    )
    add_json(parser)
    parser.add_argument("--send-test", metavar="ADDRESS", default="", help="send a test mail there")
    parser.add_argument("--quick", action="store_true", help="leave out what asks others or reads whole tables")
    parser.set_defaults(run=run, django=False)


def run(arguments: argparse.Namespace) -> int:
    """Looks at everything; what cannot be read is a finding and no reason to stop."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from huiyin.backup import health
    from huiyin.doctor import surroundings

    home = home_of(os.environ).absolute()
    if not home.is_dir():
        raise Failure(f"{home}: nothing is set up here yet", "run `huiyin prepare`, or set HUIYIN_HOME")
    seen = surroundings.look_around(os.environ, datetime.now(UTC))
    faults = _read_settings(home)
    is_read = all(fault.variable in HARMLESS for fault in faults)
    backups = health.state(seen.at) if is_read else None
    seen = replace(seen, faults=tuple(faults), settings=is_read, backups=backups, send_test=arguments.send_test)
    return _examine(arguments, seen)


def _examine(arguments: argparse.Namespace, seen: Surroundings) -> int:
    from django.utils import translation

    from huiyin.doctor.examination import examine
    from huiyin.doctor.finding import Level

    with translation.override(_language()):
        found = examine(seen, only_quick=arguments.quick)
        report(arguments, _data(found), list(_lines(found)))
    return FAILED if found.level is Level.FAILURE else DONE


def _language() -> str:
    """That of the terminal."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if named.startswith("en"):
        return "en"
    return "zh-hant" if named.startswith(("zh_TW", "zh_HK", "zh_MO")) else "zh-hans"


def _read_settings(home: Path) -> list[SettingsFault]:
    """Reads the settings, leaving out variables that cannot be read as far as the rest can be looked at without them; what was wrong."""
    import django

    from huiyin.doctor.surroundings import SettingsFault
    from huiyin.errors import HuiyinError
    from huiyin.sealing import keyring

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    faults: list[SettingsFault] = []
    if not keyring.ring_path().exists():  # reading the settings would make one
        faults.append(SettingsFault("", "no key ring", "put it back from the backup of the keys"))
        _go_on_without(home)
        return faults
    while True:
        try:
            django.setup()
        except HuiyinError as error:
            variable = error.wrong.partition(" ")[0]
            faults.append(SettingsFault(variable if variable.isupper() else "", error.wrong, error.to_do))
            if variable not in HARMLESS:
                break
            os.environ.pop(variable, None)
        except Exception as error:  # a folder that cannot be made, a plug-in that cannot be imported
            faults.append(SettingsFault("", type(error).__name__, "see docs/administration.md"))
            break
        else:
            return faults
    _go_on_without(home)
    return faults


def _go_on_without(home: Path) -> None:
    """What texts need, and no more."""
    from importlib.resources import files

    import django
    from django.conf import settings

    from huiyin.site.installed import INSTALLED_APPS

    settings.configure(
        INSTALLED_APPS=INSTALLED_APPS,
        AUTH_USER_MODEL="people.Account",
        MIDDLEWARE=["allauth.account.middleware.AccountMiddleware"],  # allauth insists
        LANGUAGE_CODE="zh-hans",
        LOCALE_PATHS=[str(files("huiyin") / "locale")],
        USE_TZ=True,
        HUIYIN_HOME=home,
    )
    django.setup()


def _data(found: Report) -> dict[str, Any]:
    return {
        "at": found.at.isoformat(),
        "level": found.level,
        "findings": [
            {"group": section.group, "code": one.code, "level": one.level, "what": one.what, "to_do": one.to_do}
            for section in found.sections
            for one in section.findings
        ],
        "left_out": list(found.left_out),
    }


def _lines(found: Report) -> Iterator[str]:
    from collections import Counter

    from huiyin.doctor.wording import level_label

    for section in found.sections:
        yield section.group.label
        for one in section.findings:
            yield f"  [{level_label(one.level)}] {one.what}  ({one.code})"
            if one.to_do:
                yield f"      → {one.to_do}"
    counts = Counter(one.level for section in found.sections for one in section.findings)
    yield " · ".join(
        f"{level_label(level)} {count}" for level, count in sorted(counts.items(), key=lambda of: of[0].rank)
    )
