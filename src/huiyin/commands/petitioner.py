"""`huiyin petitioner erase`: making unreadable, for good, who turned to us in a matter that is over."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import decider

if TYPE_CHECKING:
    from huiyin.casework.models import Case

REASONS = ("retention", "request", "order")  # as people.models.Erasure has them, which would load Django
ERASE = """
Destroys the keys of everybody in whose name a matter stands: names, numbers, addresses, every text of the case and its files can never be
read again, by nobody, and nobody is found by them. The case, its events and due dates, the papers' kinds and days and the ledger stay, and
the ledger still verifies. Refused while a case of theirs is open. Cannot be undone, but from an older backup, which holds the keys until
it is destroyed. Say --yes to do it; without it you are told what would go.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("petitioner", help="erase who turned to us in a matter that is over")
    parts = parser.add_subparsers(metavar="PART", required=True)
    erasing = parts.add_parser("erase", help="destroy the keys of a matter's petitioners, on record", description=ERASE)
    erasing.add_argument("number", metavar="NUMBER", help="of the case, or one of its receipts; never a name")
    erasing.add_argument(
        "--reason",
        required=True,
        choices=REASONS,
        help="the retention period has ended, the person asked for it, or a competent body ordered it",
    )
    erasing.add_argument("--basis", required=True, metavar="TEXT", help="the paper by which it was decided: its number")
    erasing.add_argument("--by", required=True, metavar="USERNAME", help="who decided; recorded")
    erasing.add_argument("--yes", action="store_true", help="do it")
    add_json(erasing)
    erasing.set_defaults(run=erase)


def erase(arguments: argparse.Namespace) -> int:
    """Erases, or says why not."""
    from django.utils import timezone

    from huiyin.door import erasure
    from huiyin.people.models import Erasure

    if not 0 < len(arguments.basis.strip()) <= erasure.MAX_BASIS_CHARS:
        raise Failure(
            "--basis names no paper",
            f"give its number, in at most {erasure.MAX_BASIS_CHARS} characters",
            status=MISUSED,
        )
    case = _case(arguments.number)
    decision = erasure.Erasing(Erasure.Reason(arguments.reason), arguments.basis.strip(), decider(arguments.by))
    outcome = erasure.erase(case, decision, timezone.now()) if arguments.yes else erasure.prospect(case)
    if outcome.open:
        raise Failure(f"{', '.join(outcome.open)} is open", "nothing is erased before it has ended")
    if outcome.held:
        raise Failure(f"{', '.join(outcome.held)} must be kept", "nothing is erased before the hold is lifted")
    gone = f"{outcome.petitioners} petitioners, {outcome.texts} texts and {outcome.files} files of {case.number}"
    if not arguments.yes:
        raise Failure(f"{gone} would be erased for good, nothing was done", "say --yes to do it")
    data = {
        "case": case.number,
        "petitioners": outcome.petitioners,
        "texts": outcome.texts,
        "files": outcome.files,
        "reason": arguments.reason,
    }
    report(arguments, data, [f"{gone} erased" if outcome.petitioners else f"{case.number}: nothing left to erase"])
    return DONE


def _case(number: str) -> Case:
    """The case with this number, or to which this receipt belongs."""
    from django.db.models import Q

    from huiyin.casework import receipts
    from huiyin.casework.models import Case

    named = Q(number__iexact=receipts.case_number(number)) | Q(submissions__receipt=receipts.normal(number))
    found = Case.objects.filter(named).distinct().first()
    if found is None:  # what was typed is not repeated: it may be a name
        raise Failure(
            "there is no such case or receipt", "give LJ-20260302-482193 or HY-7K3M-9QRT-2WXY as they are printed"
        )
    return found
