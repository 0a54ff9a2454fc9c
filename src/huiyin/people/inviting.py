"""Inviting somebody to work here: a link that sets a password once, by mail or on paper, and opens the account.

Until the invitation was accepted the account is closed: nobody signs in, nothing is assigned to it, and a role that it is
appointed to counts as vacant. The same links give a new password to whoever has lost theirs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.checks import forbidden_characters
from huiyin.people.models import Account, Invitation, Organisation
from huiyin.people.signing_in.tokens import digest, revoke_all

VALID_FOR: Final = timedelta(days=7)
MAX_NAME_CHARS: Final = 100
SECRET_BYTES: Final = 32
_is_username = UnicodeUsernameValidator()


class CannotInvite(HuiyinError):
    """Raised when nobody can be invited as was asked for; ``field`` is what is wrong: username, display_name or email."""

    def __init__(self, field: str, wrong: str, to_do: str) -> None:
        super().__init__(wrong, to_do)
        self.field = field


class UsernameTaken(CannotInvite):
    """Raised when somebody else who works here signs in by this name."""


class Void(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"  # never made, or replaced by a newer one
    EXPIRED = "expired"
    USED = "used"
    REVOKED = "revoked"


class LinkVoid(HuiyinError):
    """Raised when a link opens nothing; ``why`` says what to tell whoever came with it."""

    to_do = gettext_noop("请向管理员要一个新的")

    def __init__(self, why: Void) -> None:
        super().__init__(_("链接不能用（%(why)s）") % {"why": why})
        self.why = why


def invite(
    username: str,
    display_name: str,
    at: datetime,
    *,
    email: str = "",
    by: Account | None = None,
    organisation: Organisation | None = None,
) -> Invitation:
    """Invite somebody who has no account yet, or whose invitation was not accepted: the new one takes the place of the former.

    The link itself is made when it is printed (``take_link``), or by the worker that mails it (the caller queues
    ``jobs.kinds.invitation``).

    Args:
        email: where it is to be mailed; empty: it is printed.
        by: who invites; None: the command line.
        organisation: for which, if for one; its administrators see the invitation.

    Raises:
        UsernameTaken: somebody else has an account by this name, whatever its case.
        CannotInvite: a name or address that cannot be one.
    """
    username, display_name, email = username.strip(), display_name.strip(), email.strip()
    _check(username, display_name, email)
    with transaction.atomic():
        account = _account(username, display_name, at, by, organisation)
        return invite_again(account, at, email=email, by=by, organisation=organisation)


def invite_again(
    account: Account,
    at: datetime,
    *,
    email: str = "",
    by: Account | None = None,
    organisation: Organisation | None = None,
    reason: str = "",
) -> Invitation:
    """A new link for an account, in place of any that is open: the first one, or, where it was opened before, for a new password.

    Raises CannotInvite: the account was closed after it had been opened, or the address is none.
    """
    _check_address(email)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(id=account.id)
        if not account.is_active and not was_never_opened(account):
            raise CannotInvite(
                "username", _("账户 %(username)s 已经停用") % {"username": account.username}, _("请先恢复使用")
            )
        revoke_open(account, at, by)
        made = Invitation.objects.create(
            account=account,
            organisation=organisation,
            is_reset=account.is_active,
            way=Invitation.Handover.MAIL if email else Invitation.Handover.PRINT,
            address=email,
            made_at=at,
            made_by=by,
            expires_at=at + VALID_FOR,
        )
        administration.record_act(
            "give_new_link" if made.is_reset else "invite",
            [made],
            at,
            account,
            by=by,
            organisation=organisation.id if organisation else None,
            reason=reason,
        )
    return made


def _account(
    username: str, display_name: str, at: datetime, by: Account | None, organisation: Organisation | None
) -> Account:
    """The account to be, new or not yet accepted."""
    known = Account.objects.select_for_update().filter(username__iexact=username).first()
    if known is None:
        try:
            with transaction.atomic():
                made = Account.objects.create_user(username, display_name=display_name, is_active=False)
        except IntegrityError:
            raise _taken(username) from None  # by somebody who was faster
        whose = organisation.id if organisation else None
        administration.record_act("make_account", [made], at, made, by=by, organisation=whose, subject=username)
        return made
    if not was_never_opened(known) or known.display_name != display_name:
        raise _taken(username)
    return known


def _taken(username: str) -> UsernameTaken:
    return UsernameTaken(
        "username", _("用户名 %(username)s 已有人使用") % {"username": username}, _("请另写一个用户名")
    )


def _check(username: str, display_name: str, email: str) -> None:
    try:
        _is_username(username)
    except ValidationError:
        wrong = _("用户名只能有字母、数字和 . @ + - _")
        raise CannotInvite("username", wrong, _("请另写一个用户名")) from None
    if len(username) > MAX_NAME_CHARS:
        raise CannotInvite("username", _("用户名最多 %(most)s 个字符") % {"most": MAX_NAME_CHARS}, _("请缩短"))
    check_display_name(display_name)
    _check_address(email)


def unseen_signs(text: str) -> list[str]:
    """The first few signs of ``text`` that do not show, or turn the order of what is shown, as they are called: U+202E."""
    return list(dict.fromkeys(str(problem.params["code"]) for problem in forbidden_characters("", text)))


def check_display_name(display_name: str) -> None:
    """Raise CannotInvite for what cannot be the name that colleagues see."""
    if not display_name or len(display_name) > MAX_NAME_CHARS:
        wrong = _("姓名应有 1 到 %(most)s 个字符") % {"most": MAX_NAME_CHARS}
        raise CannotInvite("display_name", wrong, _("请写同事所知的姓名"))
    if not display_name.isprintable():
        signs = {"signs": _("、").join(unseen_signs(display_name) or [_("换行之类的字符")])}
        wrong = _("姓名中有看不见的字符（%(signs)s），会改变文字的显示次序，或者藏在文字之间") % signs
        raise CannotInvite("display_name", wrong, _("请删去，或者重新输入姓名"))


def _check_address(email: str) -> None:
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise CannotInvite("email", _("这不是可以收信的邮箱地址"), _("请改正，或者不写")) from None


def was_never_opened(account: Account) -> bool:
    """Whether nobody has signed in to an account yet, and nobody can before an invitation was accepted."""
    return not account.is_active and account.last_login is None and not account.has_usable_password()


def open_invitation(account: Account) -> Invitation | None:
    """The link that was not used, revoked or replaced; it may have run out."""
    return account.invitations.filter(accepted_at__isnull=True, revoked_at__isnull=True).first()


def revoke_open(account: Account, at: datetime, by: Account | None = None) -> bool:
    """Make the open link of an account void. False if there was none."""
    with transaction.atomic():
        found = list(
            Invitation.objects.select_for_update().filter(
                account=account, accepted_at__isnull=True, revoked_at__isnull=True
            )
        )
        for invitation in found:
            invitation.revoked_at = at
            invitation.save(update_fields=["revoked_at"])
        administration.record("revoke_invitation", found, at, administration.acting(by))
    return bool(found)


def take_link(invitation: Invitation, at: datetime, by: Account | None = None) -> str:
    """Make the link: shown or sent now and never again; one that was made for this invitation before is void from here on.

    Args:
        by: who sees it; None where a worker mails it, or the command line prints it.

    Returns:
        the whole address.

    Raises:
        LinkVoid: it was used, revoked, or has run out.
    """
    with transaction.atomic():
        found = Invitation.objects.select_for_update().get(id=invitation.id)
        why = _void(found, at)
        if why is not None:
            raise LinkVoid(why)
        raw = secrets.token_urlsafe(SECRET_BYTES)
        found.digest = digest(raw)
        found.taken_by = by
        found.save(update_fields=["digest", "taken_by"])
        if by is None:
            administration.record("make_link", [found], at)
        else:
            whose = found.organisation_id
            administration.record_act("take_link", [found], at, found.account, by=by, organisation=whose)
    return settings.HUIYIN_PUBLIC_URL + reverse("account:invitation-link", kwargs={"key": raw})


@dataclass(frozen=True)
class Welcome:
    """An account to which a link led, and the addresses that were confirmed by it."""

    account: Account
    is_reset: bool


def find(hashed: bytes, at: datetime) -> Invitation:
    """The invitation of a link, by the digest of its key. Raises LinkVoid."""
    found = Invitation.objects.select_related("account", "organisation").filter(digest=hashed).first()
    why = _void(found, at) if found else Void.UNKNOWN
    if found is None or why is not None:
        raise LinkVoid(why or Void.UNKNOWN)
    return found


def _void(invitation: Invitation, at: datetime) -> Void | None:
    if invitation.accepted_at is not None:
        return Void.USED
    # A link for a new password opens no account that was closed meanwhile.
    if invitation.revoked_at is not None or invitation.is_reset != invitation.account.is_active:
        return Void.REVOKED
    return Void.EXPIRED if invitation.expires_at <= at else None


def accept(hashed: bytes, password: str, at: datetime) -> Welcome:
    """Set the password and open the account. Tokens end, and so do open sessions, which are bound to the password.

    ``hashed`` is the digest of the link's key: who carries it from page to page keeps nothing that opens an account.

    An address counts as confirmed when the link was mailed there, unless it is somebody else's.

    Raises:
        LinkVoid: the link opens nothing.
        ValidationError: the password is too weak; the link stays good.
    """
    with transaction.atomic():
        invitation = find(hashed, at)
        account = Account.objects.select_for_update().get(id=invitation.account_id)
        invitation = Invitation.objects.select_for_update().get(id=invitation.id)
        invitation.account = account
        why = _void(invitation, at)
        if why is not None:
            raise LinkVoid(why)
        validate_password(password, account)
        account.set_password(password)
        account.is_active = True
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
        if invitation.address and invitation.way == Invitation.Handover.MAIL:
            _confirm(account, invitation.address)
        account.save(update_fields=["password", "is_active", "email"])
        revoke_all(account, at)
        administration.record_act(
            "accept_invitation", [account, invitation], at, account, by=account, organisation=invitation.organisation_id
        )
    return Welcome(account, invitation.is_reset)


def _confirm(account: Account, address: str) -> None:
    address = address.lower()
    if EmailAddress.objects.filter(email=address, verified=True).exclude(user=account).exists():
        return
    EmailAddress.objects.filter(user=account).update(primary=False)
    EmailAddress.objects.update_or_create(user=account, email=address, defaults={"verified": True, "primary": True})
    account.email = address
