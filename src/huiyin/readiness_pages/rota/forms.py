"""The forms of rotas: planning, asking for a swap, calling somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.casework.visible import visible_case
from huiyin.people.models import Account, ReceptionTime
from huiyin.people.staff.reception import in_words
from huiyin.people.written_names import MAX_WRITTEN_CHARS, as_written, people_written
from huiyin.procedure.guard import hides_accused
from huiyin.procedure.storage import codec
from huiyin.readiness_pages.forms import people_here, with_unit
from huiyin.readiness_pages.reader import PageReader
from huiyin.rota.in_force import shifts_in_force
from huiyin.rota.models import MAX_REASON, DutyGroup, ReceptionCall, Rota, Shift, Swap
from huiyin.rota.swap_offers import SwapOffers, swap_offers
from huiyin.rota.words import day_words
from huiyin.web.form_fields import day_field
from huiyin.web.unmarked_forms import UnmarkedForm

MAX_NEEDED = 10


def choose_among(form: forms.Form, name: str, people: QuerySet[Account]) -> None:
    """Have a field offer ``people``, each with their unit: of two of one name it says which is meant."""
    field: Any = form.fields[name]
    field.queryset, field.label_from_instance = people, with_unit


def clock(label: Any) -> forms.TimeField:
    """A time of the day."""
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class PlanForm(UnmarkedForm):
    """What a rota is planned by; ``group`` says whether it is one of staff or of leaders."""

    first = day_field(_("开始日期"))
    last = day_field(_("结束日期"))
    members = forms.ModelMultipleChoiceField(
        queryset=Account.objects.none(), label=_("轮值人员"), required=False, widget=forms.CheckboxSelectMultiple
    )
    needed = forms.IntegerField(label=_("每天几人"), min_value=1, max_value=MAX_NEEDED, initial=1)
    times = forms.MultipleChoiceField(
        label=_("领导在哪些接待时间接访"), required=False, widget=forms.CheckboxSelectMultiple
    )
    begins = clock(_("几点开始"))
    ends = clock(_("几点结束"))
    place = forms.CharField(label=_("地点"), max_length=300, required=False)
    every_day = forms.BooleanField(label=_("周末和节假日也值班"), required=False)
    shows_names = forms.BooleanField(
        label=_("在公众页面公布姓名"), required=False, help_text=_("不勾选的，只公布日期和职务")
    )

    ONLY: ClassVar = {
        DutyGroup.LEADERS: ("times", "shows_names"),
        DutyGroup.STAFF: ("begins", "ends", "place", "every_day"),
    }

    def __init__(
        self, *args: Any, reader: PageReader, group: str, times: Iterable[ReceptionTime], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        for other, names in self.ONLY.items():
            for name in names if other != group else ():
                del self.fields[name]
        choose_among(self, "members", people_here(reader))
        if group == DutyGroup.LEADERS:
            self.fields["times"].choices = [(one.id.hex, in_words_with_receiver(one)) for one in times]  # type: ignore[attr-defined]

    def rota(self) -> Rota:
        """The rota as it was filled in, not planned yet."""
        given = {name: self.cleaned_data[name] for name in self.cleaned_data if name != "members"}
        return Rota(group=self.group, members=[one.id.hex for one in self.cleaned_data["members"]], **given)


def in_words_with_receiver(one: ReceptionTime) -> str:
    """A reception time with who receives, as it is published."""
    return f"{in_words(one)} {one.receiver}".strip()


def begun_with(
    group: str, today: date, former: Rota | None, suggested: Collection[UUID], times: Iterable[ReceptionTime]
) -> dict[str, Any]:
    """What a blank form of a group holds already: the days after those of the last rota, and who and what that one had."""
    first = max(former.last, today) + timedelta(days=1) if former else today + timedelta(days=1)
    last = (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    begun: dict[str, Any] = {"first": first, "last": last, "members": list(suggested), "needed": 1}
    begun |= {"begins": "09:00", "ends": "17:00", "times": [one.id.hex for one in times]}
    if former is not None:
        kept = ("needed", "begins", "ends", "place", "every_day", "shows_names", "times")
        begun |= {name: getattr(former, name) for name in kept}
        begun["members"] = [UUID(hex=one) for one in former.members]
    return begun


class SwapForm(UnmarkedForm):
    """Whom one asks to take a shift, and for which of theirs: one choice, so that nobody's shift is asked of somebody else."""

    asked_of = forms.ChoiceField(label=_("和谁换"))
    reason = forms.CharField(label=_("事由"), max_length=MAX_REASON, required=False)

    def __init__(self, *args: Any, reader: PageReader, shift: Shift, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shift = shift
        offers = swap_offers(shift, reader.by)
        theirs = list(shifts_in_force(reader.organisation, reader.day).filter(id__in=offers.backs))
        people = people_here(reader).filter(id__in={*offers.people, *(one.account_id for one in theirs)})
        self.choices = [choice for person in people for choice in _with(person, offers, theirs)]
        self.fields["asked_of"].choices = [("", "—"), *self.choices]  # type: ignore[attr-defined]

    def swap(self) -> Swap:
        """The swap as it was asked for."""
        person, _colon, back = self.cleaned_data["asked_of"].partition(":")
        return Swap(
            shift=self.shift,
            asked_of_id=UUID(person),
            back_id=UUID(back) if back else None,
            reason=self.cleaned_data["reason"],
        )


def _with(person: Account, offers: SwapOffers, theirs: Iterable[Shift]) -> Iterator[tuple[str, str]]:
    """What one may ask somebody for: to take the shift, or to take it for one of theirs."""
    if person.id in offers.people:
        yield str(person.id), gettext("%(name)s：只代班，不换回") % {"name": with_unit(person)}
    for one in theirs:
        if one.account_id == person.id:
            words = {"name": with_unit(person), "day": day_words(one.day)}
            yield f"{person.id}:{one.id}", gettext("%(name)s：换回 %(day)s 的班") % words


class CallForm(UnmarkedForm):
    """Whom one calls to a reception, where to, and for which matter; beside one that accuses somebody unknown to whoever calls nobody is
    listed, and whom they call is written down.
    """

    called = forms.ModelChoiceField(queryset=Account.objects.none(), label=_("呼叫谁"))
    place = forms.CharField(label=_("到哪里"), max_length=100, required=False)
    number = forms.CharField(label=_("事项编号"), max_length=60, required=False, help_text=_("没有编号的可以不填"))

    def __init__(self, *args: Any, reader: PageReader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.typed_number = str(self.data.get("number", "")).strip()
        self.case = visible_case(reader.by.actor, self.typed_number) if self.typed_number else None
        self.people = people_here(reader).exclude(id=reader.account.id)
        self.chosen_from_list = False
        if self.case is None or not hides_accused(codec.loads(self.case.state), reader.by.actor):
            choose_among(self, "called", self.people)
            return
        words = _("本事项限定知悉范围，不列出人员：请写明姓名，有同名的写明所在单位，如“张三（办公室）”")
        self.fields["called"] = forms.CharField(label=_("呼叫谁"), max_length=MAX_WRITTEN_CHARS, help_text=words)
        listed = {str(id): id for id in self.people.values_list("id", flat=True)}.get(str(self.data.get("called", "")))
        if listed is not None:
            self.chosen_from_list = True
            self.data = {**dict(self.data.items()), "called": as_written([listed])[listed]}

    def clean(self) -> dict[str, Any]:
        """The matter is one that whoever calls may see: any other is as if there were none."""
        given = super().clean() or {}
        if self.typed_number and self.case is None:
            self.add_error("number", _("没有找到这件事项，请核对编号"))
        if self.chosen_from_list:
            self.add_error("called", _("本事项限定知悉范围，不从名单中选择：请核对写明的姓名后再登记"))
        elif isinstance(written := given.get("called"), str):
            meant = people_written(self.reader.organisation, written, self.reader.by.at)
            given["called"] = self.people.filter(id__in=meant).first() if len(meant) == 1 else None
            if given["called"] is None:
                self.add_error("called", _("没有此人，或者有同名的人：请写明姓名和所在单位"))
        return given

    def call(self) -> ReceptionCall:
        """The call as it was filled in."""
        given = self.cleaned_data
        return ReceptionCall(called=given["called"], place=given["place"], case=self.case)
