"""选项: the choices that fields of an organisation's rulebook offer (ways of investigating, carriers, subjects), worded and added by the office itself.

What comes of it is a rulebook of its own that stands on the one in force: it is proved and compared with the law like any, counts from a day on
for what is begun then, and is kept with who decided it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.labels import name_of
from huiyin.insight.models import RulebookChange
from huiyin.insight.rulebook_changes import ask
from huiyin.jobs.piecewise import Busy
from huiyin.office.changes import UNFIT
from huiyin.office.structure.pages import own
from huiyin.people.appointments import day_of
from huiyin.people.inviting import unseen_signs
from huiyin.people.models import Organisation
from huiyin.rule_store.choices import MAX_CHOICE_CHARS, MAX_CHOICES, book_of, fixed_choices, with_choices
from huiyin.rule_store.vacancies import vacancies
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import FieldRule
from huiyin.rules.book.sources import Sources
from huiyin.rules.book.yaml_reader import Flaw, RulebookFlawed
from huiyin.web.form_fields import day_field
from huiyin.web.page_access import Administering, administrator_page
from huiyin.web.unmarked_forms import UnmarkedForm

PREFIX: Final = "choice_"
MAX_FLAWS: Final = 3


@require_safe
@administrator_page
def choices(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """The fields that offer choices, with these."""
    organisation = own(administering, code)
    book = book_of(organisation).book
    fields = [
        (name, name_of(rule, name), [name_of(choice, key) for key, choice in rule.of.items()])
        for name, rule in book.fields.items()
        if rule.of
    ]
    return render(
        request, "office/choices.html", {"organisation": organisation, "fields": fields, "book": book.title.zh}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def edit(request: HttpRequest, administering: Administering, code: str, field: str) -> HttpResponse:
    """Words the choices of a field otherwise, takes some out, adds others."""
    organisation = own(administering, code)
    rules = book_of(organisation)
    rule = rules.book.fields.get(field)
    if rule is None or not rule.of:
        raise Http404
    fixed = fixed_choices(rules, field)
    form = ChoicesForm(request.POST or None, asked=_Asked(organisation, field, rule, fixed, administering.at))
    if form.is_bound and form.is_valid():
        try:
            asked = ask(_change(form, administering), administering.at)
            return redirect("rules:change", code, asked.id)
        except Busy:
            form.add_error(None, _("本机构已有一次正在进行，请等它结束后再试"))
    intro = _("清空一项，就不再提供。已经登记的事项仍用原来的选项。规程的其他环节离不开的选项不能取消。")
    if fixed:
        names = _("、").join(choice.zh for key, choice in rule.of.items() if key in fixed)
        intro = _("法规写明的选项不能改：%(names)s。") % {"names": names} + intro
    context = {
        "organisation": organisation,
        "form": form,
        "title": _("选项：%(field)s") % {"field": name_of(rule, field)},
        "intro": intro,
    }
    return render(request, "office/edit_choices.html", context, status=UNFIT if form.is_bound else 200)


def _change(form: ChoicesForm, administering: Administering) -> RulebookChange:
    """The book that comes of the form, to be proved by a worker before it is confirmed."""
    rules, sources = form.made
    return RulebookChange(
        organisation=form.asked.organisation,
        account=administering.account,
        rulebook=rules.book.key,
        main=sources.name,
        sources=dict(sources.texts),
        since=form.cleaned_data["start"],
        basis=form.cleaned_data["basis"],
        lines=_differences(form),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of which field of which organisation the choices are asked for, and when; ``fixed`` are those that stay as they are."""

    organisation: Organisation
    field: str
    rule: FieldRule
    fixed: frozenset[str]
    at: datetime


class ChoicesForm(UnmarkedForm):
    """A line for each choice that there is, and others one a line. ``made`` is the book that comes of it, once the form is valid."""

    made: tuple[Rules, Sources]

    def __init__(self, *args: Any, asked: _Asked, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for key, choice in asked.rule.of.items():
            if key in asked.fixed:
                continue
            self.fields[PREFIX + key] = forms.CharField(
                label=choice.zh, initial=choice.zh, required=False, max_length=MAX_CHOICE_CHARS
            )
        self.fields["added"] = forms.CharField(
            label=_("新增的选项"),
            required=False,
            max_length=MAX_CHOICES * MAX_CHOICE_CHARS,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("每行一项，每项不超过 %(most)s 字") % {"most": MAX_CHOICE_CHARS},
        )
        self.fields["start"] = day_field(_("自哪天起"), required=False, help_text=_("不填：立即"))
        self.fields["basis"] = forms.CharField(
            label=_("依据"), max_length=200, help_text=_("例如文号、会议。与规程一起保存")
        )

    @property
    def kept(self) -> dict[str, str]:
        """What stands in the lines of the choices that there are, without those that were emptied."""
        words = {
            key: choice.zh if key in self.asked.fixed else self.cleaned_data.get(PREFIX + key, "")
            for key, choice in self.asked.rule.of.items()
        }
        return {key: word for key, word in words.items() if word}

    @property
    def added(self) -> list[str]:
        """The lines of new choices."""
        return [line.strip() for line in self.cleaned_data.get("added", "").splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        """Make the book, prove it, and say in the office's words what keeps it from counting."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        words = [*self.kept.values(), *self.added]
        start: date = given.get("start") or day_of(self.asked.at)
        if wrong := self._wrong(words, start):
            raise forms.ValidationError(wrong)
        try:
            self.made = with_choices(self.asked.organisation, self.asked.field, self.kept, self.added, start)
        except RulebookFlawed as flawed:
            raise forms.ValidationError(_refused(flawed.flaws)) from None
        if lacking := vacancies(self.made[0], self.asked.organisation, start):
            roles = _("、").join(name_of(one.rule, one.role) for one in lacking)
            raise forms.ValidationError(_("没有人担任%(roles)s，规程不能生效。请先任命人员") % {"roles": roles})
        return given

    def _wrong(self, words: Sequence[str], start: date) -> str:
        if self.kept == {key: choice.zh for key, choice in self.asked.rule.of.items()} and not self.added:
            return _("没有改动任何选项")
        if start < day_of(self.asked.at):
            return _("请选今天或者以后的日期")
        if len(set(words)) != len(words) or len(words) > MAX_CHOICES:
            return _("每个选项只写一次，最多 %(most)s 项") % {"most": MAX_CHOICES}
        if any(len(word) > MAX_CHOICE_CHARS or unseen_signs(word) for word in words):
            return _("每项不超过 %(most)s 字，不含看不见的字符") % {"most": MAX_CHOICE_CHARS}
        return ""


def _refused(flaws: Sequence[Flaw]) -> str:
    """Why the rules cannot do with these choices: what they expect."""
    language = get_language() or ""
    why = dict.fromkeys(flaw.why.text(language) or flaw.why.expected(language) for flaw in flaws[:MAX_FLAWS])
    return _("不能这样改，规程的其他环节按这些选项决定怎样办理：%(why)s") % {"why": _("；").join(why)}


def _differences(form: ChoicesForm) -> list[str]:
    """What is decided, in words."""
    was, kept = {key: choice.zh for key, choice in form.asked.rule.of.items()}, form.kept
    lines = [_("新增：%(name)s") % {"name": name} for name in form.added]
    lines += [
        _("%(was)s 改为 %(name)s") % {"was": was[key], "name": name} for key, name in kept.items() if name != was[key]
    ]
    return lines + [_("不再提供：%(name)s") % {"name": name} for key, name in was.items() if key not in kept]
