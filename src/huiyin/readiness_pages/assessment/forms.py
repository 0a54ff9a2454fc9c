"""The forms of assessments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from huiyin.assessment.models import MAX_TEXT, AssessmentScheme
from huiyin.assessment.schemes import ALL, MAX_EVIDENCE_CHARS, MAX_INDICATORS, MAX_LABEL_CHARS, IndicatorRule
from huiyin.assessment.steps import BEST
from huiyin.casework.labels import name_of
from huiyin.people.models import Unit
from huiyin.readiness_pages.forms import long_text
from huiyin.rules.book.indicators import Indicator
from huiyin.web.form_fields import day_field
from huiyin.web.unmarked_forms import UnmarkedForm


def score_field(label: Any) -> forms.IntegerField:
    """A score of a hundred."""
    return forms.IntegerField(label=label, min_value=0, max_value=BEST)


class SchemeTitleForm(UnmarkedForm):
    """What a scheme is called."""

    title = forms.CharField(label=_("方案名称"), max_length=100)


class IndicatorForm(UnmarkedForm):
    """A row of a scheme; one without a label is left out."""

    name = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("指标"), max_length=MAX_LABEL_CHARS, required=False)
    weight = forms.IntegerField(label=_("权重"), min_value=1, max_value=ALL, required=False)
    source = forms.ChoiceField(label=_("怎么算"), required=False)
    evidence = forms.CharField(label=_("佐证材料"), max_length=MAX_EVIDENCE_CHARS, required=False)

    def __init__(self, *args: Any, counted: Mapping[str, Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("单位自评，附材料")), *((name, name_of(one)) for name, one in counted.items())]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A weight belongs to a label, and a label to a weight."""
        given = super().clean() or {}
        if given.get("label") and not given.get("weight") and "weight" not in self.errors:
            self.add_error("weight", _("请填写权重"))
        if given.get("weight") and not given.get("label"):
            self.add_error("label", _("请填写指标"))
        return given


def indicator_forms(
    data: Any, counted: Mapping[str, Indicator], rules: Sequence[IndicatorRule] = ()
) -> BaseFormSet[IndicatorForm]:
    """The rows of a scheme, as typed or as they are, and some blank ones."""
    blank = max(3, 8 - len(rules))
    made = formset_factory(IndicatorForm, extra=blank, max_num=MAX_INDICATORS, absolute_max=MAX_INDICATORS)
    initial = [
        {"name": one.name, "label": one.label, "weight": one.weight, "source": one.source, "evidence": one.evidence}
        for one in rules
    ]
    return made(data, initial=initial, form_kwargs={"counted": counted}, prefix="indicator")


def indicators_of(filled: BaseFormSet[IndicatorForm]) -> list[IndicatorRule]:
    """The rows that say something; each keeps its name, a new one gets the next that is free."""
    rows = [form.cleaned_data for form in filled if form.cleaned_data.get("label")]
    taken = {row["name"] for row in rows}
    names = (f"indicator-{number}" for number in range(1, 1000))
    found, used = [], set[str]()
    for row in rows:
        name = row["name"] if row["name"] and row["name"] not in used else next(n for n in names if n not in taken)
        used.add(name)
        taken.add(name)
        found.append(IndicatorRule(name, row["label"], row["weight"], row["source"], row["evidence"]))
    return found


class RunForm(UnmarkedForm):
    """A run as it is begun."""

    title = forms.CharField(label=_("名称"), max_length=100, help_text=_("如：2026 年度考核"))
    scheme = forms.ModelChoiceField(AssessmentScheme.objects.none(), label=_("考核方案"))
    first = day_field(_("起始日期"))
    last = day_field(_("截止日期"))
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("被考核单位"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, organisation: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = AssessmentScheme.objects.filter(organisation=organisation).order_by("title")
        self.fields["scheme"].queryset = here  # type: ignore[attr-defined]
        units = Unit.objects.filter(organisation=organisation, abolished_on__isnull=True).order_by("code")
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["units"].label_from_instance = lambda unit: unit.name  # type: ignore[attr-defined]


class SelfReportForm(UnmarkedForm):
    """What a unit says of itself about one indicator."""

    indicator = forms.ChoiceField(label=_("指标"))
    text = long_text(_("自评"), MAX_TEXT)
    voucher = forms.FileField(label=_("佐证材料"), required=False, help_text=_("PDF、照片、Word 或 Excel，不超过 5 MB"))

    def __init__(self, *args: Any, indicators: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = indicators  # type: ignore[attr-defined]


class ScoresForm(UnmarkedForm):
    """The scores of what nobody counts, each with its reason."""

    def __init__(self, *args: Any, indicators: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in indicators:
            self.fields[name] = score_field(label)
            self.fields[f"{name}-reason"] = long_text(_("“%(label)s”的评分依据") % {"label": label}, MAX_TEXT, 2)


class SignForm(UnmarkedForm):
    """Which proposal was read by whoever signs; nothing to fill in."""

    proposal = forms.CharField(max_length=40, widget=forms.HiddenInput)


class AppealForm(UnmarkedForm):
    """An objection to a score."""

    indicator = forms.ChoiceField(label=_("指标"))
    reason = long_text(_("申诉理由"), MAX_TEXT)

    def __init__(self, *args: Any, indicators: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = indicators  # type: ignore[attr-defined]


class AppealDecisionForm(UnmarkedForm):
    """What comes of an objection."""

    becomes = score_field(_("改为（维持的填原分）"))
    decision = long_text(_("答复"), MAX_TEXT)


class CommendationForm(UnmarkedForm):
    """For what a unit is commended."""

    words = long_text(_("表扬事由"), 300, 2)
