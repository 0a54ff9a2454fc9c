"""我的常用语: the phrases that somebody keeps for themselves, offered in the forms that they fill in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.people.models import Account
from huiyin.people.staff import own_phrases
from huiyin.web.page_access import account_page

UNFIT = 422


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def phrases(request: HttpRequest, account: Account, at: datetime) -> HttpResponse:
    """Shows what is kept, and keeps one more."""
    text, problem = request.POST.get("text", ""), ""
    marked = list(refused_texts([("text", text)]))
    if marked:
        problem = marked[0].message
    elif request.method == "POST":
        try:
            own_phrases.keep(account, text, at)
        except own_phrases.PhraseRefused:
            problem = _why(text)
        else:
            messages.success(request, _("常用语已保存，填表时可以插入"))
            return HttpResponseRedirect(reverse("account:phrases"))
    context = {
        "lines": own_phrases.kept_by(account.id),
        "text": text,
        "problem": problem,
        "placeholders": [f"{{{name}}}" for name in own_phrases.PLACEHOLDERS],
        "most": own_phrases.MAX_SIGNS,
    }
    return render(request, "account_pages/phrases.html", context, status=UNFIT if problem else 200)


@require_POST
@account_page
def remove(request: HttpRequest, account: Account, at: datetime, id: UUID) -> HttpResponse:
    """Throws one away."""
    if not own_phrases.throw_away(account, id):
        raise Http404
    messages.success(request, _("常用语已删除"))
    return HttpResponseRedirect(reverse("account:phrases"))


def _why(text: str) -> str:
    unknown = own_phrases.unknown_placeholders(text)
    if unknown:
        return _("没有这样的占位：%(names)s") % {"names": _("、").join(f"{{{name}}}" for name in unknown)}
    if 0 < len(text.strip()) <= own_phrases.MAX_SIGNS:
        return _("最多保存 %(most)d 条，请先删去不用的") % {"most": own_phrases.MAX_KEPT}
    return _("请填写常用语，最多 %(most)d 字") % {"most": own_phrases.MAX_SIGNS}
