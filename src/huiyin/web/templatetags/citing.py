"""Citations of the policy library as links to the version that was cited."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from huiyin.readiness.library import citations
from huiyin.web.page_access import Acting

register = template.Library()


@register.filter
def cited(text: object, acting: Acting) -> SafeString:
    """``text``, in which each citation that the reader's library knows leads to what it cites."""
    words, place, parts = str(text), 0, list[SafeString]()
    for found in citations(acting.actor.organisation, words):
        version = found.version
        where = [version.policy_id, version.position]
        page = (
            reverse("readiness:article", args=[*where, found.place])
            if found.place
            else reverse("readiness:version", args=where)
        )
        parts += [
            escape(words[place : found.start]),
            format_html('<a href="{}">{}</a>', page, words[found.start : found.end]),
        ]
        place = found.end
    return mark_safe("".join([*parts, escape(words[place:])]))  # noqa: S308  # each part is escaped above
