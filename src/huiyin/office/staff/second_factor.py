"""两步验证: of whom it is required, who has not set one up yet; required and no longer required on pages as by the command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.labels import name_of
from huiyin.office.changes import Change, Subject, subject_page
from huiyin.office.forms import ReasonForm, reason_field
from huiyin.people.models import LIAISON, Account, AdministrativeAct, Organisation, SecondFactorRule
from huiyin.people.signing_in import second_factor_rules
from huiyin.people.signing_in.second_factor_rules import EVERYBODY, RuleDecision
from huiyin.people.staff.governing import seen_by
from huiyin.rule_store.store import load
from huiyin.web.page_access import Administering, administrator_page
from huiyin.web.unmarked_forms import UnmarkedForm

CHANGES = ("require_second_factor", "relax_second_factor")
Whom = tuple[Organisation | None, str]
"""Of whom it is required: an organisation (None: of administrators) and a role of its rulebook, the empty one for everybody there."""


class WhomForm(UnmarkedForm):
    """Of whom, and why."""

    whom = forms.ChoiceField(label=gettext_lazy("谁"))
    reason = reason_field(required=False)

    def __init__(self, *args: Any, choices: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["whom"]
        field.choices = [("", _("请选择")), *choices.items()]


@require_safe
@administrator_page
def second_factor(request: HttpRequest, administering: Administering) -> HttpResponse:
    """The rules that the administrator decides about, and who does not fulfil one yet."""
    seen = seen_by(administering.is_whole, administering.organisations)
    without = second_factor_rules.without_one(administering.at)
    context = {
        "rules": [(rule, words_of((rule.organisation, rule.role), administering)) for rule in _rules(administering)],
        "without": seen.filter(username__in=without).order_by("username"),
    }
    return render(request, "office/second_factor.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def require(request: HttpRequest, administering: Administering) -> HttpResponse:
    """Requires it of somebody."""
    offered = _offered(administering)
    form = WhomForm(request.POST or None, choices={key: words_of(one, administering) for key, one in offered.items()})

    def carry_out(given: Mapping[str, Any]) -> str:
        organisation, role = whom = offered[given["whom"]]
        decision = RuleDecision(administering.account, words_of(whom, administering), given["reason"])
        second_factor_rules.require(organisation, role, decision=decision)
        return _("已要求使用两步验证")

    change = Change(
        _("要求两步验证"),
        _("要求"),
        form,
        carry_out,
        intro=_(
            "从下一个页面起，应当使用的人要先设好验证器、通行密钥或安全密钥，每次登录都要验证；您自己在内的，请先设好。"
        ),
    )
    return subject_page(request, _subject(), change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def relax(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Requires it of somebody no longer."""
    rule = _rules(administering).filter(id=id).first()
    if rule is None:
        raise Http404
    words = words_of((rule.organisation, rule.role), administering)

    def carry_out(given: Mapping[str, Any]) -> str:
        decision = RuleDecision(administering.account, words, given["reason"])
        second_factor_rules.relax(rule.organisation, rule.role, decision=decision)
        return _("已不再要求")

    change = Change(
        _("不再要求两步验证"), _("不再要求"), ReasonForm(request.POST or None), carry_out, intro=words, takes_away=True
    )
    return subject_page(request, _subject(), change)


def words_of(whom: Whom, administering: Administering) -> str:
    """Of whom it is required, as pages say it."""
    organisation, role = whom
    if organisation is None:
        return _("全体系统管理员")
    if role == EVERYBODY:
        return _("%(organisation)s：所有人") % {"organisation": organisation.name}
    known = load(organisation.rulebook_at(administering.at)).book.roles
    named = _("联系人") if role == LIAISON else name_of(known.get(role), role)
    return _("%(organisation)s：%(role)s") % {"organisation": organisation.name, "role": named}


def _rules(administering: Administering) -> QuerySet[SecondFactorRule]:
    own = Q(organisation__in=administering.organisations)
    return second_factor_rules.rules().filter(own | Q(organisation=None) if administering.is_whole else own)


def _offered(administering: Administering) -> dict[str, Whom]:
    """Of whom it may be required and is not yet, by what the form sends."""
    whom: list[Whom] = [(None, EVERYBODY)] if administering.is_whole else []
    for organisation in administering.organisations.order_by("code"):
        roles = load(organisation.rulebook_at(administering.at)).book.roles
        whom += [(organisation, role) for role in (EVERYBODY, LIAISON, *roles)]
    required = {(rule.organisation_id, rule.role) for rule in second_factor_rules.rules()}
    return {
        f"{organisation.code if organisation else ''}:{role}": (organisation, role)
        for organisation, role in whom
        if (organisation and organisation.id, role) not in required
    }


def _subject() -> Subject:
    return Subject(
        _("两步验证"),
        "",
        reverse("office:second-factor"),
        Account.objects.none(),
        AdministrativeAct.objects.filter(change__in=CHANGES),
    )
