"""The policy library (政策法规库): what is in force when, finding it, and citing an article so that the citation keeps the version."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.people.names.directory import normal
from huiyin.readiness.articles import Article, articles_of
from huiyin.readiness.models import Policy, PolicyVersion
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import Closed, DoesNotFit, NotLater

MAX_FOUND: Final = 20
"""Articles that a search among texts lists."""
_CITED: Final = re.compile(
    r"《(?P<title>[^《》\n]{1,200})》（(?:[^（）\n]{1,100}，)?(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日起施行）"
    r"(?P<label>第[一二三四五六七八九十百千零〇\d]+(?:条(?:之[一二三四五六七八九十]+)?|部分|段))?"
)


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that holds what was looked for, in the version in force."""

    version: PolicyVersion
    article: Article


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in a text, from ``start`` to ``end`` (not included), and what it leads to; ``place`` 0: the whole version."""

    start: int
    end: int
    version: PolicyVersion
    place: int


def add_policy(policy: Policy, text: str, valid_from: date, by: By) -> PolicyVersion:
    """Take a policy in with its first version. Raises DoesNotFit when the library has one of this title."""
    first = PolicyVersion(policy=policy, position=1, text=text, valid_from=valid_from, at=by.at, by=by.account)
    try:
        with transaction.atomic():
            policy.sought = _sought(policy, text)
            policy.save(force_insert=True)
            first.save(force_insert=True)
            put_on_record("add_policy", [policy, first], by, policy.title)
    except IntegrityError:
        raise _title_is_taken() from None
    return first


def change_policy(policy: Policy, by: By) -> None:
    """Put title, number, issuer or kind right; texts stay. Raises DoesNotFit when the library has one of this title."""
    try:
        with transaction.atomic():
            policy.sought = _sought(policy, latest(policy).text)
            policy.save()
            put_on_record("change_policy", [policy], by, policy.title)
    except IntegrityError:
        raise _title_is_taken() from None


def _title_is_taken() -> DoesNotFit:
    return DoesNotFit("the title is taken", _("库中已有同名的文件：新的文本请在那里添加版本"), "title")


def add_version(policy: Policy, text: str, valid_from: date, by: By) -> PolicyVersion:
    """Another wording from ``valid_from`` on; the one before it ends there. Raises NotLater."""
    with transaction.atomic():
        Policy.objects.select_for_update().get(id=policy.id)
        before = latest(policy)
        if valid_from <= before.valid_from:
            words = _("新文本的施行日期须晚于上一版本（%(day)s）") % {"day": before.valid_from.isoformat()}
            raise NotLater("the version is not later than the one before", words, "valid_from")
        if before.valid_until is None or before.valid_until > valid_from:
            before.valid_until = valid_from
            before.save(update_fields=["valid_until"])
        made = PolicyVersion.objects.create(
            policy=policy, position=before.position + 1, text=text, valid_from=valid_from, at=by.at, by=by.account
        )
        policy.sought = _sought(policy, text)
        policy.save(update_fields=["sought"])
        put_on_record("add_policy_version", [policy, before, made], by, policy.title)
    return made


def repeal(policy: Policy, on: date, by: By, repealed_by: Policy | None = None) -> None:
    """Put a policy out of force from the day ``on`` (included). Raises Closed when it is, NotLater when it was not in force then."""
    with transaction.atomic():
        Policy.objects.select_for_update().get(id=policy.id)
        last = latest(policy)
        if last.valid_until is not None:
            raise Closed("the policy is out of force", _("这份文件已经废止或者失效"), "on")
        if on < last.valid_from:
            raise NotLater("it was not in force then", _("废止日期不能早于现行文本的施行日期"), "on")
        last.valid_until, last.repealed_by = on, repealed_by
        last.save(update_fields=["valid_until", "repealed_by"])
        put_on_record("repeal_policy", [last], by, policy.title)


def latest(policy: Policy) -> PolicyVersion:
    """The last wording, in force or not."""
    return policy.versions.order_by("-position").select_related("repealed_by", "by")[0]


def latest_of(policies: Collection[Policy]) -> Mapping[UUID, PolicyVersion]:
    """The last wording of each by the id of its policy, without the text, in one query."""
    rows = PolicyVersion.objects.filter(policy__in=policies).order_by("position").defer("text")
    return {row.policy_id: row for row in rows}


def in_force(versions: QuerySet[PolicyVersion], day: date) -> QuerySet[PolicyVersion]:
    """Those of the versions that are in force on a day."""
    return versions.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)


def find(organisation: UUID, words: str = "", kind: str = "", on: date | None = None) -> QuerySet[Policy]:
    """The policies of an organisation that hold all ``words``, in whatever script, by title; ``on``: only what is in force that day."""
    found = Policy.objects.filter(organisation=organisation).order_by("title", "id")
    for word in filter(None, map(normal, words.split())):
        found = found.filter(sought__contains=word)
    if kind:
        found = found.filter(kind=kind)
    if on is not None:
        found = found.filter(Exists(in_force(PolicyVersion.objects.filter(policy=OuterRef("id")), on)))
    return found


def find_articles(organisation: UUID, words: str, on: date) -> tuple[FoundArticle, ...]:
    """Articles in force on a day that hold all ``words``, as far as one list shows them; words of a title lead to all articles of that text."""
    sought = [word for word in map(normal, words.split()) if word]
    if not sought:
        return ()
    versions = in_force(PolicyVersion.objects.filter(policy__in=find(organisation, words)), on)
    found: list[FoundArticle] = []
    for version in versions.select_related("policy").order_by("policy__title"):
        title = normal(version.policy.title + version.policy.number)
        for article in articles_of(version.text):
            held = title + normal(article.label + article.text)
            if article.label and all(word in held for word in sought):
                found.append(FoundArticle(version, article))
            if len(found) == MAX_FOUND:
                return tuple(found)
    return tuple(found)


def citation(version: PolicyVersion, article: Article | None = None) -> str:
    """How documents cite an article: title, number, the day from which this wording is in force, and the article."""
    policy, day = version.policy, version.valid_from
    number = f"{policy.number.replace('（', '〔').replace('）', '〕')}，" if policy.number else ""
    return f"《{policy.title}》（{number}{day.year}年{day.month}月{day.day}日起施行）{article.label if article else ''}"


def citations(organisation: UUID, text: str) -> tuple[Citation, ...]:
    """The citations in ``text`` that lead to a version in the library; what only looks like one is left out."""
    matches = list(_CITED.finditer(text))
    if not matches:
        return ()
    titles = {match["title"] for match in matches}
    versions = PolicyVersion.objects.filter(policy__organisation=organisation, policy__title__in=titles)
    known = {(version.policy.title, version.valid_from): version for version in versions.select_related("policy")}
    return tuple(found for match in matches if (found := _led_to(match, known)) is not None)


def _led_to(match: re.Match[str], known: Mapping[tuple[str, date], PolicyVersion]) -> Citation | None:
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    version = known.get((match["title"], day))
    if version is None:
        return None
    labels = {article.label: article.place for article in articles_of(version.text)} if match["label"] else {}
    return Citation(match.start(), match.end(), version, labels.get(match["label"], 0))


def _sought(policy: Policy, text: str) -> str:
    return normal(f"{policy.title}{policy.number}{policy.issuer}{text}")
