"""Which rulebook was in force in an organisation on a day of the past, by the decisions that it took."""

from __future__ import annotations

from datetime import date, datetime

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people.models import Organisation
from huiyin.rule_store.models import Activation
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules


class NoneInForce(HuiyinError):
    """Raised when nothing says under which rulebook the matters of a day began; ``since`` is from when on something does."""

    to_do = gettext_noop("请写明以前适用的规程，例如 national-2005")

    def __init__(self, day: date, since: date) -> None:
        super().__init__(_("不知道 %(day)s 适用哪部规程；本机构的规程自 %(since)s 开始") % {"day": day, "since": since})
        self.day, self.since = day, since


class RulebookHistory:
    """Which rulebook was in force in an organisation when; read once, asked for each matter.

    Decided on is what the organisation activated. What came in before the first decision began under the version of that decision, as
    far back as its rules themselves were in force, and under ``earlier`` before that, where it was in force then.
    """

    def __init__(self, organisation: Organisation, earlier: str = "") -> None:
        self.decided, self.earlier = _decisions(organisation), earlier
        self.first = self.decided[0][1] if self.decided else load(organisation.rulebook).book.key

    @property
    def books(self) -> list[Rules]:
        """The first version that was in force, then the one before it, where there was one."""
        return [load(self.first), *([load(self.earlier)] if self.earlier else [])]

    def at(self, moment: datetime) -> str:
        """The rulebook (name@version) under which a matter received at ``moment`` (aware) began.

        Raises NoneInForce; RulebookFlawed where ``earlier`` is not installed.
        """
        before = [rulebook for since, rulebook in self.decided if since <= moment]
        if before:
            return before[-1]
        begins = load(self.first).book.effective
        day = moment.astimezone(load(self.first).calendar.zone).date()
        if day >= begins:
            return self.first
        if self.earlier:
            rules = load(self.earlier)
            if rules.book.effective <= day:
                return rules.book.key
            begins = rules.book.effective
        raise NoneInForce(day, begins)


def _decisions(organisation: Organisation) -> list[tuple[datetime, str]]:
    """From when on which version was in force; a decision that still waited for its day was replaced by the next."""
    found: list[tuple[datetime, str]] = []
    for one in Activation.objects.filter(organisation=organisation).select_related("edition").order_by("seq"):
        found = [(since, rulebook) for since, rulebook in found if since <= one.decided_at]
        found.append((one.effective_from, str(one.edition)))
    return found
