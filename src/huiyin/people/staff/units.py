"""The tree of units of an organisation: adding, renaming and moving them, and ending one, whose successor takes over its posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.acting import kin
from huiyin.people.appointments import appoint, day_of, end_holding, not_over
from huiyin.people.models import LIAISON, Account, Holding, Organisation, Post, Unit, rename


class TreeBroken(HuiyinError):
    """Raised when a unit cannot stand where it is put: below itself, in another organisation, or below one that is no more."""

    to_do = gettext_noop("请选同一机构、不在它之下的部门")


class CodeTaken(HuiyinError):
    """Raised when a unit of the organisation has this code already, be it one that is no more: documents and history name it."""

    to_do = gettext_noop("请另选一个编号")


class TitleTaken(HuiyinError):
    """Raised when a unit has a post of this title already."""

    to_do = gettext_noop("请另选一个岗位名称")


class TwoLiaisons(HuiyinError):
    """Raised when a unit would have two liaisons (clause s0-3.2.2.1e)."""

    to_do = gettext_noop("请把这个角色留给部门中由一个人担任的一个岗位")


class NoSuccessor(HuiyinError):
    """Raised when a unit cannot end as asked: its successor is itself, of another organisation or no more, or it has ended already."""

    to_do = gettext_noop("请写同一机构中继续存在的另一个部门")


def add_unit(unit: Unit, at: datetime, by: Account | None = None, reason: str = "") -> Unit:
    """Put a new unit into the tree. Raises CodeTaken, TreeBroken."""
    _refuse_parent(unit, unit.parent)
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
            _record("add_unit", unit, at, by, reason)
    except IntegrityError:
        raise CodeTaken(_("%(code)s 已有部门 %(unit)s") % {"code": unit.organisation.code, "unit": unit.code}) from None
    return unit


def change_unit(
    unit: Unit,
    at: datetime,
    by: Account | None = None,
    *,
    name: str,
    kind: str,
    parent: Unit | None,
    reason: str = "",
) -> Unit:
    """Rename a unit or move it, with all below it, to another place in the tree; documents keep the name they were issued under.

    Raises TreeBroken.
    """
    _refuse_parent(unit, parent)
    former = unit.name
    if name != former:
        unit.former_names = [*(each for each in unit.former_names if each not in (former, name)), former]
    rename(unit, name, at)
    unit.kind, unit.parent = kind, parent
    with transaction.atomic():
        unit.save(update_fields=["name", "kind", "parent", "former_names", "renamed"])
        _record("change_unit", unit, at, by, reason)
    return unit


def _refuse_parent(unit: Unit, parent: Unit | None) -> None:
    if parent is None:
        return
    if parent.organisation_id != unit.organisation_id or parent.abolished_on is not None:
        raise TreeBroken(_("%(code)s 不能放在 %(above)s 之下") % {"code": unit.code, "above": parent.code})
    if unit.id in kin([parent]):
        raise TreeBroken(
            _("%(code)s 不能放在 %(above)s 之下，后者在它之下") % {"code": unit.code, "above": parent.code}
        )


def abolish(unit: Unit, successor: Unit, at: datetime, by: Account | None = None, reason: str = "") -> Unit:
    """End a unit. Its posts, with who holds them, and the units below it are its successor's from this day on.

    What it did and owed on cases follows by ``door.consequences.succession``, which whoever calls this calls next. A unit has one liaison: the
    successor keeps its own, if it has one. The unit's name stays where it stood; its code is not given again.

    Raises NoSuccessor.
    """
    with transaction.atomic():
        held = {one.id: one for one in Unit.objects.select_for_update().filter(id__in=[unit.id, successor.id])}
        unit, successor = held[unit.id], held[successor.id]
        _refuse_successor(unit, successor)
        if unit.id in kin([successor]):
            change_unit(successor, at, by, name=successor.name, kind=successor.kind, parent=unit.parent)
        for child in Unit.objects.filter(parent=unit, abolished_on__isnull=True).exclude(id=successor.id):
            change_unit(child, at, by, name=child.name, kind=child.kind, parent=successor)
        unit.abolished_on, unit.successor = day_of(at), successor
        unit.save(update_fields=["abolished_on", "successor"])
        for post in Post.objects.filter(unit=unit).order_by("title"):
            _take_over(post, successor, at, by)
        _record("abolish_unit", unit, at, by, reason)
    return unit


def _refuse_successor(unit: Unit, successor: Unit) -> None:
    if unit.abolished_on is not None:
        raise NoSuccessor(
            _("%(code)s 已于 %(abolished_on)s 撤销") % {"code": unit.code, "abolished_on": unit.abolished_on},
            _("已没有要做的"),
        )
    if unit.id == successor.id or unit.organisation_id != successor.organisation_id:
        raise NoSuccessor(_("%(code)s 不能承接 %(ended)s") % {"code": successor.code, "ended": unit.code})
    if successor.abolished_on is not None:
        raise NoSuccessor(
            _("%(code)s 已于 %(abolished_on)s 撤销") % {"code": successor.code, "abolished_on": successor.abolished_on}
        )


def _take_over(post: Post, successor: Unit, at: datetime, by: Account | None) -> None:
    """Make the post one of ``successor``, held by whom it is held by; what is left of it has no roles."""
    holdings = list(not_over(Holding.objects.filter(post=post), day_of(at)).select_related("account"))
    roles = [role for role in post.roles if role != LIAISON or not _has_liaison(successor, at)]
    if roles or holdings:
        there = _post_there(post, successor, roles, at, by)
    for held in holdings:
        until, since = held.until, max(held.since, day_of(at))
        end_holding(held, since, by=by, at=at)
        follows = appoint(held.account, there, since, by=by, at=at)
        if until is not None:
            end_holding(follows, until, by=by, at=at)
    if post.roles:
        change_post(post, [], at, by)


def _has_liaison(unit: Unit, at: datetime) -> bool:
    return not_over(Holding.objects.filter(liaison_of=unit), day_of(at)).exists()


def _post_there(post: Post, successor: Unit, roles: list[str], at: datetime, by: Account | None) -> Post:
    """The post of ``successor`` that goes on with ``post``: one of its title and roles, or a new one under a title that is free."""
    there = {one.title: one for one in Post.objects.filter(unit=successor)}
    same = there.get(post.title)
    if same is not None and set(same.roles) == set(roles):
        return same
    title = post.title if same is None else f"{post.title}（{post.unit.name}）"[:100]
    return add_post(Post(organisation=successor.organisation, unit=successor, title=title, roles=roles), at, by)


def add_post(post: Post, at: datetime, by: Account | None = None, reason: str = "") -> Post:
    """Put a new post into a unit. Raises TitleTaken."""
    try:
        with transaction.atomic():
            post.save(force_insert=True)
            _record("add_post", post, at, by, reason)
    except IntegrityError:
        raise TitleTaken(_("%(code)s 已有岗位 %(title)s") % {"code": post.unit.code, "title": post.title}) from None
    return post


def change_post(post: Post, roles: Iterable[str], at: datetime, by: Account | None = None, reason: str = "") -> Post:
    """Give a post other roles of the rulebook; one without roles is a mere title, which nothing goes to.

    A post that becomes a liaison's, or no longer is one, says so in who holds it, since a unit has one liaison. Raises TwoLiaisons.
    """
    post.roles = list(roles)
    is_liaison = LIAISON in post.roles
    with transaction.atomic():
        post.save(update_fields=["roles"])
        held = list(not_over(Holding.objects.filter(post=post), day_of(at)))
        others = not_over(Holding.objects.filter(liaison_of=post.unit_id), day_of(at)).exclude(post=post)
        if is_liaison and held and (len(held) > 1 or others.exists()):
            raise TwoLiaisons(_("%(title)s 不能作为部门的联系人岗位") % {"title": post.title})
        changed = [one for one in held if bool(one.liaison_of_id) is not is_liaison]
        for one in changed:
            one.liaison_of_id = post.unit_id if is_liaison else None
            one.save(update_fields=["liaison_of"])
        _record("change_post", post, at, by, reason, changed)
    return post


def current_units(organisation: Organisation) -> list[Unit]:
    """The units of an organisation that go on, by code."""
    return list(Unit.objects.filter(organisation=organisation, abolished_on__isnull=True).order_by("code"))


def _record(
    change: str, row: Unit | Post, at: datetime, by: Account | None, reason: str, others: Iterable[Holding] = ()
) -> None:
    subject = (
        f"{row.code} {row.name}" if isinstance(row, Unit) else f"{row.unit.name} · {row.title}: {', '.join(row.roles)}"
    )
    if change == "abolish_unit" and isinstance(row, Unit):
        subject += f" → {row.successor}"
    elif change == "change_unit" and isinstance(row, Unit) and row.former_names:
        subject = f"{row.code} {row.former_names[-1]} → {row.name}"
    organisation = row.organisation_id
    administration.record_act(
        change, [row, *others], at, None, by=by, organisation=organisation, subject=subject, reason=reason
    )
