"""What somebody looks for, by the token of it that stands in an address."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.casework.lists import search_tokens
from huiyin.web.page_access import Acting


def looked_for(request: HttpRequest, token: str, acting: Acting) -> str:
    """What ``token`` stands for; empty where there is none, or where it no longer holds, which the reader is told."""
    found = search_tokens.looked_for(token, acting.account.id, acting.at) if token else ""
    if found is None:
        messages.warning(request, _("这次查找已经过期，请重新输入要找的内容"))
    return found or ""
