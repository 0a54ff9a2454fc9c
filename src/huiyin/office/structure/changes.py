"""Changing an organisation, its units and posts: what follows is told before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.door.consequences.handing_over import hand_over_left_duties, let_stand_in
from huiyin.door.consequences.succession import bar_below, let_succeed, move_unit
from huiyin.door.consequences.succession import end_unit as end_of_unit
from huiyin.office.changes import Change, Subject, subject_page
from huiyin.office.consequences import rehearse, unsealed_duties
from huiyin.office.reach import has_petitions
from huiyin.office.structure.forms import AbolishForm, OwnForm, PostForm, UnitForm
from huiyin.office.structure.pages import own, own_unit, role_names
from huiyin.organisations.bringing_in_line import OWN as DESCRIBED
from huiyin.organisations.export import CONTACT
from huiyin.people import administration
from huiyin.people.appointments import day_of, liaisons, not_over
from huiyin.people.models import AdministrativeAct, Holding, Organisation, Post, Reception, Unit, enter
from huiyin.people.staff.opening import refuse_opening
from huiyin.people.staff.units import add_post, add_unit, change_post
from huiyin.web.page_access import Administering, administrator_page

OWN = (*DESCRIBED, "superior_name", "superior_address", "office")


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def new_unit(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """Adds a unit."""
    organisation = own(administering, code)
    form = UnitForm(request.POST or None, units=_others(organisation), is_new=True)

    def carry_out(given: Mapping[str, Any]) -> str:
        unit = Unit(organisation=organisation, **{name: given[name] for name in ("code", "name", "kind", "parent")})
        add_unit(unit, administering.at, administering.account, given["reason"])
        bar_below(unit, administering.at)
        return _("已新增部门。请为它设联系人岗位并任命人员")

    return subject_page(request, organisation_subject(organisation), Change(_("新增部门"), _("新增"), form, carry_out))


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def edit_unit(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Renames a unit or moves it in the tree."""
    unit = own_unit(administering, id)
    initial = {"name": unit.name, "kind": unit.kind, "parent": unit.parent_id}
    others = _others(unit.organisation).exclude(id=unit.id)
    form = UnitForm(request.POST or None, initial=initial, units=others, is_new=False)

    def carry_out(given: Mapping[str, Any]) -> str:
        values = {name: given[name] for name in ("name", "kind", "parent", "reason")}
        move_unit(unit, administering.at, administering.account, **values)
        return _("已修改部门")

    change = Change(_("修改部门：%(unit)s") % {"unit": unit.name}, _("修改"), form, carry_out)
    return subject_page(request, organisation_subject(unit.organisation), change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def end_unit(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Ends a unit, which another one succeeds: so units are merged, too."""
    unit = own_unit(administering, id)
    form = AbolishForm(request.POST or None, units=_others(unit.organisation).exclude(id=unit.id))

    def do(given: Mapping[str, Any]) -> None:
        if has_petitions(unit.organisation):
            both = Post.objects.filter(unit__in=[unit, given["successor"]]).values_list("id", flat=True)
            refuse_opening(administering.account, list(both), administering.at)
        end_of_unit(unit, given["successor"], administering.at, administering.account, given["reason"])

    def carry_out(given: Mapping[str, Any]) -> str:
        do(given)
        # What is open goes on at once, as far as it is not much; a worker does the rest within minutes.
        let_succeed(administering.at, unit.id)
        return _("已撤销。正在办的事项已由承接的部门接办，较多的在几分钟内完成")

    change = Change(
        _("撤销部门：%(unit)s") % {"unit": unit.name},
        _("撤销"),
        form,
        carry_out,
        lambda given: rehearse([unit.organisation], administering.at, lambda: _ended(unit, given, administering, do)),
        intro=_("撤销后编号不再使用，历史和已发出的文书仍用原来的名称。合并两个部门，就是撤销一个、由另一个承接。"),
        takes_away=True,
    )
    return subject_page(request, organisation_subject(unit.organisation), change)


def _ended(
    unit: Unit, given: Mapping[str, Any], administering: Administering, do: Callable[[Mapping[str, Any]], None]
) -> list[str]:
    held = not_over(Holding.objects.filter(post__unit=unit), day_of(administering.at)).count()
    below = Unit.objects.filter(parent=unit, abolished_on=None).count()
    owed = unsealed_duties().filter(unit=unit).count()
    day, successor = day_of(administering.at), given["successor"]
    led = liaisons(unit, day)
    do(given)
    let_succeed(administering.at, unit.id)
    words = {"people": held, "below": below, "owed": owed, "successor": successor.name}
    lines = [_("%(people)d 项任职、%(below)d 个下级部门、%(owed)d 件待办，归%(successor)s。") % words]
    there = liaisons(successor, day)
    lost = {"people": _("、").join(map(str, set(led) - set(there))), "now": _("、").join(map(str, there))}
    if lost["people"]:
        lines.append(_("%(people)s不再是联系人：每个部门只有一名，%(successor)s的联系人是%(now)s。") % (words | lost))
    return lines


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def new_post(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Adds a post to a unit."""
    unit = own_unit(administering, id)
    roles = role_names(unit.organisation, administering).items()
    form = PostForm(request.POST or None, roles=roles, is_new=True)

    def carry_out(given: Mapping[str, Any]) -> str:
        post = Post(organisation=unit.organisation, unit=unit, title=given["title"], roles=given["roles"])
        add_post(post, administering.at, administering.account, given["reason"])
        return _("已新增岗位。请在“人员”中任命")

    change = Change(_("新增岗位：%(unit)s") % {"unit": unit.name}, _("新增"), form, carry_out)
    return subject_page(request, organisation_subject(unit.organisation), change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def edit_post(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Changes the roles that a post holds."""
    posts = Post.objects.filter(organisation__in=administering.organisations, unit__abolished_on=None, id=id)
    post = posts.select_related("unit", "organisation").first()
    if post is None:
        raise Http404
    form = PostForm(
        request.POST or None,
        initial={"roles": post.roles},
        roles=role_names(post.organisation, administering).items(),
        is_new=False,
    )

    def do(given: Mapping[str, Any]) -> list[str]:
        if has_petitions(post.organisation) and set(given["roles"]) - set(post.roles):
            refuse_opening(administering.account, [post.id], administering.at)
        change_post(post, given["roles"], administering.at, administering.account, given["reason"])
        return []

    def carry_out(given: Mapping[str, Any]) -> str:
        do(given)
        while hand_over_left_duties(administering.at):
            pass
        let_stand_in(administering.at)
        return _("已修改岗位的角色")

    title = _("修改岗位：%(unit)s · %(post)s") % {"unit": post.unit.name, "post": post.title}
    change = Change(
        title,
        _("修改"),
        form,
        carry_out,
        lambda given: rehearse([post.organisation], administering.at, lambda: do(given)),
    )
    return subject_page(request, organisation_subject(post.organisation), change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def edit_own(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """Changes what an organisation says of itself and where it can be reached."""
    organisation = own(administering, code)
    reception = Reception.objects.filter(organisation=organisation).first() or Reception(organisation=organisation)
    initial = {name: getattr(organisation, name) for name in OWN}
    initial |= {name: getattr(reception, name) for name in CONTACT}
    form = OwnForm(
        request.POST or None,
        initial=initial,
        units=_others(organisation),
        has_superior=organisation.superior_id is not None,
    )

    def carry_out(given: Mapping[str, Any]) -> str:
        for row, names, change in (
            (organisation, OWN, "change_organisation"),
            (reception, CONTACT, "change_reception"),
        ):
            changed = [name for name in names if name in given and getattr(row, name) != given[name]]
            for name in changed:
                enter(row, name, given[name], administering.at)
            if changed:
                row.save()
                administration.record_act(
                    change,
                    [row],
                    administering.at,
                    None,
                    by=administering.account,
                    organisation=organisation.id,
                    subject=organisation.name,
                    reason=given["reason"],
                )
        return _("已修改")

    change = Change(_("修改机构信息"), _("修改"), form, carry_out)
    return subject_page(request, organisation_subject(organisation), change)


def _others(organisation: Organisation) -> Any:
    return Unit.objects.filter(organisation=organisation, abolished_on=None).order_by("code")


def organisation_subject(organisation: Organisation, back: str = "office:organisation") -> Subject:
    """An organisation as what a change is about; ``back`` names the page of it that the change leads to."""
    return Subject(
        organisation.name,
        organisation.code,
        reverse(back, args=[organisation.code]),
        Organisation.objects.filter(id=organisation.id),
        AdministrativeAct.objects.filter(organisation=organisation),
    )
