"""`huiyin search`: the index of words by which texts are found."""

from __future__ import annotations

import argparse
import sys

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.language import gettext as _


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("search", help=_("重建按词查找文字的索引"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    anew = parts.add_parser(
        "rebuild",
        help=_("清空索引，用所有还能读的文字重建"),
        description=_("其间系统照常运行；还没有编入索引的文字，暂时不能按词找到。"),
    )
    add_json(anew)
    anew.set_defaults(run=rebuild)


def rebuild(arguments: argparse.Namespace) -> int:
    """Makes the index anew, with a bar on a terminal."""
    from django.utils import timezone
    from tqdm import tqdm

    from huiyin.search import index
    from huiyin.search.models import FindableText

    total = index.forget_all()
    with tqdm(total=total, unit=" texts", disable=not sys.stderr.isatty()) as bar:
        while done := index.take_in(timezone.now()):
            bar.update(done)
    found = FindableText.objects.count()
    report(
        arguments,
        {"texts": total, "found": found},
        [_("%(total)s 份文字中有 %(found)s 份可以按词找到") % {"found": found, "total": total}],
    )
    return DONE
