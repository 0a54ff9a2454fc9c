"""Appointing somebody to a post, ending it, and noting that somebody is away or back: what follows is told before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.door.consequences.handing_over import let_stand_in
from huiyin.door.consequences.namesakes import ask_about_appointed
from huiyin.office import second_person
from huiyin.office.changes import Change, change_page, governed, person_of
from huiyin.office.consequences import Leaving, rehearse_leaving, settle
from huiyin.office.forms import AbsenceForm, AppointForm, BackForm, EndForm
from huiyin.people.absences import away_on, end_absence, note_absence
from huiyin.people.appointments import appoint, current, day_of, end_holding, in_the_way, not_over
from huiyin.people.models import LIAISON, Account, Holding, Proposal
from huiyin.people.staff.people_list import holders_beside
from huiyin.people.staff.proposals import propose
from huiyin.web.page_access import Administering, administrator_page


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def appoint_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Gives somebody a post of one of the administrator's organisations, from a day on."""
    account = person_of(administering, id)
    today = day_of(administering.at)
    form = AppointForm(request.POST or None, organisations=administering.organisations, today=today)

    def carry_out(given: Any) -> str:
        if second_person.for_appointment(administering, account, given["post"], given["since"]):
            post = given["post"]
            propose(
                Proposal.Opens.POST,
                post.organisation,
                account,
                administering.account,
                administering.at,
                post=post,
                since=given["since"],
                reason=given["reason"],
            )
            return _("已提出，由另一人确认后生效")
        appoint(
            account,
            given["post"],
            given["since"],
            by=administering.account,
            at=administering.at,
            reason=given["reason"],
        )
        return _("已任命")

    def follows(given: Any) -> Sequence[str]:
        needed = second_person.for_appointment(administering, account, given["post"], given["since"])
        second = second_person.in_words(administering, account, given["post"].organisation) if needed else []
        return [*second, *_replaced(account, given), *_not_yet(account), *_gains(given)]

    unseen = partial(ask_about_appointed, [account.id], administering.at)
    change = Change(_("任命"), _("任命"), form, carry_out, follows, unseen=unseen)
    return change_page(request, account, change)


def _replaced(account: Account, given: Any) -> Sequence[str]:
    post, since = given["post"], given["since"]
    if LIAISON not in post.roles:
        return []
    words = _("每个单位只有一名联系人：%(name)s的联系人岗位到 %(day)s 为止。")
    return [
        words % {"name": held.account, "day": since}
        for held in in_the_way(post, since)
        if held.account_id != account.id
    ]


def _not_yet(account: Account) -> Sequence[str]:
    return (
        []
        if account.is_active
        else [_("本人还没有接受邀请或账户已停用：在能够登录之前，这个岗位仍算空缺，不分派待办。")]
    )


def _gains(given: Any) -> Sequence[str]:
    words = {"unit": given["post"].unit.name, "post": given["post"].title, "day": given["since"]}
    return [_("从 %(day)s 起，可以查看和办理%(unit)s“%(post)s”岗位范围内的事项。") % words]


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def end_page(request: HttpRequest, administering: Administering, id: UUID, holding: UUID) -> HttpResponse:
    """Ends an appointment on a day; an appointment that lies ahead is taken back whole."""
    account = person_of(administering, id)
    own = not_over(Holding.objects.filter(account=account), day_of(administering.at))
    own = own.filter(organisation__in=administering.organisations)
    held = own.select_related("post__unit", "organisation", "account").filter(id=holding).first()
    if held is None:
        raise Http404
    today = day_of(administering.at)
    form = EndForm(request.POST or None, initial={"until": max(today, held.since)})
    people = holders_beside(held, administering.at)
    form.offer("heir", people, today)

    def leaving(given: Any) -> Leaving:
        heir = _chosen(people, given["heir"]) if given["until"] <= today else None
        return Leaving(account, [held], given["until"], administering.at, heir)

    def do(given: Any) -> str:
        end_holding(held, given["until"], by=administering.account, at=administering.at, reason=given["reason"])
        return _("任职将在所定之日结束")

    def carry_out(given: Any) -> str:
        outcome = do(given)
        settle(leaving(given))
        return outcome

    title = _("结束任职：%(unit)s · %(post)s") % {"unit": held.post.unit.name, "post": held.post.title}
    change = Change(
        title,
        _("结束任职"),
        form,
        carry_out,
        lambda given: rehearse_leaving(leaving(given), lambda: do(given)),
        takes_away=True,
    )
    return change_page(request, account, change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def away_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Notes that somebody is away for a time, and who stands in."""
    account = governed(administering, id)
    today = day_of(administering.at)
    posts = list(
        current(Holding.objects.filter(account=account), today).select_related("post__unit", "organisation", "account")
    )
    people = list({one.id: one for held in posts for one in holders_beside(held, administering.at)}.values())
    form = AbsenceForm(request.POST or None, initial={"since": today})
    form.offer("deputy", people, today)

    def leaving(given: Any) -> Leaving:
        return Leaving(account, posts, given["since"], administering.at, _chosen(people, given["deputy"]))

    def do(given: Any) -> str:
        note_absence(
            account,
            given["since"],
            given["until"],
            administering.at,
            purpose=given["purpose"],
            deputy=_chosen(people, given["deputy"]),
            by=administering.account,
        )
        return _("已登记离岗")

    def carry_out(given: Any) -> str:
        outcome = do(given)
        settle(leaving(given))
        return outcome

    change = Change(
        _("登记离岗"), _("登记离岗"), form, carry_out, lambda given: rehearse_leaving(leaving(given), lambda: do(given))
    )
    return change_page(request, account, change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def back_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Notes that somebody is back; what others did meanwhile stays with them."""
    account = governed(administering, id)
    today = day_of(administering.at)
    if not away_on(today).filter(account=account).exists():
        raise Http404
    form = BackForm(request.POST or None, initial={"until": today})

    def carry_out(given: Any) -> str:
        end_absence(account, _no_later(given["until"], today), administering.at, by=administering.account)
        let_stand_in(administering.at)
        return _("已登记返岗")

    intro = _("离岗期间移交出去的待办不会自动收回；由规程指定的代办人办理的，返岗后还给本人。")
    return change_page(request, account, Change(_("登记返岗"), _("登记返岗"), form, carry_out, intro=intro))


def _no_later(day: date, today: date) -> date:
    return min(day, today)


def _chosen(people: Sequence[Account], id: str) -> Account | None:
    return next((one for one in people if str(one.id) == id), None)
