"""Who may open an account: nobody by themselves. How an account is kept: changes ask who is there, and end what was open."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from huiyin.jobs import kinds, queue
from huiyin.people.ids import new_id
from huiyin.people.inviting import revoke_open
from huiyin.people.models import Account
from huiyin.people.signing_in.sessions import note_beginning
from huiyin.people.signing_in.tokens import revoke_all


class ClosedAccounts(DefaultAccountAdapter):
    """Sign-in for existing accounts only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Always: an open session must not be enough to take an account over."""
        return True

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Signs in; the session keeps on what device, so that its owner can tell it from others."""
        super().login(request, user)
        note_beginning(request, timezone.now())

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Changes or resets a password: sessions end by themselves, since they are bound to it; tokens and an open link for another are revoked here."""
        assert isinstance(user, Account)
        with transaction.atomic():
            super().set_password(user, password)
            at = timezone.now()
            revoke_all(user, at)
            revoke_open(user, at, user)


class ClosedSocialAccounts(DefaultSocialAccountAdapter):
    """An identity provider signs in the accounts that were connected to it; it creates none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class ResetByVerifiedAddress(ResetPasswordForm):
    """Asks for a link to set a new password: it goes to addresses alone that their owner has confirmed."""

    def clean_email(self) -> str:
        """The address as typed. Whether it belongs to somebody shows neither here nor on the page that follows."""
        typed: str = self.cleaned_data["email"]
        confirmed = EmailAddress.objects.filter(email=typed.lower(), verified=True, user__is_active=True)
        self.confirmed = list(confirmed.values_list("id", flat=True))
        return typed

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Leaves the sending to a worker: how long a mail server takes would say whether there is such an address."""
        at = timezone.now()
        queue.enqueue(kinds.reset(new_id(at), self.confirmed, get_language() or "", at))
        typed: str = self.cleaned_data["email"]
        return typed
