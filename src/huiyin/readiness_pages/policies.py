"""The policy library: finding, reading a version, an article at its permanent address; taking in, wording anew, repealing."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.readiness import library, tasks
from huiyin.readiness.articles import articles_of
from huiyin.readiness.library import citation
from huiyin.readiness.models import GroupTask, Policy, PolicyVersion
from huiyin.readiness_pages.forms import TaskForm
from huiyin.readiness_pages.policy_forms import AboutForm, RepealForm, WordingForm
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.registers import TASKS
from huiyin.readiness_pages.rows import carried_out, line_of
from huiyin.web.uploads import with_files

MAX_LISTED: Final = 200
MAX_WORDS: Final = 60


@require_safe
@reader_page
def policies(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """The library, or what of it holds the words looked for; policies hold nothing personal, so the words stand in the address."""
    words = request.GET.get("q", "").strip()[:MAX_WORDS]
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in Policy.PolicyKind.values else ""
    every = request.GET.get("every", "") == "1"
    policies = library.find(reader.organisation, words, kind, None if every else reader.day).defer("sought")
    found = list(policies[: MAX_LISTED + 1])
    shown = found[:MAX_LISTED]
    last = library.latest_of(shown)
    context = {
        "rows": [(policy, last[policy.id]) for policy in shown],
        "more": len(found) > MAX_LISTED,
        "articles": library.find_articles(reader.organisation, words, reader.day) if words else (),
        "words": words,
        "kind": kind,
        "every": every,
        "kinds": Policy.PolicyKind.choices,
        "keeps": reader.keeps("policies"),
        "gives_tasks": reader.keeps("groups"),
        "today": reader.day,
    }
    return render(request, "readiness_pages/policies.html", context)


@require_safe
@reader_page
def policy(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """A policy in the wording in force today; in its last one where none is."""
    found = _policy(reader, id)
    version = library.in_force(found.versions.all(), reader.day).order_by("-position").first() or library.latest(found)
    return _version_page(request, reader, version)


@require_safe
@reader_page
def version(request: HttpRequest, reader: PageReader, id: UUID, position: int) -> HttpResponse:
    """One version: this address shows this wording for good."""
    return _version_page(request, reader, _version(reader, id, position))


@require_safe
@reader_page
def article(request: HttpRequest, reader: PageReader, id: UUID, position: int, place: int) -> HttpResponse:
    """One article of one version, as citations lead to it, and to show to a petitioner (clause s1-B3.1)."""
    found = _version(reader, id, position)
    articles = articles_of(found.text)
    if not 0 < place <= len(articles):
        raise Http404
    shown = articles[place - 1]
    context = {
        "version": found,
        "article": shown,
        "citation": citation(found, shown),
        "before": place - 1 if place > 1 else 0,
        "after": place + 1 if place < len(articles) else 0,
        "current": library.in_force(found.policy.versions.all(), reader.day).first(),
        "keeps": reader.keeps("policies"),
        "gives_tasks": reader.keeps("groups"),
        "today": reader.day,
    }
    return render(request, "readiness_pages/article.html", context)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def add(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """Take a policy in, with its first wording."""
    reader.refuse_unless_keeps("policies")
    sent, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    about = AboutForm(sent, instance=Policy(organisation_id=reader.organisation))
    wording = WordingForm(sent, files, reader=reader)
    if sent is not None and about.is_valid() and wording.is_valid():
        cleaned, made = wording.cleaned_data, about.save(commit=False)
        if carried_out(about, lambda: library.add_policy(made, cleaned["text"], cleaned["valid_from"], reader.by)):
            messages.success(request, _("已收入政策法规库"))
            return HttpResponseRedirect(reverse("readiness:policy", args=[made.id]))
    return _form(request, _("收入文件"), reverse("readiness:policies"), about, wording)


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def add_version(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """A new wording, in force from a day on; the one before it stays readable where it was cited."""
    reader.refuse_unless_keeps("policies")
    found = _policy(reader, id)
    wording = WordingForm(*((request.POST, request.FILES) if request.method == "POST" else ()), reader=reader)

    def change(cleaned: dict[str, Any]) -> object:
        return library.add_version(found, cleaned["text"], cleaned["valid_from"], reader.by)

    return _changed(request, found, _("修订：添加新版本"), wording, change)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def change(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """Put right what a policy is called, its number, who made it."""
    reader.refuse_unless_keeps("policies")
    found = _policy(reader, id)
    about = AboutForm(request.POST if request.method == "POST" else None, instance=found)
    return _changed(
        request, found, _("修改名称、文号"), about, lambda cleaned: library.change_policy(about.instance, reader.by)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def repeal(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """Put a policy out of force."""
    reader.refuse_unless_keeps("policies")
    found = _policy(reader, id)
    form = RepealForm(request.POST if request.method == "POST" else None, reader=reader, policy=found)
    return _changed(
        request,
        found,
        _("登记废止"),
        form,
        lambda cleaned: library.repeal(found, cleaned["on"], reader.by, cleaned["repealed_by"]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def assign(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """Make a task of what a policy or a direction of the leading group asks for (clauses s3-2.1.2a, s3-2.2.2a)."""
    reader.refuse_unless_keeps("groups")
    found = _policy(reader, id)
    form = TaskForm(request.POST if request.method == "POST" else None, reader=reader)

    def assign_task(cleaned: dict[str, Any]) -> object:
        return tasks.assign(GroupTask(organisation_id=reader.organisation, policy=found, **cleaned), reader.by)

    return _changed(request, found, _("布置任务"), form, assign_task)


def _changed(
    request: HttpRequest, policy: Policy, title: str, form: BaseForm, change: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    there = reverse("readiness:policy", args=[policy.id])
    if form.is_bound and form.is_valid() and carried_out(form, lambda: change(form.cleaned_data)):
        messages.success(request, _("已保存"))
        return HttpResponseRedirect(there)
    return _form(request, title, there, form, about=str(Policy.objects.get(id=policy.id)))


def _form(request: HttpRequest, title: str, back: str, *forms: BaseForm, about: str = "") -> HttpResponse:
    wrong = any(form.errors for form in forms if form.is_bound)
    context = {"title": title, "about": about, "forms": forms, "back": back}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "readiness_pages/policy_form.html", context, status=status)


def _version_page(request: HttpRequest, reader: PageReader, version: PolicyVersion) -> HttpResponse:
    policy = version.policy
    seen = TASKS.rows(reader).filter(policy=policy)
    context = {
        "policy": policy,
        "version": version,
        "is_in_force": version.valid_from <= reader.day
        and (version.valid_until is None or reader.day < version.valid_until),
        "is_to_come": version.valid_from > reader.day,
        "articles": articles_of(version.text),
        "versions": policy.versions.order_by("-position").defer("text"),
        "repeals": PolicyVersion.objects.filter(repealed_by=policy)
        .select_related("policy")
        .defer("text", "policy__sought"),
        "citation": citation(version),
        "tasks": [line_of(TASKS, task, reader) for task in seen],
        "keeps": reader.keeps("policies"),
        "gives_tasks": reader.keeps("groups"),
        "today": reader.day,
    }
    return render(request, "readiness_pages/policy.html", context)


def _policy(reader: PageReader, id: UUID) -> Policy:
    found = Policy.objects.filter(organisation=reader.organisation, id=id).first()
    if found is None:
        raise Http404
    return found


def _version(reader: PageReader, id: UUID, position: int) -> PolicyVersion:
    policy = _policy(reader, id)
    found = policy.versions.filter(position=position).select_related("policy", "repealed_by").first()
    if found is None:
        raise Http404
    return found
