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
from huiyin.language import either, gettext_noop
from huiyin.language import gettext as _

if TYPE_CHECKING:
    from huiyin.door import Accepted, NoPlace
    from huiyin.insight.dry_run import Touched
    from huiyin.people.models import Organisation
    from huiyin.procedure.move import Misfit
    from huiyin.rule_store.activation import Assessment
    from huiyin.rule_store.models import Activation
    from huiyin.rule_store.vacancies import Vacancy

ACTIVATE = gettext_noop(
    "原样保存规程，使一个机构的来件从此按它办理。先证明它，并与它所依据的法规比较：不严密的、给信访人的少于法规的、"
    "有角色没有人担任的，都不能生效。已开始的事项仍按原来的版本办，直到 `huiyin rules move`。"
    "决定记入存证账。先用 `huiyin rules dry-run` 看会怎样。"
)
DRY_RUN = gettext_noop(
    "什么都不改。说明规程是否严密、给的是否不少于法规、哪些角色没有人担任，以及会有不同的每件未办结事项："
    "到现在为止哪里会不一样、能不能转过去。规程不能生效的（包括有角色没有人担任），退出码为 1。"
)
MOVE = gettext_noop(
    "使未办结的事项改按本机构已决定的版本办理。承诺过的不变：未完成的待办保留承办人和期限。"
    "新版本中没有对应位置的事项会列出，留在原来的版本（退出码 1）。"
)


def declare(actions: Any) -> None:
    """Adds the parsers to those of `huiyin rules`."""
    activating = _declare(actions, "activate", activate, _("自某日起来件按某规程办理"), ACTIVATE)
    activating.add_argument("book", metavar="BOOK", help=_("自带规程的名称、已保存规程的 名称@版本，或者 YAML 文件"))
    _of_organisation(activating)
    activating.add_argument("--from", dest="start", metavar="DATE", help=_("第一天，例如 2026-12-01（默认：立即）"))
    _by(activating)
    activating.add_argument("--basis", default="", metavar="TEXT", help=_("作出决定的文件，例如文号"))
    trying = _declare(actions, "dry-run", dry_run, _("启用某规程会怎样，涉及哪些未办结事项"), DRY_RUN)
    trying.add_argument("book", metavar="BOOK", help=_("同 activate"))
    _of_organisation(trying)
    listing = _declare(actions, "versions", versions, _("保存了哪些版本，何处自何时起按哪个版本"))
    listing.add_argument("--organisation", metavar="CODE", help=_("只看这一个"))
    moving = _declare(actions, "move", move, _("使未办结的事项改按现行版本办理"), MOVE)
    _of_organisation(moving)
    moving.add_argument("--case", metavar="NO", help=_("只看这一件"))
    _by(moving)


def _declare(actions: Any, name: str, run: Any, text: str, description: str = "") -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=text, description=_(description) if description else text
    )
    add_json(parser)
    parser.set_defaults(run=run, django=True)
    return parser


def _of_organisation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", required=True, metavar="CODE", help=_("哪个机构的事项"))


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", required=True, metavar="USERNAME", help=_("谁决定的；记入存证账"))


def activate(arguments: argparse.Namespace) -> int:
    """Lets a book come into force, or says what stands in its way."""
    from django.utils import timezone

    from huiyin.rule_store.activation import NotUsable, Unheld
    from huiyin.rule_store.activation import activate as decide
    from huiyin.rules.drafting.to_do import left_to_do

    if len(arguments.basis) > 200:
        raise Failure(_("--basis 最多 200 字：请写文号，不要写全文"), status=MISUSED)
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
        stays = _("%(key)s 不能生效：轮到某些角色时，事项会停住") % {"key": book[0].book.key}
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
        _("%(code)s 的 %(role)s（%(zh)s）只有一人：该人回避时，这一步就要等；请再任命一人%(stand_in)s")
        % {
            "code": organisation.code,
            "role": one.role,
            "zh": one.rule.zh,
            "stand_in": _("，或者任命担任 %(stand_in)s 的人") % {"stand_in": one.stand_in} if one.stand_in else "",
        }
        for one in alone
    ]
    lines.append(
        _("按 %(key)s，%(count)s 件未办结事项中有 %(found)s 件会不同")
        % {"found": len(found), "count": count, "key": rules.book.key}
    )
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
    stays = (
        _("；在新规程中没有位置：%(missing)s") % {"missing": _missing(case.misfits)}
        if case.misfits
        else _("；可以转过去")
    )
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
    lines = [
        _("保存  %(edition)s %(digest)s  %(moment)s")
        % {"edition": f"{edition!s:28}", "digest": edition.digest[:16], "moment": _moment(edition.kept_at)}
        for edition in editions
    ]
    for organisation, decided in found:
        lines.append(
            _("%(code)s：现行 %(rulebook)s%(waiting)s")
            % {"code": organisation.code, "rulebook": organisation.rulebook, "waiting": _waiting(organisation)}
        )
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
        raise Failure(
            _("%(code)s 还没有决定过版本") % {"code": organisation.code}, _("请先运行 `huiyin rules activate`")
        )
    actor = Actor("staff", OrganisationId(organisation.id), frozenset(), PersonId(by.id))
    cases = Case.objects.filter(organisation=organisation, ended_at=None).exclude(rulebook=target)
    if arguments.case:
        cases = cases.filter(number__iexact=arguments.case.strip())
        if not cases.exists():
            raise Failure(
                _("%(code)s 没有编号为 %(case)s、又不按 %(target)s 办理的未办结事项")
                % {"case": arguments.case, "code": organisation.code, "target": target}
            )
    ids = list(cases.order_by("registered_at", "id").values_list("id", flat=True))
    outcomes: list[Accepted | NoPlace] = []
    for id in tqdm(ids, unit=" cases", disable=not sys.stderr.isatty()):
        outcomes.append(move_case(id, target, actor, now))
    stuck = [outcome for outcome in outcomes if isinstance(outcome, NoPlace)]
    data = {"rulebook": target, "moved": len(outcomes) - len(stuck), "stay": [_stuck(outcome) for outcome in stuck]}
    report(
        arguments,
        data,
        [
            _("%(outcomes)s 件事项改按 %(target)s 办理") % {"outcomes": len(outcomes) - len(stuck), "target": target},
            *map(_stays, stuck),
        ],
    )
    return FAILED if stuck else DONE


