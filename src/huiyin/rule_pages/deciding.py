"""For administrators: which rulebook counts from a day on, and under which the open cases go on. What would follow is told before it is confirmed;
both are done by workers (``huiyin.insight.rulebook_changes``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.insight import rulebook_changes
from huiyin.insight.models import RulebookChange
from huiyin.insight.rulebook_changes import CannotConfirm
from huiyin.jobs.piecewise import Busy
from huiyin.people.appointments import day_of
from huiyin.people.models import Organisation
from huiyin.rule_pages.change_words import DONE, REASONS, faults_of, forecast, obstacles
from huiyin.rule_pages.files_sent import arranged
from huiyin.rule_pages.moving import forecasts, seen_by
from huiyin.rule_store.store import gather, load, on_file
from huiyin.rules.book.load import for_institutions
from huiyin.rules.book.load import load as load_shipped
from huiyin.rules.book.sources import Sources
from huiyin.web.form_fields import day_field
from huiyin.web.page_access import Administering, administrator_page
from huiyin.web.progress import ShownProgress, progress_of, progress_part
from huiyin.web.unmarked_forms import UnmarkedForm

MAX_BYTES: Final = 500_000
"""As much as a file of a rulebook may have."""
CHANGES_LISTED: Final = 10
UNFIT: Final = 422


@dataclass(frozen=True, slots=True)
class VersionInUse:
    """A version under which cases of the organisation began or begin: ``cases`` are open under it."""

    rulebook: str
    title: str
    status: str
    cases: int


class FilesInput(forms.ClearableFileInput):
    """A choice of one file or more."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or more, as a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each of them by itself."""
        return [super(FilesField, self).clean(one, initial) for one in data or ()]


