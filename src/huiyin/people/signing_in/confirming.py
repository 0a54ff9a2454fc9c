"""Whoever changes an account shows once more that it is theirs: an open session alone changes nothing about it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from huiyin.people.models import Account
from huiyin.people.signing_in.second_factor_rules import FACTORS, note_shown

ACCOUNT_PAGES = "/accounts/"

# Everything else under /accounts/ asks, also what a later version of the library may add.
OPEN_PAGES = frozenset(
    {
        # signing in and out, and what follows from a link in a mail: these know by themselves whom they let do what
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_confirm_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_email_verification_sent",
        "account_confirm_email",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "socialaccount_signup",
        "openid_connect_login",  # connecting one to an account asks by itself: ``ClosedAccounts`` says always
        "openid_connect_callback",
        # where one confirms
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        # what only shows which means there are, and no secret
        "mfa_index",
        "mfa_list_webauthn",
    }
)


class ConfirmChanges:
    """Middleware: every page under /accounts/ that is not listed as open asks for the password or passkey first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the page. Whoever set a second factor up there has shown it in this session."""
        before = _newest_factor(request)
        response = self.get_response(request)
        newest = _newest_factor(request)
        if newest is not None and newest != before:
            note_shown(request, newest)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """The way to the page that asks, or None where the page may go on."""
        match = request.resolver_match
        if not request.path.startswith(ACCOUNT_PAGES) or match is None or match.url_name in OPEN_PAGES:
            return None
        return ask_again(request) if isinstance(request.user, Account) else None


def _newest_factor(request: HttpRequest) -> Authenticator | None:
    """The second factor that was set up last, asked where one is set up."""
    if request.method != "POST" or request.path not in {reverse("mfa_activate_totp"), reverse("mfa_add_webauthn")}:
        return None
    if not isinstance(request.user, Account):
        return None
    return Authenticator.objects.filter(user=request.user, type__in=FACTORS).order_by("id").last()


def ask_again(request: HttpRequest) -> HttpResponse | None:
    """The way to the page that asks who is there, or None where that was confirmed within the last minutes.

    What was sent is not kept meanwhile, since it may be a new password: the page is shown anew afterwards.
    """
    account = request.user
    assert isinstance(account, Account)
    ways = get_adapter().get_reauthentication_methods(account)
    if ways:
        if reauthentication.did_recently_reauthenticate(request):
            return None
        return HttpResponseRedirect(f"{ways[0]['url']}?{urlencode({'next': request.get_full_path()})}")
    # Known through an identity provider alone: it asks who is there when one signs in anew.
    if _signed_in_just_now(request, account):
        return None
    back = request.get_full_path()
    logout(request)
    return redirect_to_login(back, reverse("account_login"))


def _signed_in_just_now(request: HttpRequest, account: Account) -> bool:
    records = get_authentication_records(request, account)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
