"""What an administrator changes about an account itself: closing it, sessions, tokens, the name, a place in the leading group."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.door.consequences.namesakes import ask_about_renamed
from huiyin.office import second_person
from huiyin.office.changes import Change, change_page, governed, person_of
from huiyin.office.consequences import Leaving, rehearse_leaving, settle
from huiyin.office.forms import LeaderForm, ReasonForm, RenameForm
from huiyin.people.appointments import day_of, not_over
from huiyin.people.models import Account, Holding, Proposal
from huiyin.people.staff import accounts, leaders
from huiyin.people.staff.proposals import propose
from huiyin.web.page_access import Administering, administrator_page


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def close_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Closes an account: nobody signs in, and what is owed goes on."""
    account = governed(administering, id)
    day = day_of(administering.at)
    posts = not_over(Holding.objects.filter(account=account), day).select_related(
        "post__unit", "organisation", "account"
    )
    leaving = Leaving(account, list(posts), day, administering.at)

    def do(given: Any) -> str:
        accounts.close(account, administering.at, by=administering.account, reason=given["reason"])
        return _("账户已停用")

    def carry_out(given: Any) -> str:
        outcome = do(given)
        settle(leaving)
        return outcome

    change = Change(
        _("停用账户"),
        _("停用账户"),
        ReasonForm(request.POST or None),
        carry_out,
        lambda given: rehearse_leaving(leaving, lambda: do(given)),
        intro=_("停用后立即不能登录，令牌和未用的邀请作废。岗位不变，恢复后继续任职。"),
        takes_away=True,
    )
    return change_page(request, account, change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def reopen_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Opens a closed account again."""
    return _simple(
        request, administering, id, accounts.reopen, (_("恢复账户"), _("账户已恢复"), _("用原来的密码登录。"))
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def sessions_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Signs somebody out everywhere."""
    intro = _("在所有设备上退出登录，令牌不受影响。怀疑密码泄露的，请另外重置密码。")
    return _simple(
        request, administering, id, accounts.end_sessions, (_("退出所有登录"), _("已在所有设备上退出"), intro)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def tokens_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Revokes every token of somebody."""
    intro = _("用这些令牌的程序立即不能再访问。")
    return _simple(request, administering, id, accounts.end_tokens, (_("作废全部令牌"), _("令牌已全部作废"), intro))


def _simple(
    request: HttpRequest,
    administering: Administering,
    id: UUID,
    do: Callable[..., object],
    words: tuple[str, str, str],
) -> HttpResponse:
    """A change that asks for nothing but why; ``words`` are its title, what is told afterwards, and what it means."""
    account: Account = governed(administering, id)
    title, done, intro = words

    def carry_out(given: Any) -> str:
        do(account, administering.at, by=administering.account, reason=given["reason"])
        return done

    return change_page(request, account, Change(title, title, ReasonForm(request.POST or None), carry_out, intro=intro))


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def rename_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Changes the name that colleagues see."""
    account = governed(administering, id)
    form: forms.Form = RenameForm(request.POST or None, initial={"display_name": account.display_name})

    def carry_out(given: Any) -> str:
        name, reason = given["display_name"], given["reason"]
        accounts.rename(account, name, administering.at, by=administering.account, reason=reason)
        return _("姓名已修改")

    unseen = partial(ask_about_renamed, account.id, administering.at)
    return change_page(request, account, Change(_("修改姓名"), _("修改"), form, carry_out, unseen=unseen))


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def leader_page(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Gives somebody a place in the leading group of an organisation, or takes it away."""
    account = person_of(administering, id)
    form = LeaderForm(request.POST or None, organisations=administering.organisations)

    def carry_out(given: Any) -> str:
        if second_person.for_leader(given["organisation"], given["position"]):
            propose(
                Proposal.Opens.LEAD,
                given["organisation"],
                account,
                administering.account,
                administering.at,
                position=given["position"],
                reason=given["reason"],
            )
            return _("已提出，由另一人确认后生效")
        leaders.place(
            account,
            given["organisation"],
            given["position"],
            administering.at,
            by=administering.account,
            reason=given["reason"],
        )
        return _("领导小组已调整")

    intro = _("组长、副组长可以确认管理员提出的人员变动，因此机构收到信访事项以后，设组长、副组长须由另一人确认。")
    return change_page(request, account, Change(_("信访工作领导小组"), _("保存"), form, carry_out, intro=intro))
