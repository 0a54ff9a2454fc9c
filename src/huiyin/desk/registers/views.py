"""Views of the register and searches that somebody keeps under a name."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.lists import search_tokens
from huiyin.desk.cases import asked_for
from huiyin.desk.finding.pages import found_at
from huiyin.registers import saved
from huiyin.registers.models import SavedView
from huiyin.web.page_access import Acting, staff_page

ViewKind = SavedView.ViewKind


@require_POST
@staff_page
def keep_view(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Keep the register as it is narrowed, sorted and laid out; what was looked for in it is not kept."""
    query, _search = asked_for(request, request.POST, acting)
    shared = request.POST.get("shared") == "1"
    name = request.POST.get("name", "")
    if saved.keep(acting.actor, acting.account, ViewKind.REGISTER, name, query.address(), acting.at, shared=shared):
        messages.success(request, _("视图已保存"))
    else:
        _say_why(request, name)
    return HttpResponseRedirect(f"{reverse('desk:cases')}?{query.address()}")


@require_POST
@staff_page
def keep_search(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Keep what was looked for, by the token of the page that found it."""
    q = search_tokens.looked_for(request.POST.get("search", ""), acting.account.id, acting.at)
    if not q:
        messages.warning(request, _("这次查找已经过期，请重新输入要找的内容"))
        return HttpResponseRedirect(reverse("desk:find"))
    name = request.POST.get("name", "") or q
    if saved.keep(acting.actor, acting.account, ViewKind.SEARCH, name, q, acting.at):
        messages.success(request, _("查找已保存，在“查找”页可以再用"))
    else:
        _say_why(request, name)
    return HttpResponseRedirect(found_at(q, acting))


@require_POST
@staff_page
def search_again(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Look for the same again."""
    view = saved.kept_view(acting.actor, ViewKind.SEARCH, id)
    if view is None:
        raise Http404
    return HttpResponseRedirect(found_at(view.asks, acting))


@require_POST
@staff_page
def remove(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Keep a view or search no longer; whoever shares one alone may."""
    if not saved.remove(acting.actor, id):
        raise Http404
    messages.success(request, _("已删除"))
    back = "desk:find" if request.POST.get("back") == "find" else "desk:cases"
    return HttpResponseRedirect(reverse(back))


def _say_why(request: HttpRequest, name: str) -> None:
    for marked in refused_texts([("name", name)]):
        messages.error(request, marked.message)
        return
    messages.error(request, _("没有保存：请填写名称；最多保存 %(n)d 个") % {"n": saved.MAX_KEPT})
