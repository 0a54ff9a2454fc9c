"""`huiyin prepare`: the data folder, the keys, the tables and the static files, without serving."""

from __future__ import annotations

import argparse

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.language import gettext as _


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "prepare",
        help=_("建立或升级数据目录、密钥、数据表和静态文件"),
        description=_("把系统升级到本版本。`huiyin serve` 会自己做这件事。"),
    )
    add_json(parser)
    parser.set_defaults(run=run, makes=True)


def run(arguments: argparse.Namespace) -> int:
    """Prepares the installation and says what was done."""
    from django.conf import settings

    from huiyin.site.preparation import prepare

    done = prepare()
    report(arguments, {"home": str(settings.HUIYIN_HOME), "done": done}, done or [_("没有要做的")])
    return DONE
