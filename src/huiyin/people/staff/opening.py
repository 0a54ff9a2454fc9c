"""Changes of units and posts that could open matters to who makes them: these are another administrator's to make."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people.appointments import day_of, not_over
from huiyin.people.models import Account, Holding
from huiyin.people.staff.hands import hands


class OpensToOneself(HuiyinError):
    """Raised when a change would open matters to the administrator, or to somebody whose link they have held."""

    to_do = gettext_noop("请由另一名管理员来改")


def refuse_opening(by: Account, posts: Collection[UUID], at: datetime) -> None:
    """Raise OpensToOneself where ``by`` holds one of the posts, now or later, or has somebody in their hand who does."""
    held = not_over(Holding.objects.filter(post__in=posts), day_of(at))
    people = set(held.values_list("account_id", flat=True))
    if not people.isdisjoint(hands(by)):
        raise OpensToOneself(_("这一改动会使改动的人看到更多事项"))
