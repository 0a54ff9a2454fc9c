"""Organisations as they are now, as a file describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import Any, Final

from django.db.models import Q
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from huiyin.language import ReaderLanguage, catalogue, gettext_noop
from huiyin.people.administrators import on_day
from huiyin.people.appointments import not_over
from huiyin.people.models import (
    Account,
    Administrator,
    Holding,
    Leader,
    Organisation,
    Post,
    Reception,
    ReceptionTime,
    Unit,
)
from huiyin.people.staff.units import current_units

HEAD: Final = (
    gettext_noop("机构、部门、岗位和人员：huiyin organisation apply FILE 使系统与本文件一致"),
    gettext_noop("写法见 docs/organisations.zh-CN.md"),
)
"""What stands above the file of organisations."""
CONTACT: Final = ("address", "postcode", "phone", "hours", "place")


def described(organisations: Iterable[Organisation], day: date) -> dict[str, Any]:
    """What a file says of ``organisations`` as they are on ``day``: appointments that are over are history and left out.

    What is empty is left out too, so that a file stays short.
    """
    found = sorted(organisations, key=lambda one: (_depth(one), one.code))
    holdings = not_over(Holding.objects.filter(organisation__in=found), day).order_by("since", "account__username")
    held = list(holdings.select_related("account", "post"))
    leaders = list(Leader.objects.filter(organisation__in=found).select_related("account"))
    whole = Account.objects.filter(is_superuser=True, is_active=True)
    people = {one.account for one in held} | {one.account for one in leaders} | set(whole)
    people.update(account for one in found for account in _administering(one, day))
    return {
        "people": [_person(one) for one in sorted(people, key=lambda one: one.username)],
        "organisations": [_organisation(one, held, leaders, day) for one in found],
        "administrators": _usernames(whole),
    }


def as_file(content: Mapping[str, Any], reader: ReaderLanguage) -> str:
    """The text of a file of organisations with this content, which says to ``reader`` what it is for."""
    return "".join(f"# {catalogue(reader).gettext(line)}\n" for line in HEAD) + as_yaml(content)


def as_yaml(content: Mapping[str, Any]) -> str:
    """The text of a file with this content."""
    writer, text = YAML(), StringIO()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.allow_unicode, writer.width = True, 120
    writer.dump(_laid_out(dict(content)), text)
    return text.getvalue()


def _laid_out(content: Any) -> Any:
    """The same, with what holds nothing but words in one line."""
    if isinstance(content, dict):
        mapping = CommentedMap((name, _laid_out(value)) for name, value in content.items())
        if set(mapping) <= {"username", "since", "until"} | {"name", "email"}:
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(content, list):
        entries = CommentedSeq(map(_laid_out, content))
        if not any(isinstance(entry, dict) for entry in content):
            entries.fa.set_flow_style()
        return entries
    return content


def _depth(organisation: Organisation) -> int:
    return 1 + _depth(organisation.superior) if organisation.superior else 0


def _person(account: Account) -> dict[str, Any]:
    return _without_empty({"username": account.username, "name": account.display_name, "email": account.email})


def _administering(one: Organisation, day: date) -> list[Account]:
    """Who administers this organisation, and not the whole installation for that."""
    rows = on_day(Administrator.objects.filter(organisation=one), day).select_related("account")
    return [row.account for row in rows]


def _usernames(accounts: Iterable[Account]) -> list[str]:
    return sorted(account.username for account in accounts)


def _organisation(one: Organisation, held: Sequence[Holding], leaders: Sequence[Leader], day: date) -> dict[str, Any]:
    reception = Reception.objects.filter(organisation=one).first()
    return _without_empty(
        {
            "code": one.code,
            "name": one.name,
            "short_name": one.short_name,
            "level": one.level,
            "rulebook": one.rulebook.partition("@")[0],
            "superior": _superior(one),
            "first_responsible": one.first_responsible,
            "paper_code": one.paper_code,
            "office": one.office.code if one.office else None,
            "contact": _without_empty({name: getattr(reception, name) for name in CONTACT}) if reception else None,
            "reception": [_reception_time(row) for row in ReceptionTime.objects.filter(organisation=one)],
            "units": [_unit(unit, held, day) for unit in current_units(one)],
            "abolished": _abolished(one),
            "leaders": _leaders([row for row in leaders if row.organisation_id == one.id]),
            "administrators": _usernames(_administering(one, day)),
        }
    )


def _reception_time(row: ReceptionTime) -> dict[str, Any]:
    hours = {name: f"{getattr(row, name):%H:%M}" for name in ("begins", "ends")}
    when = {"weekdays": sorted(row.weekdays), "weeks": sorted(row.weeks), "day": row.day}
    return _without_empty({**when, **hours, "place": row.place, "receiver": row.receiver})


def _superior(one: Organisation) -> dict[str, str] | None:
    if one.superior:
        return {"code": one.superior.code}
    return _without_empty({"name": one.superior_name, "address": one.superior_address}) or None


def _unit(unit: Unit, held: Sequence[Holding], day: date) -> dict[str, Any]:
    holders: dict[Any, list[Holding]] = {}
    for one in held:
        holders.setdefault(one.post_id, []).append(one)
    posts = Post.objects.filter(unit=unit).order_by("title")
    return _without_empty(
        {
            "code": unit.code,
            "name": unit.name,
            "kind": unit.kind,
            "parent": unit.parent.code if unit.parent else None,
            "posts": [_post(post, holders.get(post.id, ())) for post in posts if post.roles or post.id in holders],
        }
    )


def _post(post: Post, holders: Sequence[Holding]) -> dict[str, Any]:
    return _without_empty(
        {"title": post.title, "roles": list(post.roles), "holders": [_holder(one) for one in holders]}
    )


def _holder(one: Holding) -> dict[str, Any]:
    return _without_empty({"username": one.account.username, "since": one.since, "until": one.until})


def _abolished(one: Organisation) -> list[dict[str, str]]:
    gone = Unit.objects.filter(~Q(abolished_on=None), organisation=one).select_related("successor").order_by("code")
    return [{"code": unit.code, "successor": _goes_on(unit).code} for unit in gone]


def _goes_on(unit: Unit) -> Unit:
    """The unit that goes on after it: where a successor ended too, that one's."""
    while unit.successor is not None:
        unit = unit.successor
    return unit


def _leaders(rows: Sequence[Leader]) -> dict[str, Any]:
    by_position: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.account.username):
        by_position.setdefault(row.position, []).append(row.account.username)
    head = by_position.pop(Leader.Position.HEAD, [])
    return _without_empty({"head": head[0] if head else None, **by_position})


def _without_empty(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value not in (None, "", [], {})}
