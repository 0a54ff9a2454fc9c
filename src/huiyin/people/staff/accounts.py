"""Closing and reopening accounts, renaming them, ending sessions and tokens: what an administrator does about somebody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.people import administration
from huiyin.people.administrators import refuse_last
from huiyin.people.inviting import check_display_name, revoke_open, was_never_opened
from huiyin.people.models import Account
from huiyin.people.signing_in.sessions import drop_sessions
from huiyin.people.signing_in.tokens import revoke_all


class CannotChange(HuiyinError):
    """Raised when an account is as it is to be already, or was never opened."""


def close(account: Account, at: datetime, *, by: Account | None = None, reason: str = "") -> None:
    """Let somebody sign in no longer: sessions, tokens and open invitations end. Their posts stay, as vacant as if they had left.

    What they owe goes on by ``door.consequences.handing_over``, within minutes.

    Raises:
        CannotChange: it is closed already.
        LastAdministrator: nobody else who can sign in administers the installation.
    """
    with transaction.atomic():
        refuse_last(account)
        locked = _locked(account)
        revoked = revoke_open(locked, at, by)
        if not locked.is_active and not revoked:
            raise CannotChange(_("账户 %(username)s 早已停用") % {"username": locked.username}, _("要使用的，请恢复"))
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        revoke_all(locked, at)
        drop_sessions(locked, at)
        administration.record_act("close_account", [locked], at, locked, by=by, reason=reason)


def reopen(account: Account, at: datetime, *, by: Account | None = None, reason: str = "") -> None:
    """Let somebody sign in again, with the password that they had. Raises CannotChange."""
    with transaction.atomic():
        locked = _locked(account)
        if locked.is_active:
            raise CannotChange(_("账户 %(username)s 可以使用") % {"username": locked.username}, _("不需要做什么"))
        if was_never_opened(locked):
            raise CannotChange(_("还没有人打开过账户 %(username)s") % {"username": locked.username}, _("请重新邀请"))
        locked.is_active = True
        locked.save(update_fields=["is_active"])
        administration.record_act("reopen_account", [locked], at, locked, by=by, reason=reason)


def rename(account: Account, display_name: str, at: datetime, *, by: Account | None = None, reason: str = "") -> None:
    """Change the name that colleagues see; what was done under the former one stays theirs.

    Raises CannotInvite for what cannot be a name.
    """
    check_display_name(display_name)
    with transaction.atomic():
        locked = _locked(account)
        former, locked.display_name = locked.display_name, display_name
        if former != display_name:
            locked.former_names = [*(one for one in locked.former_names if one not in (former, display_name)), former]
        locked.save(update_fields=["display_name", "former_names"])
        subject = f"{former} → {display_name}"
        administration.record_act("rename_account", [locked], at, locked, by=by, subject=subject, reason=reason)


def end_sessions(account: Account, at: datetime, *, by: Account | None = None, reason: str = "") -> int:
    """Sign somebody out wherever they are signed in; how many sessions ended."""
    with transaction.atomic():
        ended = drop_sessions(account, at)
        administration.record_act("end_sessions", [], at, account, by=by, subject=str(ended), reason=reason)
    return ended


def end_tokens(account: Account, at: datetime, *, by: Account | None = None, reason: str = "") -> int:
    """Revoke every token of somebody; how many there were."""
    with transaction.atomic():
        ended = revoke_all(account, at)
        administration.record_act("end_tokens", [], at, account, by=by, subject=str(ended), reason=reason)
    return ended


def _locked(account: Account) -> Account:
    return Account.objects.select_for_update().get(id=account.id)
