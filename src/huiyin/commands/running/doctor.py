"""`huiyin doctor`: looks whether the installation is fit to serve, and says of everything that is wrong what to do."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from huiyin.commands import DONE, FAILED, Failure, Subparsers, add_json, report
from huiyin.home import home_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop, terminal

if TYPE_CHECKING:
    from pathlib import Path

    from huiyin.doctor.examination import Report
    from huiyin.doctor.surroundings import SettingsFault, Surroundings

DESCRIPTION: Final = gettext_noop(
    "检查配置、密钥、文件、数据库、公开网址、邮件、时钟、磁盘、后台作业、人员和软件，不改动任何东西，也不发送任何东西。"
    "有问题使来件无法接收、办理或保存的，退出码为 1；只有提示和警告的为 0。"
)
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
    parser = subparsers.add_parser("doctor", help=_("检查系统能不能正常服务"), description=_(DESCRIPTION))
    add_json(parser)
    parser.add_argument("--send-test", metavar="ADDRESS", default="", help=_("往这个地址发一封测试邮件"))
    parser.add_argument("--quick", action="store_true", help=_("不做要询问别处或者要读整张表的检查"))
    parser.set_defaults(run=run, django=False)


def run(arguments: argparse.Namespace) -> int:
    """Looks at everything; what cannot be read is a finding and no reason to stop."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from huiyin.backup import health
    from huiyin.doctor import surroundings

    home = home_of(os.environ).absolute()
    if not home.is_dir():
        raise Failure(
            _("%(home)s：这里还没有装好") % {"home": home}, _("请运行 `huiyin prepare`，或者设置 HUIYIN_HOME")
        )
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

    with translation.override(terminal()):
        found = examine(seen, only_quick=arguments.quick)
        report(arguments, _data(found), list(_lines(found)))
    return FAILED if found.level is Level.FAILURE else DONE


def _read_settings(home: Path) -> list[SettingsFault]:
    """Reads the settings, leaving out variables that cannot be read as far as the rest can be looked at without them; what was wrong."""
    import django

    from huiyin.doctor.surroundings import SettingsFault
    from huiyin.errors import HuiyinError
    from huiyin.sealing import keyring

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    faults: list[SettingsFault] = []
    if not keyring.ring_path().exists():  # reading the settings would make one
        faults.append(SettingsFault("", _("没有密钥环"), _("请从密钥的备份中放回来")))
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
            faults.append(SettingsFault("", type(error).__name__, _("见 docs/administration.zh-CN.md")))
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
    if found.left_out:
        yield _("没有做的检查：%(groups)s中要询问别处或者要读整张表的") % {
            "groups": _("、").join(group.label for group in found.left_out)
        }
    counts = Counter(one.level for section in found.sections for one in section.findings)
    yield " · ".join(
        f"{level_label(level)} {count}" for level, count in sorted(counts.items(), key=lambda of: of[0].rank)
    )
