"""One change about somebody on a page: a form, what would follow, a second press, and no change on what another administrator changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.errors import HuiyinError
from huiyin.office.reach import days_in, opens_nothing
from huiyin.people.absences import NotAbsent
from huiyin.people.administrators import LastAdministrator
from huiyin.people.appointments import AlreadyAppointed, CannotEnd, UnitEnded, day_of
from huiyin.people.inviting import CannotInvite, LinkVoid, UsernameTaken
from huiyin.people.models import Account, AdministrativeAct
from huiyin.people.staff.accounts import CannotChange
from huiyin.people.staff.governing import governs, seen_by
from huiyin.people.staff.leaders import HeadThere
from huiyin.people.staff.opening import OpensToOneself
from huiyin.people.staff.proposals import (
    AlreadyDecided,
    MayNotConfirm,
    ProposalChanged,
    ProposalLapsed,
    ProposerGone,
)
from huiyin.people.staff.units import CodeTaken, NoSuccessor, TitleTaken, TreeBroken, TwoLiaisons
from huiyin.web.page_access import Administering

WORDS: Final[Mapping[type[HuiyinError], Promise]] = {
    AlreadyAppointed: gettext_lazy("这个单位从更晚的一天起已任命了联系人，请先结束那次任命"),
    UnitEnded: gettext_lazy("这个部门已经撤销，请改选承接部门的岗位"),
    CannotEnd: gettext_lazy("不能在这一天结束：早于任职开始之日，或者不早于已定的结束之日"),
    NotAbsent: gettext_lazy("离岗日期不对：结束不能早于开始，也不能与已有的离岗重叠，本人不能代自己"),
    LastAdministrator: gettext_lazy("这是最后一名系统管理员，请先另设一名"),
    UsernameTaken: gettext_lazy("这个用户名已经有人使用，请换一个"),
    CannotInvite: gettext_lazy("不能邀请：请检查用户名、姓名和邮箱；账户已停用的，请先恢复"),
    LinkVoid: gettext_lazy("链接已经用过、收回或过期，请重新邀请"),
    CannotChange: gettext_lazy("账户已经是这个状态，或者从未开通"),
    MayNotConfirm: gettext_lazy("提出的人和涉及的本人不能确认，须由另一名管理员或组长、副组长确认"),
    ProposerGone: gettext_lazy("提出的人已不再管理这个机构，不能确认。请退回，由现任管理员重新提出"),
    ProposalChanged: gettext_lazy("您查看以后，岗位或账户又有变动。没有确认，请核对最新情况后再决定"),
    AlreadyDecided: gettext_lazy("已由他人处理"),
    ProposalLapsed: gettext_lazy("提出后长期无人确认，已经失效。确有需要的，请重新提出"),
    TreeBroken: gettext_lazy("不能放在这个部门之下：它是本部门的下级，或者已经撤销"),
    CodeTaken: gettext_lazy("本机构已有这个部门编号（撤销的部门的编号也不能再用），请换一个"),
    NoSuccessor: gettext_lazy("不能由这个部门承接：请另选一个没有撤销的部门"),
    TwoLiaisons: gettext_lazy("每个部门只有一名联系人：这个部门已有联系人，或者这个岗位有几个人"),
    TitleTaken: gettext_lazy("这个部门已有同名的岗位，请换一个名称"),
    OpensToOneself: gettext_lazy(
        "这项修改会让您自己，或者您经手过设置密码链接的人，看到更多事项。请由另一名管理员办理"
    ),
    HeadThere: gettext_lazy("领导小组已有组长，请先调整现任组长"),
}
CONFLICT: Final = 409
UNFIT: Final = 422


@dataclass(frozen=True)
class Change:
    """A change on offer. ``carry_out`` makes it from what the form says and returns what to tell; ``rehearse`` says what would follow.

    ``unseen`` is what follows in matters of which whoever makes the change is told nothing, not even by its being refused.
    """

    title: str
    button: str
    form: forms.Form
    carry_out: Callable[[Mapping[str, Any]], str]
    rehearse: Callable[[Mapping[str, Any]], Sequence[str]] | None = None
    intro: str = ""
    takes_away: bool = False
    unseen: Callable[[], object] | None = None

    @property
    def is_rehearsed(self) -> bool:
        """Whether what would follow is told first; templates would call the function itself."""
        return self.rehearse is not None


def person_of(administering: Administering, id: UUID) -> Account:
    """Somebody whom the administrator sees; anybody else is as if there were none (Http404)."""
    found = seen_by(administering.is_whole, administering.organisations).filter(id=id).first()
    if found is None:
        raise Http404
    return found


def governed(administering: Administering, id: UUID) -> Account:
    """As ``person_of``, of those about whose account the administrator decides (else Http404)."""
    account = person_of(administering, id)
    if not decides_about(administering, account):
        raise Http404
    return account


def decides_about(administering: Administering, account: Account) -> bool:
    """Whether the administrator decides about the account itself, not only about posts of theirs."""
    return governs(administering.is_whole, administering.organisations, account, day_of(administering.at))


@dataclass(frozen=True)
class Subject:
    """What a change is about: ``name`` and ``code`` head the page, ``back`` is where it leads, ``rows`` are locked while it is made.

    ``acts`` are those by which a change by somebody else meanwhile shows.
    """

    name: str
    code: str
    back: str
    rows: QuerySet[Any]
    acts: QuerySet[AdministrativeAct]

    def seen_now(self) -> str:
        """What a form carries: the last act about the subject."""
        last = self.acts.order_by("-id").values_list("id", flat=True).first()
        return last.hex if last else "-"


def change_page(request: HttpRequest, account: Account, change: Change) -> HttpResponse:
    """A change about a person: see ``subject_page``."""
    subject = Subject(
        account.display_name,
        account.username,
        reverse("office:person", args=[account.id]),
        Account.objects.filter(id=account.id),
        AdministrativeAct.objects.filter(about=account),
    )
    return subject_page(request, subject, change)


def subject_page(request: HttpRequest, subject: Subject, change: Change) -> HttpResponse:
    """Shows the form, then what would follow, and makes the change on the second press. One press is enough where nothing is rehearsed.

    A change that would show its maker more, by themselves or by somebody whom they have in their hand, is taken back.

    Answers 409 where somebody else changed something about the subject since the form was shown.
    """
    if request.method != "POST":
        return _shown(request, subject, change)
    if not change.form.is_valid():
        return _shown(request, subject, change, status=UNFIT)
    if request.POST.get("seen") != subject.seen_now():
        return _shown(request, subject, change, status=CONFLICT, is_stale=True)
    given = change.form.cleaned_data
    try:
        if change.rehearse and not request.POST.get("confirmed"):
            return _shown(request, subject, change, lines=change.rehearse(given))
        with transaction.atomic():
            list(subject.rows.select_for_update())
            if request.POST.get("seen") != subject.seen_now():
                return _shown(request, subject, change, status=CONFLICT, is_stale=True)
            outcome = _guarded(request, change, given)
            if change.unseen:
                change.unseen()
    except HuiyinError as refused:
        change.form.add_error(None, words_of(refused))
        return _shown(request, subject, change, status=UNFIT)
    messages.success(request, outcome)
    return HttpResponseRedirect(subject.back)


def _guarded(request: HttpRequest, change: Change, given: Mapping[str, Any]) -> str:
    administering: Administering = request.administering  # type: ignore[attr-defined]  # as the page that lets administrators in set it
    by, at = administering.account, administering.at
    return opens_nothing(by, at, days_in(given), lambda: change.carry_out(given))


def words_of(refused: HuiyinError) -> str:
    """Why something was refused and what to do, for the page."""
    for kind in type(refused).__mro__:
        if kind in WORDS:
            return str(WORDS[kind])
    raise refused


def _shown(
    request: HttpRequest,
    subject: Subject,
    change: Change,
    *,
    lines: Sequence[str] = (),
    status: int = 200,
    is_stale: bool = False,
) -> HttpResponse:
    context = {
        "subject": subject,
        "change": change,
        "form": change.form,
        "lines": lines,
        "seen": subject.seen_now(),
        "is_stale": is_stale,
        "stale_words": _("这期间另有管理员修改过。您的修改没有保存，请核对最新情况后重新提交。"),
    }
    return render(request, "office/change.html", context, status=status)
