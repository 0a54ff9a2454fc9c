"""常用语: the standard phrases that an organisation offers in the texts of its forms; added and retired, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.labels import name_of
from huiyin.office.changes import Change, subject_page
from huiyin.office.forms import ReasonForm, reason_field
from huiyin.office.structure.changes import organisation_subject
from huiyin.office.structure.pages import own
from huiyin.people.models import Organisation, StandardPhrase
from huiyin.people.staff import phrases as standard
from huiyin.rule_store.store import load
from huiyin.rules.book.fields import type_named
from huiyin.web.page_access import Administering, administrator_page
from huiyin.web.unmarked_forms import UnmarkedForm

BACK = "office:phrases"


class PhraseForm(UnmarkedForm):
    """A phrase, and in which field it is offered."""

    text = forms.CharField(
        label=gettext_lazy("常用语"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("不要写具体的人和事；填表的人插入后可以再改"),
    )
    field = forms.ChoiceField(label=gettext_lazy("用在"), required=False)
    reason = reason_field(required=False)

    def __init__(self, *args: Any, fields: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["field"]
        field.choices = [("", _("所有填写文字的地方")), *fields.items()]


@require_safe
@administrator_page
def phrases(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """The phrases that are offered, and those that were."""
    organisation = own(administering, code)
    names = text_fields(organisation, administering)
    retired = StandardPhrase.objects.filter(organisation=organisation, retired_at__isnull=False)
    context = {
        "organisation": organisation,
        "lines": [(row, names.get(row.field, row.field)) for row in standard.in_use(organisation.id)],
        "retired": retired.order_by("-retired_at", "id"),
    }
    return render(request, "office/phrases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def add(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """Offers a phrase."""
    organisation = own(administering, code)
    form = PhraseForm(request.POST or None, fields=text_fields(organisation, administering))

    def carry_out(given: Mapping[str, Any]) -> str:
        values = {name: given[name] for name in ("text", "field")}
        new = StandardPhrase(organisation=organisation, added_at=administering.at, **values)
        standard.add(new, administering.account, given["reason"])
        return _("已新增，填表时可以插入")

    change = Change(_("新增常用语"), _("新增"), form, carry_out)
    return subject_page(request, organisation_subject(organisation, BACK), change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def retire(request: HttpRequest, administering: Administering, code: str, id: UUID) -> HttpResponse:
    """Offers a phrase no longer."""
    organisation = own(administering, code)
    row = standard.in_use(organisation.id).filter(id=id).first()
    if row is None:
        raise Http404

    def carry_out(given: Mapping[str, Any]) -> str:
        standard.retire(row, administering.at, administering.account, given["reason"])
        return _("已停用")

    change = Change(
        _("停用常用语"), _("停用"), ReasonForm(request.POST or None), carry_out, intro=row.text, takes_away=True
    )
    return subject_page(request, organisation_subject(organisation, BACK), change)


def text_fields(organisation: Organisation, administering: Administering) -> dict[str, str]:
    """The fields of the rulebook in force that hold longer texts, in words."""
    fields = load(organisation.rulebook_at(administering.at)).book.fields
    return {name: name_of(rule, name) for name, rule in fields.items() if type_named(rule.type).control == "text"}
