"""`huiyin rules activate | versions | move`: which rulebook is in force where. A part of `huiyin rules`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, add_json, report
from huiyin.commands._shared import day_of_option, decider, described, gathered, organisation_of, unit_names

if TYPE_CHECKING:
    from huiyin.door import Accepted, NoPlace
    from huiyin.insight.dry_run import Touched
    from huiyin.people.models import Organisation
    from huiyin.procedure.move import Misfit
    from huiyin.rule_store.activation import Assessment
    from huiyin.rule_store.models import Activation
    from huiyin.rule_store.vacancies import Vacancy

ACTIVATE = """
Keeps the book word for word and lets the cases of an organisation begin under it. It is proved and compared with the law that it
extends first: what is not sound, or gives the petitioner less, never comes into force, nor what has a role that nobody holds. Cases that have begun stay under their
version until `huiyin rules move`. The decision is an event in the ledger. See what it would mean with `huiyin rules dry-run`.
"""
DRY_RUN = """
Changes nothing. Tells whether the book is sound and gives no less than the law, which of its roles nobody holds, and each open case
that would be otherwise: what had gone another way so far, and whether it could be moved. Status 1 when the book could not come into force, also for want of somebody in a role.
"""
MOVE = """
Lets open cases go on under the version that their organisation has decided on. What was promised stands: open duties keep owner
and due time. A case that stands at a point for which the version has no place is named and stays where it is (status 1).
"""


def declare(actions: Any) -> None:
    """Adds the parsers to those of `huiyin rules`."""
    activating = _declare(actions, "activate", activate, "let cases begin under a book from a day on", ACTIVATE)
    activating.add_argument(
        "book", metavar="BOOK", help="name of a shipped rulebook, name@version of a kept one, or a YAML file"
    )
    _of_organisation(activating)
    activating.add_argument(
        "--from", dest="start", metavar="DATE", help="first day, as in 2026-12-01 (default: at once)"
    )
    _by(activating)
    activating.add_argument(
        "--basis", default="", metavar="TEXT", help="the paper by which it was decided, e.g. its number"
    )
    trying = _declare(
        actions, "dry-run", dry_run, "what activating a book would mean, and every open case it touches", DRY_RUN
    )
    trying.add_argument("book", metavar="BOOK", help="as for activate")
    _of_organisation(trying)
    listing = _declare(actions, "versions", versions, "which versions are kept, and what is in force where, since when")
    listing.add_argument("--organisation", metavar="CODE", help="only this one")
    moving = _declare(actions, "move", move, "let open cases go on under the version in force", MOVE)
    _of_organisation(moving)
    moving.add_argument("--case", metavar="NO", help="only the case with this number")
    _by(moving)


def _declare(actions: Any, name: str, run: Any, text: str, description: str = "") -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=description or text)
    add_json(parser)
    parser.set_defaults(run=run, django=True)
    return parser


def _of_organisation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", required=True, metavar="CODE", help="whose cases")


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", required=True, metavar="USERNAME", help="who decided; recorded in the ledger")


def activate(arguments: argparse.Namespace) -> int:
    """Lets a book come into force, or says what stands in its way."""
    from django.utils import timezone

    from huiyin.rule_store.activation import NotUsable, Unheld
    from huiyin.rule_store.activation import activate as decide
    from huiyin.rules.drafting.to_do import left_to_do

    if len(arguments.basis) > 200:
        raise Failure("--basis has at most 200 characters: give the paper's number, not its text", status=MISUSED)
    now = timezone.now()
    organisation, by = organisation_of(arguments.organisation), decider(arguments.by)
    start = _start_of(arguments.start) if arguments.start else None
    book = gathered(arguments.book)
    try:
        activation = decide(organisation, book, now, effective_from=start, by=by, basis=arguments.basis)
    except NotUsable as refused:
        report(arguments, judged_data(refused.judged), judged_lines(refused.judged))
        return FAILED
    except Unheld as refused:
        data = {"rulebook": book[0].book.key, "vacant_roles": [vacancy.role for vacancy in refused.vacancies]}
        stays = f"{book[0].book.key} does not come into force: cases would stop where their turn comes"
        report(arguments, data, [*vacancy_lines(organisation.code, refused.vacancies), stays])
        return FAILED
    marked = left_to_do(book[0], book[1].texts)
    decided = _plain(activation) | {"to_do": [asdict(one) for one in marked]}
    report(arguments, decided, [f"{organisation.code}: {_sentence(activation)}", *map(str, marked)])
    return DONE


def dry_run(arguments: argparse.Namespace) -> int:
    """Tells what activating a book would mean."""
    from django.utils import timezone
    from tqdm import tqdm

    from huiyin.insight.dry_run import open_cases, prospect, touched
    from huiyin.people.appointments import day_of
    from huiyin.rule_store.vacancies import single_handed
    from huiyin.rules.drafting.to_do import left_to_do

    organisation, now = organisation_of(arguments.organisation), timezone.now()
    rules, sources = gathered(arguments.book)
    expected = prospect(rules, organisation, now)
    cases = open_cases(organisation)
    count = cases.count()
    looked_at = tqdm(touched(cases, rules, now), total=count, unit=" cases", disable=not sys.stderr.isatty())
    found = [case for case in looked_at if case is not None]
    alone = single_handed(rules, organisation, day_of(now))
    data = {
        **judged_data(expected.judged),
        "vacant_roles": [vacancy.role for vacancy in expected.vacant],
        "single_handed_roles": [one.role for one in alone],
        "open_cases": count,
        "touched": [_touched(case) for case in found],
    }
    lines = [*judged_lines(expected.judged)]
    lines += vacancy_lines(organisation.code, expected.vacant)
    lines += [
        f"one person alone in {organisation.code} holds {one.role} ({one.rule.zh}): where they withdraw from a case, its step waits; "
        f"appoint another{f', or somebody as {one.stand_in}' if one.stand_in else ''}"
        for one in alone
    ]
    lines.append(f"{len(found)} of {count} open cases would be otherwise under {rules.book.key}")
    units = unit_names(case.difference for case in found)
    lines += [line for case in found for line in _touched_lines(case, units)]
    lines += map(str, left_to_do(rules, sources.texts))
    report(arguments, data, lines)
    return DONE if expected.judged.usable and not expected.vacant else FAILED


def _touched(case: Touched) -> dict[str, Any]:
    return {
        **case.difference.as_dict(),
        "stage": case.stage,
        "misfits": _plain_misfits(case.misfits),
    }


def _touched_lines(case: Touched, units: Mapping[str, str]) -> Iterator[str]:
    stays = f"; has no place there: {_missing(case.misfits)}" if case.misfits else "; can be moved"
    yield f"{case.difference.number} ({case.stage}, {case.difference.rulebook}){stays}"
    for item in case.difference.differences:
        yield f"  {described(item, units)}"


def versions(arguments: argparse.Namespace) -> int:
    """Lists what is kept and what is in force."""
    from huiyin.people.models import Organisation
    from huiyin.rule_store.models import Activation, Edition

    chosen = (
        [organisation_of(arguments.organisation)] if arguments.organisation else Organisation.objects.order_by("code")
    )
    decisions = Activation.objects.select_related("edition", "decided_by").order_by("seq")
    found = [(organisation, list(decisions.filter(organisation=organisation))) for organisation in chosen]
    editions = list(Edition.objects.order_by("name", "version"))
    data = {
        "kept": [{"rulebook": str(one), "digest": one.digest, "kept_at": one.kept_at.isoformat()} for one in editions],
        "organisations": [
            {
                "code": organisation.code,
                "rulebook": organisation.rulebook,
                "next": organisation.next_rulebook or None,
                "next_from": organisation.next_rulebook_from and organisation.next_rulebook_from.isoformat(),
                "decisions": [_plain(decision) for decision in decided],
            }
            for organisation, decided in found
        ],
    }
    lines = [f"kept  {edition!s:28} {edition.digest[:16]}  {_moment(edition.kept_at)}" for edition in editions]
    for organisation, decided in found:
        lines.append(f"{organisation.code}: {organisation.rulebook} in force{_waiting(organisation)}")
        lines += [f"  {decision.seq}. {_sentence(decision)}" for decision in decided]
    report(arguments, data, lines)
    return DONE


def move(arguments: argparse.Namespace) -> int:
    """Moves open cases to the version in force."""
    from django.utils import timezone
    from tqdm import tqdm

    from huiyin.casework.models import Case
    from huiyin.door import NoPlace, move_case
    from huiyin.procedure.command import Actor, OrganisationId, PersonId

    now = timezone.now()
    organisation, by = organisation_of(arguments.organisation), decider(arguments.by)
    target = organisation.rulebook_at(now)
    if "@" not in target:
        raise Failure(f"{organisation.code} has not decided on a version yet", "run `huiyin rules activate` first")
    actor = Actor("staff", OrganisationId(organisation.id), frozenset(), PersonId(by.id))
    cases = Case.objects.filter(organisation=organisation, ended_at=None).exclude(rulebook=target)
    if arguments.case:
        cases = cases.filter(number__iexact=arguments.case.strip())
        if not cases.exists():
            raise Failure(
                f"no open case {arguments.case} of {organisation.code} is under another version than {target}"
            )
    ids = list(cases.order_by("registered_at", "id").values_list("id", flat=True))
    outcomes: list[Accepted | NoPlace] = []
    for id in tqdm(ids, unit=" cases", disable=not sys.stderr.isatty()):
        outcomes.append(move_case(id, target, actor, now))
    stuck = [outcome for outcome in outcomes if isinstance(outcome, NoPlace)]
    data = {"rulebook": target, "moved": len(outcomes) - len(stuck), "stay": [_stuck(outcome) for outcome in stuck]}
    report(arguments, data, [f"{len(outcomes) - len(stuck)} cases go on under {target}", *map(_stays, stuck)])
    return FAILED if stuck else DONE


def _stuck(outcome: NoPlace) -> dict[str, Any]:
    return {
        "case": outcome.case.number,
        "rulebook": outcome.case.rulebook,
        "misfits": _plain_misfits(outcome.misfits),
    }


def _stays(outcome: NoPlace) -> str:
    return f"{outcome.case.number} stays under {outcome.case.rulebook}: no place for {_missing(outcome.misfits)}"


def _missing(misfits: Iterable[Misfit]) -> str:
    return ", ".join(f"{misfit.part} {misfit.name}" for misfit in misfits)


def _plain_misfits(misfits: Iterable[Misfit]) -> list[dict[str, str]]:
    return [{"part": misfit.part, "name": misfit.name} for misfit in misfits]


def judged_data(judged: Assessment) -> dict[str, Any]:
    """What stands in the way of a book, as JSON has it."""
    return {
        "rulebook": judged.rulebook,
        "sound": not judged.findings,
        "flaws": [
            {
                "file": found.flaw.file,
                "line": found.flaw.line,
                "path": found.flaw.path,
                "property": found.of,
                "zh": found.zh,
            }
            for found in judged.findings
        ],
        "lacking": list(judged.lacking),
        "less_than_the_law": [
            {"file": less.file, "line": less.line, "zh": less.reason.zh, "en": less.reason.en} for less in judged.less
        ],
    }


def judged_lines(judged: Assessment) -> Iterator[str]:
    """The same for people."""
    for found in judged.findings:
        yield from found.lines()
    for less in judged.less:
        yield from less.lines()
    for entrance in judged.lacking:
        yield f"{entrance}: missing, or no starting action that attaches a submission; petitions come in by it"
    if not judged.usable:
        yield f"{judged.rulebook} cannot come into force: fix what is named above"


def vacancy_lines(code: str, found: Iterable[Vacancy]) -> Iterator[str]:
    """Each role that nobody holds, with what to do about it."""
    for vacancy in found:
        seat = f", usually in {vacancy.rule.seat.en or vacancy.rule.seat.zh}" if vacancy.rule.seat else ""
        made = f"make a post with this role{seat} and appoint somebody to it"
        filled = f"appoint somebody to {' or '.join(vacancy.posts)}"
        yield f"nobody in {code} holds {vacancy.role} ({vacancy.rule.zh}): {filled if vacancy.posts else made}"


def _start_of(text: str) -> datetime:
    from django.utils import timezone

    return timezone.make_aware(datetime.combine(day_of_option("--from", text), time()))


def _moment(at: datetime) -> str:
    from django.utils import timezone

    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _waiting(organisation: Organisation) -> str:
    start = organisation.next_rulebook_from
    return f", {organisation.next_rulebook} from {_moment(start)}" if start else ""


def _sentence(activation: Activation) -> str:
    who = f" by {activation.decided_by.username}" if activation.decided_by else ""
    basis = f" ({activation.basis})" if activation.basis else ""
    start, decided = _moment(activation.effective_from), _moment(activation.decided_at)
    return f"{activation.edition} from {start}, decided {decided}{who}{basis}"


def _plain(activation: Activation) -> dict[str, Any]:
    return {
        "rulebook": str(activation.edition),
        "digest": activation.edition.digest,
        "effective_from": activation.effective_from.isoformat(),
        "decided_at": activation.decided_at.isoformat(),
        "decided_by": activation.decided_by.username if activation.decided_by else None,
        "basis": activation.basis,
    }
