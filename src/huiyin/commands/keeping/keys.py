"""`huiyin keys`: the keys that open everything personal: which there are, and putting a new one in front."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from huiyin.commands import DONE, FAILED, Failure, Subparsers, add_json, report

ROTATE = """
Puts a new key in front of the ring and wraps the data key of every petitioner anew under it, while the installation goes on working.
May be broken off: --continue goes on without another new key. Older keys stay in the file, and the secrets that are derived from its
last line do not change. Where several machines have copies of the file: stop them, rotate on one, copy the file to the others.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("keys", help="list or rotate the keys that open personal data")
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help="the keys of the ring, and how many petitioners each opens; never a secret")
    add_json(listing)
    listing.set_defaults(run=list_keys, makes=True)
    rotating = parts.add_parser("rotate", help="put a new key in front and use it for everybody", description=ROTATE)
    rotating.add_argument(
        "--continue", dest="unfinished", action="store_true", help="finish a rotation that was broken off"
    )
    add_json(rotating)
    rotating.set_defaults(run=rotate, makes=True)
    identity = parts.add_parser(
        "identity",
        help="make an age identity, for key rings inside backups",
        description="Writes it to a new file, to be kept away from this machine, and prints the recipient for `huiyin backup --recipient`.",
    )
    identity.add_argument("file", metavar="FILE", type=Path)
    add_json(identity)
    identity.set_defaults(run=make_identity, django=False)


def list_keys(arguments: argparse.Namespace) -> int:
    """Shows the ring."""
    rows, lost = _rows()
    lines = [*map(_line, rows)]
    if lost:
        lines.append(
            f"no key of this ring opens {lost} petitioners: put the missing line back from your backup of the keys"
        )
    report(arguments, {"keys": rows, "lost": lost}, lines)
    return FAILED if lost else DONE


def rotate(arguments: argparse.Namespace) -> int:
    """Rotates, or finishes what was begun."""
    from django.utils import timezone
    from tqdm import tqdm

    from huiyin.people import petitioners
    from huiyin.sealing import keyring

    if _rows()[1]:
        raise Failure("a key is missing from the ring", "put its line back first, as huiyin keys list says")
    if not arguments.unfinished:
        keyring.rotate(keyring.ring_path(), timezone.now())
    total = sum(petitioners.wrapped_by().values())
    with tqdm(total=total, unit=" keys", disable=not sys.stderr.isatty()) as bar:
        for count in petitioners.rewrap():
            bar.update(count)
    rows, _lost = _rows()
    behind = sum(row["petitioners"] for row in rows[1:])
    lines = [*map(_line, rows)]
    if behind:  # added meanwhile by a process that still had the older key in its hands
        lines.append(f"{behind} came in under an older key meanwhile: run huiyin keys rotate --continue")
    report(arguments, {"keys": rows, "behind": behind}, lines)
    return DONE


def make_identity(arguments: argparse.Namespace) -> int:
    """Makes an identity of age."""
    from huiyin.backup.key_ring import new_identity

    recipient = new_identity(arguments.file)
    lines = [recipient, f"keep {arguments.file} away from this machine: it opens the key ring in backups"]
    report(arguments, {"recipient": recipient, "file": str(arguments.file)}, lines)
    return DONE


def _rows() -> tuple[list[dict[str, Any]], int]:
    """The keys, the current one first, with how many petitioners each opens; and how many none of them opens."""
    from huiyin.people import petitioners
    from huiyin.sealing import keyring

    ring = keyring.key_ring()
    counts: Counter[keyring.RingKey | None] = Counter()
    for head, count in petitioners.wrapped_by().items():
        counts[ring.wrapped_by(head)] += count
    rows = [
        {
            "id": key.id.hex(),
            "created": key.created.isoformat(),
            "current": key == ring.current,
            "petitioners": counts[key],
            "derives": key == ring.keys[-1],
        }
        for key in ring.keys
    ]
    return rows, counts[None]


def _line(row: dict[str, Any]) -> str:
    notes = [", current"] * row["current"] + [", must never be removed: secrets are derived from it"] * row["derives"]
    return f"{row['id']} of {row['created']} opens {row['petitioners']} petitioners{''.join(notes)}"
