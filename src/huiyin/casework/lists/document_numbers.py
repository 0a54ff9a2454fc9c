"""Cases by the number of one of their documents (发文字号), as people quote it: 临信访〔2026〕1号."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from huiyin.casework.models import DocumentRecord, Notice
from huiyin.people.models import Organisation

_QUOTED: Final = re.compile(
    r"(?P<code>[^\d\[\](){}〔〕【】]*)[\[({〔【]?(?P<year>(?:19|20)\d\d)[\])}〕】]第?(?P<number>\d{1,7})号?"
)
MAX_QUOTED_CHARS: Final = 200
SEALED_SIGN: Final = "专"


def of_documents(organisation: UUID, q: str) -> list[QuerySet[Any, Any]]:
    """The cases with a document of the number ``q``, whoever may see them; without the code of an organ those of ``organisation``.

    Nothing where ``q`` is no such number. Any kind of brackets and of width is understood.
    """
    plain = unicodedata.normalize("NFKC", q) if len(q) <= MAX_QUOTED_CHARS else ""
    found = _QUOTED.fullmatch("".join(plain.split()))
    if found is None:
        return []
    code = found["code"].removesuffix(SEALED_SIGN)
    organs = Organisation.objects.filter(paper_code=code) if code else Organisation.objects.filter(id=organisation)
    of = {"issuer__in": organs.values("id"), "period": found["year"], "number": int(found["number"])}
    return [model._default_manager.filter(**of).values_list("case_id") for model in (DocumentRecord, Notice)]
