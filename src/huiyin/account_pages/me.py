"""我的账户: one page about one's own account, from which everything else is reached; sessions and the picture of a signature."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.people import administration
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Account, Holding
from huiyin.people.signing_in import signatures
from huiyin.people.signing_in.confirming import ask_again
from huiyin.people.signing_in.sessions import drop_sessions, sessions_of
from huiyin.people.signing_in.signatures import NoPicture
from huiyin.people.signing_in.tokens import of_account
from huiyin.people.staff.mail_preferences import preference_of
from huiyin.web.page_access import account_page

UNFIT = 422


@require_safe
@account_page
def me(request: HttpRequest, account: Account, at: datetime) -> HttpResponse:
    """Who one is here, how one signs in, and where one is signed in now."""
    factors = Authenticator.objects.filter(user=account)
    context = {
        "account": account,
        "holdings": current(Holding.objects.filter(account=account), day_of(at)).select_related(
            "post__unit", "organisation"
        ),
        "addresses": EmailAddress.objects.filter(user=account).order_by("-primary", "email"),
        "totp": factors.filter(type=Authenticator.Type.TOTP).exists(),
        "passkeys": factors.filter(type=Authenticator.Type.WEBAUTHN).count(),
        "tokens": of_account(account).count(),
        "sessions": sessions_of(account, at, request.session.session_key or ""),
        "signature": signatures.has_one(account),
        "mail_preference": preference_of(account, at),
    }
    return render(request, "account_pages/me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def end_others(request: HttpRequest, account: Account, at: datetime) -> HttpResponse:
    """Signs out everywhere else, after asking who is there."""
    asked = ask_again(request)
    if asked is not None:
        return asked
    if request.method != "POST":
        return render(request, "account_pages/end_others.html")
    ended = drop_sessions(account, at, keep=request.session.session_key or "")
    administration.record_act("end_sessions", [], at, account, by=account, subject=str(ended))
    messages.success(request, _("其他设备上的登录已全部退出"))
    return HttpResponseRedirect(reverse("account:me"))


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def signature(request: HttpRequest, account: Account, at: datetime) -> HttpResponse:
    """Takes the picture of one's signature, after asking who is there: it will stand for its owner."""
    asked = ask_again(request)
    if asked is not None:
        return asked
    has_one, problem = signatures.has_one(account), ""
    if request.method == "POST":
        upload = request.FILES.get("picture")
        try:
            signatures.keep(account, upload.read() if upload else b"", at)
        except NoPicture:
            problem = _("请选择 PNG 或 JPEG 图片，不超过 200 KB")
        else:
            messages.success(request, _("签名图片已保存"))
            return HttpResponseRedirect(reverse("account:me"))
    context = {"has_one": has_one, "problem": problem}
    return render(request, "account_pages/signature.html", context, status=UNFIT if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def remove_signature(request: HttpRequest, account: Account, at: datetime) -> HttpResponse:
    """Throws the picture away, after asking who is there; from there one comes back to where the picture is shown."""
    asked = ask_again(request)
    if asked is not None:
        return asked
    if request.method != "POST":
        return HttpResponseRedirect(reverse("account:signature"))
    if signatures.remove(account, at):
        messages.success(request, _("签名图片已删除"))
    return HttpResponseRedirect(reverse("account:me"))


@require_safe
@account_page
def signature_picture(request: HttpRequest, account: Account, at: datetime) -> HttpResponse:
    """The picture, to its owner; nobody else has an address for it."""
    kept = signatures.picture(account)
    if kept is None:
        raise Http404
    content, media_type = kept
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
