"""`huiyin search`: the index of words by which texts are found."""

from __future__ import annotations

import argparse
import sys

from huiyin.commands import DONE, Subparsers, add_json, report


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("search", help="make the index anew by whose words texts are found")
    parts = parser.add_subparsers(metavar="PART", required=True)
    anew = parts.add_parser(
        "rebuild",
        help="empty the index and make it from every text that can still be read",
        description="The installation goes on working meanwhile; what is not in the index yet is not found by its words.",
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
    report(arguments, {"texts": total, "found": found}, [f"{found} of {total} texts can be found by their words"])
    return DONE
