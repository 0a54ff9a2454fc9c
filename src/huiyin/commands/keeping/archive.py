"""`huiyin archive`: the file of an archived case as one package, and whether a package is as it was made."""

from __future__ import annotations

import argparse
from pathlib import Path

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import case_called

MAKE = """
Writes the file of an archived case as one ZIP in BagIt form (RFC 8493): papers, texts, attachments, the events of the case, and an index
that follows the metadata of Chinese archives. It names the petitioners; that they were read is put on record. Made twice it is the same
file. With --store the package of a case that was archived before packages were made, or whose package failed, is queued for the worker.
"""
VERIFY = """
Checks a package without the database and without keys: manifests, chain of events, texts and files against what the events commit to,
number of items. Exit status 0: as it was made; 1: something was changed, and each file is named; 2: not a package.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("archive", help="packages of archived cases")
    parts = parser.add_subparsers(metavar="PART", required=True)
    making = parts.add_parser("make", help="write the package of an archived case", description=MAKE)
    making.add_argument("case", metavar="CASE", help="the number of the case")
    making.add_argument("--output", metavar="FILE.zip", help="default: the number of the case, in the current folder")
    making.add_argument("--store", action="store_true", help="have the worker make it and put it away instead")
    add_json(making)
    making.set_defaults(run=make)
    verifying = parts.add_parser("verify", help="check a package, offline", description=VERIFY)
    verifying.add_argument("file", metavar="FILE.zip", help="the package")
    add_json(verifying)
    verifying.set_defaults(run=verify, django=False)


def make(arguments: argparse.Namespace) -> int:
    """Writes a package, or has it made."""
    from shutil import copyfile

    from django.utils import timezone

    from huiyin.archive.package.packaging import made_package
    from huiyin.archive.shelf import ask_for

    case, at = case_called(arguments.case), timezone.now()
    if arguments.store:
        ask_for(case, at)
        report(arguments, {"case": case.number, "queued": True}, [f"{case.number}: queued; the worker makes it"])
        return DONE
    target = Path(arguments.output or f"{case.number}.zip")
    with made_package(case, at) as made:
        try:
            copyfile(made.path, target)
        except OSError as error:
            raise Failure(f"{target}: {error.strerror}", "name a file that can be written") from None
        data = {"case": case.number, "file": str(target), "sha256": made.digest, "bytes": made.size}
        data |= {"items": len(made.items), "events": made.through}
        lines = [f"{case.number}: {len(made.items)} items, {made.through} events, {made.size} bytes: {target}"]
        report(arguments, data, [*lines, f"sha256 {made.digest}"])
    return DONE


def verify(arguments: argparse.Namespace) -> int:
    """Checks a package."""
    from huiyin.archive.checking import check
    from huiyin.archive.verify import TO_COMPARE, digest_of

    try:
        checked = check(Path(arguments.file))
    except OSError as error:
        raise Failure(f"{arguments.file}: {error.strerror}", "give a package", status=MISUSED) from None
    except ValueError as error:
        raise Failure(
            f"{arguments.file}: {error}", "give a package as huiyin archive make writes it", status=MISUSED
        ) from None
    well = f"all is well: {checked.items} items, {checked.events} events, {checked.proved}"
    lines = list(checked.problems) or [well, TO_COMPARE % digest_of(arguments.file)]
    report(arguments, checked.as_data(), lines)
    return FAILED if checked.problems else DONE
