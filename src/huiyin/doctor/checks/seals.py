"""Whether the certificates with which organisations seal documents are still valid for a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, ok, warning
from huiyin.doctor.surroundings import Surroundings
from huiyin.people.models import OrganisationSeal

SOON: Final = timedelta(days=30)


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """Each certificate in force; nothing where nobody seals electronically."""
    for row in OrganisationSeal.objects.filter(retired_at=None).select_related("organisation").order_by("valid_until"):
        words = {"organisation": row.organisation.name, "day": row.valid_until.date()}
        to_do = _("向发证机构换取新证书，再运行 huiyin seal add")
        if row.valid_until <= surroundings.at:
            yield warning(
                "seals.expired", _("%(organisation)s的电子印章证书已于 %(day)s 到期，文书不再盖章") % words, to_do
            )
        elif row.valid_until <= surroundings.at + SOON:
            yield warning("seals.soon", _("%(organisation)s的电子印章证书 %(day)s 到期") % words, to_do)
        else:
            yield ok("seals", _("%(organisation)s的电子印章证书有效至 %(day)s") % words)
