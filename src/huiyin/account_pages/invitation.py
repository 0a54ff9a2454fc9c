"""Opening one's account by the link of an invitation, or giving it a new password."""

from __future__ import annotations

from typing import Final

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.people.appointments import day_of, not_over
from huiyin.people.inviting import LinkVoid, Void, accept, find
from huiyin.people.models import Holding, Invitation
from huiyin.people.signing_in.sessions import note_beginning
from huiyin.people.signing_in.tokens import digest

LINK_KEY: Final = "invitation"
"""Under which the session keeps the digest of the link's key that was followed: sessions are rows that others may read."""
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
GONE: Final = 410


@never_cache
@require_safe
def follow_link(request: HttpRequest, key: str) -> HttpResponse:
    """Puts the digest of a link's key into the session and goes on to an address without the key, so that it stays neither in the browser's
    history nor in what is sent to other pages. It opens nothing yet: programs that read mails follow links too.

    A link that opens nothing makes no session, so that nobody fills their table with made-up ones.
    """
    there, hashed = reverse("account:invitation"), digest(key)
    try:
        find(hashed, timezone.now())
    except LinkVoid as void:
        return HttpResponseRedirect(f"{there}?{urlencode({'void': void.why})}")
    request.session[LINK_KEY] = hashed.hex()
    return HttpResponseRedirect(there)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_page(request: HttpRequest) -> HttpResponse:
    """Asks for a password, sets it, opens the account and signs in; a link that opens nothing says what to do (410)."""
    void = request.GET.get("void", "")
    if void in set(Void):
        return _void(request, Void(void))
    try:
        hashed = _followed(request)
        invitation = find(hashed, timezone.now())
        problems: list[str] = []
        if request.method == "POST":
            problems = _typed_problems(request)
            if not problems:
                return _accepted(request, hashed)
    except LinkVoid as void:
        request.session.pop(LINK_KEY, None)
        return _void(request, void.why)
    except ValidationError as weak:
        problems = [str(message) for message in weak.messages]
    return render(
        request, "account_pages/invitation.html", _context(invitation, problems), status=422 if problems else 200
    )


def _followed(request: HttpRequest) -> bytes:
    """The digest of the link that was followed. Raises LinkVoid where none was."""
    try:
        return bytes.fromhex(request.session[LINK_KEY])
    except (KeyError, ValueError):
        raise LinkVoid(Void.UNKNOWN) from None


def _void(request: HttpRequest, why: Void) -> HttpResponse:
    return render(request, "account_pages/link_void.html", {"words": _words(why)}, status=GONE)


def _typed_problems(request: HttpRequest) -> list[str]:
    typed = request.POST
    if typed.get("password", "") != typed.get("again", ""):
        return [_("两次输入的密码不一样，请重新输入")]
    return []


def _accepted(request: HttpRequest, hashed: bytes) -> HttpResponse:
    at = timezone.now()
    welcome = accept(hashed, request.POST.get("password", ""), at)
    request.session.pop(LINK_KEY, None)
    # Whoever has a second factor shows it: a link alone must not get around it.
    if welcome.is_reset or Authenticator.objects.filter(user=welcome.account).exists():
        request.session.flush()
        messages.success(request, _("新密码已设置，请用它登录"))
        return HttpResponseRedirect(reverse("account_login"))
    login(request, welcome.account, backend=BACKEND)
    note_beginning(request, at)
    record_authentication(request, welcome.account, method="password", username=welcome.account.username)
    messages.success(request, _("账户已开通，以后用用户名和这个密码登录"))
    return HttpResponseRedirect(reverse("desk:duties"))


def _context(invitation: Invitation, problems: list[str]) -> dict[str, object]:
    holdings = not_over(Holding.objects.filter(account=invitation.account_id), day_of(timezone.now()))
    return {
        "invitation": invitation,
        "account": invitation.account,
        "holdings": holdings.select_related("post__unit", "organisation").order_by("since", "id"),
        "problems": problems,
    }


def _words(why: Void) -> tuple[str, str]:
    """What is wrong with a link, and what to do."""
    again = _("请联系发给您链接的系统管理员，请其重新发一个。")
    words = {
        Void.UNKNOWN: (
            _("链接不完整，或者已经换成新的"),
            _("请从最近一次收到的邮件或打印件上完整输入地址；还不行的，请联系系统管理员。"),
        ),
        Void.EXPIRED: (_("链接已过有效期"), again),
        Void.USED: (_("链接已经用过"), _("是您本人用的，请直接登录。不是您本人用的，请立即告诉系统管理员。")),
        Void.REVOKED: (_("链接已被收回"), again),
    }
    return words[why]
