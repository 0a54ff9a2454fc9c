"""Gifts and favours: the register, the form of a declaration, and its confirmation by another."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.accountability import gifts as declarations
from huiyin.accountability.models import MAX_CENTS, GiftDeclaration
from huiyin.casework.visible import oversees
from huiyin.readiness.funds import yuan
from huiyin.readiness.recording import By
from huiyin.readiness.refusals import DoesNotFit
from huiyin.web.form_fields import day_widget
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.spreadsheets import TableFile, as_file
from huiyin.web.unmarked_forms import UnmarkedForm, UnmarkedModelForm

MAX_LISTED: Final = 200
CENTS: Final = 100


class DeclarationForm(UnmarkedModelForm):
    """What was given or offered; nobody who gave is named."""

    amount = forms.DecimalField(
        label=gettext_lazy("价值（元，约数）"),
        min_value=Decimal(0),
        max_value=Decimal(MAX_CENTS // CENTS),
        decimal_places=2,
        required=False,
    )

    class Meta:
        model = GiftDeclaration
        fields = ("received_on", "kind", "giver", "what", "outcome", "settled_as")
        widgets = {"received_on": day_widget()}
        labels = {
            "received_on": gettext_lazy("日期"),
            "kind": gettext_lazy("种类"),
            "giver": gettext_lazy("对方与工作的关系"),
            "what": gettext_lazy("物品、事由"),
            "outcome": gettext_lazy("怎样处理的"),
            "settled_as": gettext_lazy("凭证（收据号、去向）"),
        }
        help_texts = {
            "what": gettext_lazy("不写对方的姓名"),
            "settled_as": gettext_lazy("已上交的必须填写；不写对方的姓名"),
        }

    def filled(self) -> GiftDeclaration:
        """The declaration as it was filled in."""
        gift: GiftDeclaration = self.save(commit=False)
        gift.cents = int((self.cleaned_data["amount"] or Decimal(0)) * CENTS)
        return gift


class ConfirmationForm(UnmarkedForm):
    """What became of it in the end."""

    outcome = forms.ChoiceField(label=gettext_lazy("处理结果"), choices=GiftDeclaration.GiftOutcome.choices)
    settled_as = forms.CharField(
        label=gettext_lazy("凭证（收据号、去向）"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("已上交的必须填写；不写对方的姓名"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def gifts(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What was declared, as far as the reader may see it, and the form for one more."""
    by = By.acting(acting)
    form = DeclarationForm(request.POST if request.method == "POST" else None, initial={"received_on": by.day})
    if request.method == "POST" and form.is_valid():
        try:
            declarations.declare(form.filled(), by)
        except DoesNotFit as refused:
            form.add_error(refused.field or None, refused.words)
        else:
            messages.success(request, _("已登记，处理后由另一人确认"))
            return HttpResponseRedirect(reverse("accountability:gifts"))
    watches = oversees(acting.actor)
    rows = declarations.declared(by)[:MAX_LISTED]
    context = {
        "form": form,
        "gifts": [(row, yuan(row.cents), watches and row.by_id != acting.account.id) for row in rows],
        "oversees": watches,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accountability_pages/gifts.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def confirming(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Confirm what became of something."""
    by = By.acting(acting)
    gift = declarations.declared(by).filter(id=id, confirmed_at=None).first()
    if gift is None or not oversees(acting.actor):
        raise Http404
    form = ConfirmationForm(request.POST if request.method == "POST" else None, initial=_as_declared(gift))
    if request.method == "POST" and form.is_valid():
        try:
            declarations.confirm(gift, form.cleaned_data["outcome"], form.cleaned_data["settled_as"], by)
        except DoesNotFit as refused:
            form.add_error(refused.field or None, refused.words)
        else:
            messages.success(request, _("已确认"))
            return HttpResponseRedirect(reverse("accountability:gifts"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"gift": gift, "worth": yuan(gift.cents), "form": form, "oversees": True}
    return render(request, "accountability_pages/gift.html", context, status=status)


def _as_declared(gift: GiftDeclaration) -> dict[str, str]:
    return {"outcome": gift.outcome, "settled_as": gift.settled_as}


@require_safe
@staff_page
def export(request: HttpRequest, acting: Acting, ending: str) -> HttpResponse:
    """The register as a table."""
    head = [
        _("日期"),
        _("申报人"),
        _("种类"),
        _("对方"),
        _("物品、事由"),
        _("价值（元）"),
        _("处理"),
        _("凭证"),
        _("确认人"),
    ]
    table = TableFile(_("礼品礼金登记"), head, (_row(row) for row in declarations.declared(By.acting(acting))))
    return as_file(table, ending)


def _row(gift: GiftDeclaration) -> list[Any]:
    return [
        gift.received_on,
        str(gift.by),
        str(gift),
        gift.get_giver_display(),
        gift.what,
        yuan(gift.cents),
        gift.get_outcome_display(),
        gift.settled_as,
        f"{gift.confirmed_by} {timezone.localdate(gift.confirmed_at)}" if gift.confirmed_at else "",
    ]
