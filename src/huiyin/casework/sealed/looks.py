"""Who looked at the personal data of a case's petitioners, when and for what: the other side of putting each look on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from huiyin.casework.models import Case
from huiyin.casework.sealed.confidential import keeps_identity
from huiyin.people.models import LIMITED_CASE, WRONG_NAME, AccessRecord
from huiyin.procedure.command import Actor

MAX_LOOKS: Final = 200
PURPOSES: Final[Mapping[str, str | Promise]] = {
    "case_page": gettext_lazy("在事项页显示"),
    "correction": gettext_lazy("更正登记"),
    "api_case": gettext_lazy("由接口读取"),
    "label": gettext_lazy("打印寄送标签"),
    "archive": gettext_lazy("归档"),
    "notify": gettext_lazy("通知信访人"),
    "notice": gettext_lazy("制作文书、送达回证"),
    "receipt": gettext_lazy("寄送回执"),
    "repeats": gettext_lazy("登记时比对重复来件（未显示完整信息）"),
    "terminated_status": gettext_lazy("查询终结状态（未显示信访人）"),
    "leak_trace": gettext_lazy("追溯谁看过（未显示信访人）"),
}
OTHER: Final = gettext_lazy("其他用途")


@dataclass(frozen=True, slots=True)
class Look:
    """One time that somebody, or the installation itself (``who`` is empty), read who brought the case."""

    who: str
    at: datetime
    purpose: str


def looks_at(case: Case, actor: Actor, at: datetime) -> tuple[Look, ...]:
    """The latest looks at the petitioners of ``case``, the newest first: all of them for the custodian of identities, for everybody else their
    own. The caller has made sure that the actor may see the case. That somebody opened a limited case stands with its level,
    that somebody wrote a wrong name with whom it accuses.
    """
    # By organisation and time, for which there is an index: nobody looked before there was anything to see.
    rows = AccessRecord.objects.filter(organisation=case.organisation_id, at__gte=case.registered_at, case=case.id)
    rows = rows.exclude(purpose__in=(LIMITED_CASE, WRONG_NAME))
    if not keeps_identity(case, actor, at):
        rows = rows.filter(account=actor.person)
    rows = rows.select_related("account").order_by("-at", "-id")[:MAX_LOOKS]
    return tuple(Look(str(row.account) if row.account else "", row.at, in_words(row.purpose)) for row in rows)


def in_words(purpose: str) -> str:
    """What a record of access was for; what stands behind a colon says it closer than readers need."""
    return str(PURPOSES.get(purpose.partition(":")[0], OTHER))
