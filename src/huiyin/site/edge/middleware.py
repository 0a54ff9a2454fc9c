"""What Django learns from the gate: the true address of the client, and that a body was not taken."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from huiyin.api import problems
from huiyin.site.edge.addresses import true_address
from huiyin.site.edge.gate import REFUSED
from huiyin.site.edge.sizes import API, most_of

RETRY_SECONDS = 30
Next = Callable[[HttpRequest], HttpResponse]


class TrueAddress:
    """From here on ``REMOTE_ADDR`` is the client's: the one place where proxies are looked through."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Goes on with the address of the client."""
        peer, passed = str(request.META.get("REMOTE_ADDR", "")), request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = true_address(peer, passed, settings.HUIYIN_TRUSTED_PROXIES)
        return self.get_response(request)


class RefusedBodies:
    """Answers for requests whose body was not taken, in the reader's language; comes last, so that pages look as all do."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers, or goes on."""
        why = request.META.get(REFUSED)
        if why is None:
            return self.get_response(request)
        return _problem(request, why).response() if request.path.startswith(API) else _page(request, why)


def _problem(request: HttpRequest, why: str) -> problems.ProblemDocument:
    if why == "too-large":
        return problems.too_large(most_of(request.path, request.content_type or ""))
    if why == "charset":
        return problems.wrong_charset()
    return problems.too_slow() if why == "too-slow" else problems.too_many_bodies(RETRY_SECONDS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's page for a request that cannot be read; what was too large or too much is told as such."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent | TooManyFieldsSent):
        return _page(request, "too-large")
    return defaults.bad_request(request, exception)


def _page(request: HttpRequest, why: str) -> HttpResponse:
    status, title, detail = {
        "too-large": (413, _("内容太大，没有收下"), _("请减少文字或附件后再提交")),
        "too-slow": (408, _("传得太慢，没有收完"), _("请在网络好的地方再提交，或减少附件")),
        "charset": (415, _("表单的文字编码不是 UTF-8，没有收下"), _("请换用系统自带的浏览器重新填写提交")),
    }.get(why, (429, _("同时提交的人太多，请稍后再试"), _("请过半分钟再提交")))
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 429 else {}
    response = render(request, "web/not_taken.html", {"title": title, "detail": detail}, status=status)
    for name, value in headers.items():
        response.headers[name] = value
    return response