def _stuck(outcome: NoPlace) -> dict[str, Any]:
    return {
        "case": outcome.case.number,
        "rulebook": outcome.case.rulebook,
        "misfits": _plain_misfits(outcome.misfits),
    }


def _stays(outcome: NoPlace) -> str:
    return _("%(number)s 仍按 %(rulebook)s：新版本没有 %(missing)s") % {
        "number": outcome.case.number,
        "rulebook": outcome.case.rulebook,
        "missing": _missing(outcome.misfits),
    }


def _missing(misfits: Iterable[Misfit]) -> str:
    return _("、").join(f"{misfit.part} {misfit.name}" for misfit in misfits)


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
        yield _("%(entrance)s：没有，或者没有接收来件的起始动作；来件由它进来") % {"entrance": entrance}
    if not judged.usable:
        yield _("%(rulebook)s 不能生效：请先解决以上各项") % {"rulebook": judged.rulebook}


def vacancy_lines(code: str, found: Iterable[Vacancy]) -> Iterator[str]:
    """Each role that nobody holds, with what to do about it."""
    for vacancy in found:
        seat = (
            _("，通常在 %(where)s") % {"where": either(vacancy.rule.seat.zh, vacancy.rule.seat.en)}
            if vacancy.rule.seat
            else ""
        )
        made = _("请设一个有这个角色的岗位%(seat)s并任命人员") % {"seat": seat}
        filled = _("请任命人员担任 %(posts)s") % {"posts": _("或者").join(vacancy.posts)}
        yield _("%(code)s 没有人担任 %(role)s（%(zh)s）：%(filled)s") % {
            "code": code,
            "role": vacancy.role,
            "zh": vacancy.rule.zh,
            "filled": filled if vacancy.posts else made,
        }


def _start_of(text: str) -> datetime:
    from django.utils import timezone

    return timezone.make_aware(datetime.combine(day_of_option("--from", text), time()))


def _moment(at: datetime) -> str:
    from django.utils import timezone

    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _waiting(organisation: Organisation) -> str:
    start = organisation.next_rulebook_from
    return (
        _("，自 %(since)s 起 %(next_rulebook)s")
        % {"next_rulebook": organisation.next_rulebook, "since": _moment(start)}
        if start
        else ""
    )


def _sentence(activation: Activation) -> str:
    who = _("（%(username)s）") % {"username": activation.decided_by.username} if activation.decided_by else ""
    basis = f" ({activation.basis})" if activation.basis else ""
    start, decided = _moment(activation.effective_from), _moment(activation.decided_at)
    return _("%(edition)s，自 %(start)s 起，%(decided)s 决定%(who)s%(basis)s") % {
        "edition": activation.edition,
        "start": start,
        "decided": decided,
        "who": who,
        "basis": basis,
    }


def _plain(activation: Activation) -> dict[str, Any]:
    return {
        "rulebook": str(activation.edition),
        "digest": activation.edition.digest,
        "effective_from": activation.effective_from.isoformat(),
        "decided_at": activation.decided_at.isoformat(),
        "decided_by": activation.decided_by.username if activation.decided_by else None,
        "basis": activation.basis,
    }
