"""What several commands need: the rulebook and the organisation that were named, and differences in words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from huiyin.commands import MISUSED, Failure
from huiyin.language import gettext as _
from huiyin.rules import MATTER

if TYPE_CHECKING:
    import argparse
    from datetime import date
    from pathlib import Path

    from django.db.models import QuerySet

    from huiyin.casework.models import Case
    from huiyin.insight.whatif import CaseDifference
    from huiyin.people.models import Account, Holding, Organisation
    from huiyin.procedure.replaying.course import Difference
    from huiyin.rules.book.load import Rules
    from huiyin.rules.book.sources import Sources


def day_of_option(option: str, given: str) -> date:
    """The day that an option of the command line gives. Raises Failure (misuse) for anything else, and for days out of reach."""
    from huiyin.rules.deadlines.day_given import day_given

    day = day_given(given)
    if day is None:
        raise Failure(
            _("%(option)s %(given)s：请写 1900 年到 2999 年的日期，例如 2026-12-01")
            % {"option": option, "given": given},
            status=MISUSED,
        )
    return day


def is_file(book: str) -> bool:
    """Whether a rulebook that was named on the command line is a file, and not the name of a known one."""
    return book.endswith((".yaml", ".yml")) or os.sep in book


def read_rules(book: str) -> Rules:
    """A rulebook that was named on the command line, whether or not its names lead somewhere."""
    from huiyin.rules.book.load import load, load_file

    return load_file(_file(book)) if is_file(book) else load(book)


def _file(book: str) -> Path:
    """The file of a rulebook that was named as one."""
    from pathlib import Path

    path = Path(book)
    if not path.is_file():
        raise Failure(
            _("%(book)s：没有这个文件") % {"book": book},
            _("请写规程 YAML 文件的路径，或者自带规程的名称"),
            status=MISUSED,
        )
    return path


def loaded(book: str) -> Rules:
    """The same, when every name in it leads somewhere."""
    from huiyin.rules.book.references import resolved

    return resolved(read_rules(book))


def gathered(book: str) -> tuple[Rules, Sources]:
    """A rulebook that was named on the command line, with its texts."""
    from huiyin.rule_store import store
    from huiyin.rules.book.sources import gather

    return gather(_file(book)) if is_file(book) else store.gather(book)


def book_of_matters(book: str) -> tuple[Rules, Sources | None]:
    """A rulebook to play in a throwaway installation, where none is stored: its texts too, unless it ships."""
    from huiyin.rules.book.load import load
    from huiyin.rules.book.sources import gather

    rules, sources = gather(_file(book)) if is_file(book) else (load(book), None)
    if MATTER not in rules.book.procedures:
        raise Failure(
            _("%(book)s 没有名为 %(procedure)s 的程序，信访事项按它办理") % {"book": book, "procedure": MATTER}
        )
    return rules, sources


def organisation_of(code: str) -> Organisation:
    """The organisation with this code."""
    from huiyin.people.models import Organisation

    found = Organisation.objects.filter(code=code).first()
    if found is None:
        known = _("、").join(Organisation.objects.order_by("code").values_list("code", flat=True)) or _("一个也没有")
        raise Failure(
            _("没有机构 %(code)s") % {"code": code}, _("有的是：%(known)s") % {"known": known}, status=MISUSED
        )
    return found


def account_called(username: str) -> Account:
    """The account with this user name, closed ones too."""
    from huiyin.people.models import Account

    found = Account.objects.filter(username=username).first()
    if found is None:
        raise Failure(_("没有用户名为 %(username)s 的账户") % {"username": username}, _("请写用户名"), status=MISUSED)
    return found


def decider(username: str) -> Account:
    """Whoever decided, by user name: somebody who may sign in."""
    found = account_called(username)
    if not found.is_active:
        raise Failure(_("账户 %(username)s 已停用") % {"username": username}, _("请写决定人的用户名"), status=MISUSED)
    return found


def case_called(number: str) -> Case:
    """The case with this number."""
    from huiyin.casework.models import Case

    found = Case.objects.filter(number__iexact=number.strip()).first()
    if found is None:
        raise Failure(
            _("没有编号为 %(number)s 的事项") % {"number": number}, _("请写登记簿上的编号，例如 LJ-20260302-482193")
        )
    return found


def add_holding(parser: argparse.ArgumentParser) -> None:
    """Gives a command the arguments by which somebody in a post is named; see ``holding_of``."""
    parser.add_argument("account", metavar="USERNAME", help=_("任职的人"))
    parser.add_argument("--organisation", metavar="CODE", help=_("岗位所在；一人担任几个岗位时写"))
    parser.add_argument("--unit", metavar="CODE", help=_("岗位所在；一人担任几个岗位时写"))
    parser.add_argument("--post", metavar="TITLE", help=_("岗位所在；一人担任几个岗位时写"))


def holding_of(arguments: argparse.Namespace, among: QuerySet[Holding]) -> Holding:
    """The one of the holdings that was named by the arguments of ``add_holding``."""
    given = {
        "organisation__code": arguments.organisation,
        "post__unit__code": arguments.unit,
        "post__title": arguments.post,
    }
    held = among.filter(account=account_called(arguments.account))
    held = held.filter(**{name: value for name, value in given.items() if value})
    found = list(held.select_related("account", "organisation", "post__unit").order_by("since", "id"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failure(
            _("%(account)s 没有这样的任职") % {"account": arguments.account}, _("见 huiyin appointments list --all")
        )
    posts = _("、").join(f"{each.post.title} ({each.organisation.code} {each.post.unit.code})" for each in found)
    raise Failure(
        _("%(account)s 有几个这样的任职") % {"account": arguments.account},
        _("请用 --unit 和 --post 写明是哪一个：%(posts)s") % {"posts": posts},
        status=MISUSED,
    )


def unit_names(changes: Iterable[CaseDifference]) -> Mapping[str, str]:
    """The names of the units that owe duties in what is told, by their ids as differences have them."""
    from uuid import UUID

    from huiyin.people.models import Unit

    named = {
        id for item in changes for owner in item.differences if owner.kind == "owner" for id in (owner.was, owner.would)
    }
    ids = [UUID(hex=id) for id in named if len(id) == 32]
    return {id.hex: name for id, name in Unit.objects.filter(id__in=ids).values_list("id", "name")}


def described(item: Difference, units: Mapping[str, str]) -> str:
    """A difference in a line."""
    if item.kind == "refused":
        return _("不准 %(name)s，%(was)s：%(would)s") % {"name": item.name, "was": item.was, "would": item.would}
    if item.kind == "asked":
        return _("要求填写 %(name)s，%(would)s") % {"name": item.name, "would": item.would}
    was, would = (units.get(value, value) or "-" for value in (item.was, item.would))
    days = _("（%(days)s 天）") % {"days": f"{item.days:+}"} if item.days is not None else ""
    clauses = _("、").join(dict.fromkeys((*item.clause_was, *item.clause_would)))
    return f"{item.kind.replace('_', ' ')} {item.name}: {was} → {would}{days}{f' [{clauses}]' if clauses else ''}"