class ActivationForm(UnmarkedForm):
    """Which book, from which day on, by which paper."""

    book = forms.ChoiceField(
        label=gettext_lazy("规程"),
        required=False,
        help_text=gettext_lazy("已保存的和系统自带的规程；与下面的新文件二选一"),
    )
    file = FilesField(
        label=gettext_lazy("新的规程文件"),
        required=False,
        help_text=gettext_lazy(
            "YAML，UTF-8 编码，每个不超过 500 KB。由几个文件组成的（继承自己的另一部规程、程序另成文件的），一起选上；"
            "系统自带的不用选。内容改过的，版本号也要改"
        ),
        widget=FilesInput(attrs={"accept": ".yaml, .yml, text/yaml"}),
    )
    start = day_field(gettext_lazy("自哪天起"), required=False, help_text=gettext_lazy("不填：立即"))
    basis = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("例如文号、会议。与规程一起保存")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field: Any = self.fields["book"]
        field.choices = [("", _("用下面的文件"))]
        field.choices += [(key, f"{title}（{key}）") for key, title in _books().items()]

    def clean(self) -> dict[str, Any]:
        """One book, and no day that has gone by."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("start") and given["start"] < self.today:
            self.add_error("start", _("请选今天或者以后的日期"))
        if bool(given.get("book")) == bool(given.get("file")):
            self.add_error("book", _("请选一部规程，或者选一个文件"))
        elif given.get("file"):
            self._take_files(given)
        return given

    def _take_files(self, given: dict[str, Any]) -> None:
        try:
            sent = arranged(given["file"], MAX_BYTES)
            texts = {name: content.decode("utf-8-sig") for name, content in sent.contents.items()}
        except ValidationError as error:
            self.add_error("file", error)
        except UnicodeDecodeError:
            self.add_error("file", _("不是 UTF-8 编码的文本文件"))
        else:
            given["sources"] = Sources(sent.main, texts)


@require_safe
@administrator_page
def rulebook(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """What counts and what will, the versions under which there are open cases, and what was asked lately."""
    organisation = _own(administering, code)
    current = organisation.rulebook_at(administering.at)
    waiting = organisation.next_rulebook if organisation.next_rulebook != current else ""
    versions = _versions(organisation, current, waiting)
    context = {
        "organisation": organisation,
        "current": current,
        "title": name_of(load(current).book.title),
        "waiting": waiting,
        "waiting_from": organisation.next_rulebook_from,
        "versions": versions,
        "may_move": "@" in current,
        "changes": [
            (one, REASONS.get(one.reason, "")) for one in rulebook_changes.changes_of(organisation)[:CHANGES_LISTED]
        ],
    }
    return render(request, "rule_pages/decide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def activate(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """Asks which book is to count from when; what would follow is found out by a worker."""
    organisation, today = _own(administering, code), day_of(administering.at)
    given = request.POST if request.method == "POST" else None
    initial = {"book": request.GET.get("book", "")}
    form = ActivationForm(given, request.FILES or None, initial=initial, today=today)
    if given is not None and form.is_valid():
        cleaned = form.cleaned_data
        sources = cleaned["sources"] if cleaned.get("file") else gather(cleaned["book"])[1]
        asked = RulebookChange(
            organisation=organisation,
            account=administering.account,
            main=sources.name,
            sources=dict(sources.texts),
            since=cleaned["start"],
            basis=cleaned["basis"],
        )
        try:
            rulebook_changes.ask(asked, administering.at)
            return redirect("rules:change", code, asked.id)
        except Busy:
            form.add_error(None, _("本机构已有一次正在进行，请等它结束后再试"))
    context = {"organisation": organisation, "form": form}
    return render(request, "rule_pages/activate.html", context, status=200 if given is None else UNFIT)


@require_POST
@administrator_page
def move(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """Has a worker find out which open cases could go on under the version in force."""
    organisation = _own(administering, code)
    target = organisation.rulebook_at(administering.at)
    if "@" not in target:
        raise Http404
    asked = RulebookChange(organisation=organisation, account=administering.account, rulebook=target)
    try:
        rulebook_changes.ask(asked, administering.at)
    except Busy:
        messages.error(request, _("本机构已有一次正在进行，请等它结束后再试"))
        return redirect("rules:decide", code)
    return redirect("rules:change", code, asked.id)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def change(request: HttpRequest, administering: Administering, code: str, id: UUID) -> HttpResponse:
    """How far a change is, what would follow from it with a button to confirm it, or what came of it."""
    organisation = _own(administering, code)
    found = rulebook_changes.changes_of(organisation).filter(id=id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _answered(request, administering, found)
    progress = _progress(request, found, administering)
    if request.headers.get("HX-Request") == "true":
        return progress_part(request, progress)
    return _shown(request, administering, found, progress)


def _answered(request: HttpRequest, administering: Administering, found: RulebookChange) -> HttpResponse:
    if "drop" in request.POST:
        rulebook_changes.drop(found, administering.at)
        return redirect("rules:decide", found.organisation.code)
    if found.account_id != administering.account.id:  # who stands in the ledger as having decided is who confirms
        raise Http404
    try:
        rulebook_changes.confirm(found, administering.at)
    except Busy:
        messages.error(request, _("本机构已有一次正在进行，请等它结束后再试"))
    except CannotConfirm:
        messages.error(request, _("没有做：这期间情况有变，或者有事项需要先解决，请看下面的说明"))
    return HttpResponseRedirect(request.path)


def _shown(
    request: HttpRequest, administering: Administering, found: RulebookChange, progress: ShownProgress
) -> HttpResponse:
    context: dict[str, object] = {
        "change": found,
        "organisation": found.organisation,
        "title": _("转移未办结的事项") if found.moves else _("启用规程"),
        "progress": progress,
        "reason": REASONS.get(found.reason, ""),
        "is_done": found.step == RulebookChange.Phase.DO and found.ended_at is not None and not found.reason,
    }
    if found.ended_at is not None and found.found:
        context["faults"], context["less"] = faults_of(found)
        context["obstacles"] = obstacles(found, administering.at)
        context["lines"] = forecast(found, administering.at)
        if found.cases and found.step == RulebookChange.Phase.LOOK:
            context["cases"] = list(forecasts(request, found, administering.at))
        context["may_confirm"] = rulebook_changes.may_be_confirmed(found, administering.at)
        context["is_asker"] = found.account_id == administering.account.id
        context["done"] = DONE[found.moves] % {"rulebook": found.rulebook, "moved": found.found.get("moved", 0)}
        context["stuck"] = _stuck(request, found)
        context["stuck_count"] = len(found.found.get("stuck", ()))
    return render(request, "rule_pages/change.html", context)


def _stuck(request: HttpRequest, found: RulebookChange) -> list[Case]:
    """The cases that stay, as far as the reader may see them in their post."""
    ids = found.found.get("stuck", ())
    return list(seen_by(request, Case.objects.filter(id__in=ids))) if ids else []


def _progress(request: HttpRequest, found: RulebookChange, administering: Administering) -> ShownProgress:
    words = _("已看 %(done)s 步，共 %(total)s 步")
    if found.step == RulebookChange.Phase.DO:
        words = _("已转移 %(done)s 件，共 %(total)s 件") if found.moves else _("正在证明规程并启用，通常不到半分钟")
    elif not found.moves and not found.found:
        words = _("正在证明规程、与法规比较，通常不到半分钟")
    return progress_of(found, words, request.path, administering.at, is_over=found.ended_at is not None)


def _own(administering: Administering, code: str) -> Organisation:
    """The organisation of the administrator with this code; any other is as if there were none (Http404)."""
    found = administering.organisations.filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _books() -> dict[str, str]:
    """The books to choose from, kept ones and those that ship for institutions, by key, with their titles."""
    ships = {rules.book.key: rules for rules in map(load_shipped, for_institutions())}
    return {key: name_of(rules.book.title) for key, rules in {**ships, **on_file()}.items()}


def _versions(organisation: Organisation, current: str, waiting: str) -> list[VersionInUse]:
    """The version in force, the one that waits, and all others that have open cases or once counted here: these are retired."""
    # None of sealed cases, which may accuse the reader.
    open_cases = Case.objects.filter(organisation=organisation, ended_at=None, sealed=False)
    counts = dict(open_cases.order_by("rulebook").values_list("rulebook").annotate(Count("id")))
    decided = organisation.activations.order_by("-seq").values_list("edition__name", "edition__version")
    keys = [current, *filter(None, [waiting]), *(f"{name}@{version}" for name, version in decided), *sorted(counts)]
    statuses = {current: "current", waiting: "waiting"}
    return [
        VersionInUse(key, name_of(load(key).book.title), statuses.get(key, "retired"), counts.get(key, 0))
        for key in dict.fromkeys(keys)
    ]
