"""The mailboxes that are read: where each is, how it is opened, and whose petitions come by it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people.models import Organisation


class NobodysMailbox(HuiyinError):
    """Raised when it cannot be told whose petitions come by a mailbox."""

    to_do = gettext_noop("请在 HUIYIN_MAILBOX_URLS 中它的地址后加 ?organisation=CODE")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A folder on an IMAP server (RFC 9051). ``encrypted`` from the first byte on, else by STARTTLS, or not at all (``plain``).

    ``organisation`` is the code of whose it is, empty where the installation has one alone. ``since`` (``2026-12-01``): what came before is
    left where it is.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    encrypted: bool
    plain: bool
    organisation: str
    since: str

    @property
    def label(self) -> str:
        """What it is called on pages and in logs: the address, and the folder where it is another than the first."""
        address = self.user if "@" in self.user else f"{self.user}@{self.host}"
        return address if self.folder.upper() == "INBOX" else f"{address}/{self.folder}"

    def owner(self) -> Organisation:
        """Whose petitions come by it. Raises NobodysMailbox."""
        if self.organisation:
            found = Organisation.objects.filter(code=self.organisation).first()
            if found is None:
                raise NobodysMailbox(_("邮箱 %(label)s 写的机构不存在") % {"label": self.label})
            return found
        several = list(Organisation.objects.order_by("code")[:2])
        if len(several) != 1:
            raise NobodysMailbox(_("邮箱 %(label)s 没有写属于哪个机构") % {"label": self.label})
        return several[0]


def mailboxes() -> list[Mailbox]:
    """All that ``HUIYIN_MAILBOX_URLS`` names."""
    return [Mailbox(**named) for named in settings.HUIYIN_MAILBOXES]
