"""Whether somebody can administer the installation when somebody else is ill, and whether a stolen password suffices for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.doctor.finding import Finding, failure, notice, ok, warning
from huiyin.doctor.surroundings import Surroundings
from huiyin.people.models import Account
from huiyin.people.signing_in.second_factor_rules import has_one

MIN_ADMINISTRATORS: Final = 2


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """How many there are, and which way they sign in."""
    found = list(Account.objects.filter(is_superuser=True, is_active=True))
    if not found:
        yield failure("administrators.none", _("没有管理员账户"), _("见管理说明“Jobs”：新建两个管理员账户"))
        return
    if len(found) < MIN_ADMINISTRATORS:
        yield warning("administrators.one", _("只有一名管理员"), _("再设一名：一人病假、离职时，另一人还进得来"))
    else:
        yield ok("administrators", _("有 %(count)d 名管理员") % {"count": len(found)})
    without = sum(not has_one(account) for account in found)
    if not without:
        yield ok("administrators.factor", _("管理员都用两步验证"))
        return
    worse = notice if settings.HUIYIN_LOCAL else warning
    yield worse(
        "administrators.factor",
        ngettext("有 %(count)d 名管理员没有设两步验证", "有 %(count)d 名管理员没有设两步验证", without)
        % {"count": without},
        _("在“系统管理 › 人员 › 两步验证”要求管理员使用，或者运行 huiyin second-factor require --administrators"),
    )
