"""The tokens with which programs act for somebody: made, looked over and revoked by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Holding, Token
from huiyin.people.signing_in import second_factor_rules
from huiyin.people.signing_in.confirming import ask_again
from huiyin.people.signing_in.tokens import ACT, READ, acts_at, issue_token, new_token, of_account, revoke_token
from huiyin.web.page_access import Acting, staff_page

DAYS = (30, 90, 180, 365)
USUAL_DAYS = 90
MAX_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as its owner sees it."""

    id: UUID
    name: str
    post: str
    may_act: bool
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    acts: bool


@dataclass(frozen=True, slots=True)
class _TokenForm:
    """The form of a new token as it was filled in, and what is wrong with it by field."""

    name: str
    scope: str
    days: str
    errors: dict[str, str]


@require_safe
@staff_page
def tokens(request: HttpRequest, acting: Acting) -> HttpResponse:
    """One's own tokens, in whatever post; the tokens themselves are not kept."""
    lines = [_line(token, acting.at) for token in of_account(acting.account)]
    return render(request, "desk/tokens.html", {"tokens": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def new(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Makes a token for the post that one acts in, and shows it this once. Asks for the password or passkey first."""
    asked = ask_again(request)
    if asked is not None:
        return asked
    form = _TokenForm("", READ, str(USUAL_DAYS), {})
    if request.method == "POST":
        form = _read_form(request)
        if not form.errors:
            raw = new_token()
            token = _issue(request, acting, form, raw)
            return render(request, "desk/token_made.html", {"token": _line(token, acting.at), "raw": raw})
    context = {"form": form, "days": DAYS, "max_name": MAX_NAME_CHARS}
    return render(request, "desk/token_new.html", context | {"acting": acting}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def revoke(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Ends one of one's tokens at once, after asking; that of somebody else is as if there were none."""
    token = of_account(acting.account).filter(id=id).first()
    if token is None:
        raise Http404
    asked = ask_again(request)
    if asked is not None:
        return asked
    if request.method != "POST":
        return render(request, "desk/token_revoke.html", {"token": _line(token, acting.at)})
    revoke_token(token, acting.at)
    messages.success(request, _("令牌已作废，用它的程序从现在起不能再访问"))
    return HttpResponseRedirect(reverse("desk:tokens"))


def _read_form(request: HttpRequest) -> _TokenForm:
    typed = request.POST
    name, scope, days = typed.get("name", "").strip(), typed.get("scope", ""), typed.get("days", "")
    errors = {}
    if not name:
        errors["name"] = _("请写明给哪个程序用，以后好辨认")
    elif len(name) > MAX_NAME_CHARS or not name.isprintable():
        errors["name"] = _("最多 %(max)d 字，请缩短") % {"max": MAX_NAME_CHARS}
    for marked in refused_texts([("name", name)]):
        errors["name"] = marked.message
    if scope not in {READ, ACT}:
        errors["scope"] = _("请从所列选项中选择")
    if days not in map(str, DAYS):
        errors["days"] = _("请从所列选项中选择")
    return _TokenForm(name, scope, days, errors)


def _issue(request: HttpRequest, acting: Acting, form: _TokenForm, raw: str) -> Token:
    held = current(Holding.objects.filter(account=acting.account, post=acting.post.post), day_of(acting.at))
    return issue_token(
        held.order_by("since", "id")[0],
        raw,
        acting.at,
        scopes=(READ, ACT) if form.scope == ACT else (READ,),
        expires_at=acting.at + timedelta(days=int(form.days)),
        name=form.name,
        second_factor=second_factor_rules.was_shown(request),
    )


def _line(token: Token, at: datetime) -> TokenLine:
    post = token.holding.post
    return TokenLine(
        token.id,
        token.name,
        f"{post.unit.name} · {post.title}",
        ACT in token.scopes,
        token.created_at,
        token.expires_at,
        token.used_at,
        acts_at(token, at),
    )
