"""A correction of a registration in words: what stood there and what stands there now; names and numbers of people only as pages cover them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.casework.case_view import channel_name
from huiyin.people.checks import PetitionerFields
from huiyin.people.masking import masked
from huiyin.people.models import Petitioner
from huiyin.procedure.command import TextRef
from huiyin.procedure.event import Corrected, RegistrationCorrected, SubmissionAttached

CORRECTED: Final = "correct_registration"
"""The action of a step that is a correction; no action of a rulebook."""
LABELS: Final = {
    "title": gettext_lazy("标题"),
    "text": gettext_lazy("反映的内容"),
    "channel": gettext_lazy("来件方式"),
    "headcount": gettext_lazy("人数"),
    "name": gettext_lazy("姓名"),
    "phone": gettext_lazy("电话"),
    "id_number": gettext_lazy("证件号码"),
    "address": gettext_lazy("住址"),
    "email": gettext_lazy("邮箱"),
}


def as_corrected(contact: SubmissionAttached, corrections: Iterable[RegistrationCorrected]) -> SubmissionAttached:
    """A contact as it stands after ``corrections``, oldest first; those of others change nothing."""
    for event in corrections:
        for one in event.corrected if event.submission == contact.submission else ():
            match one.entry, one.after:
                case "text", TextRef() as text:
                    contact = replace(contact, text=text)
                case "title", TextRef() | None as title:
                    contact = replace(contact, title=title)
                case "channel", str(channel):
                    contact = replace(contact, channel=channel)
                case "headcount", int(headcount):
                    contact = replace(contact, headcount=headcount)
                case _:
                    pass
    return contact


def corrected_lines(event: RegistrationCorrected, texts: Mapping[UUID, str]) -> list[tuple[str, str, str]]:
    """What was corrected: name and label of the entry, and both contents. Of a confidential petitioner only that there was something."""
    named = {one.petitioner for one in event.corrected if one.petitioner is not None}
    kept = (
        set(Petitioner.objects.filter(id__in=named, confidential=True).values_list("id", flat=True)) if named else set()
    )
    return [
        (one.entry, str(LABELS.get(one.entry, one.entry)), _change(one, texts, one.petitioner in kept))
        for one in event.corrected
    ]


def _change(one: Corrected, texts: Mapping[UUID, str], hidden: bool) -> str:
    if hidden:
        return _("（由受理人掌握）")
    before, after = (_readable(one, value, texts) or _("（空）") for value in (one.before, one.after))
    return _("%(before)s → %(after)s") % {"before": before, "after": after}


def _readable(one: Corrected, value: TextRef | str | int | None, texts: Mapping[UUID, str]) -> str:
    if isinstance(value, TextRef):
        text = texts.get(value.id, "")
        return _covered(one.entry, text) if one.petitioner and text else text
    if value is None:
        return ""
    return channel_name(str(value)) if one.entry == "channel" else str(value)


def _covered(entry: str, text: str) -> str:
    fields: dict[str, Any] = {entry: text}
    return masked(PetitionerFields(**fields)).as_dict()[entry]
