"""An installation with something in every table that anybody relies on, and what an attacker with the database alone could do to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from huiyin import worker
from huiyin.archive import disposal, lending, shelf, transfers
from huiyin.archive.disposal import DisposalForm
from huiyin.archive.lending import LoanForm
from huiyin.archive.models import Disposal, Loan, Package, Transfer
from huiyin.archive.transfers import TransferForm
from huiyin.audit import shape
from huiyin.audit.adoption import adopt
from huiyin.audit.finding import Discrepancy
from huiyin.audit.verify import beside_cases, row_flaws
from huiyin.casework.models import (
    OPEN,
    Case,
    CodeGuess,
    CountedArrival,
    Counter,
    Duty,
    Hold,
    MailedNews,
    StoredAnswer,
    Submission,
)
from huiyin.casework.sealed.codes import PROOFS
from huiyin.casework.vocabulary import File
from huiyin.channels.models import ArrivedMail, KeptMapping, MailboxState, RegisterRow, RegisterRun
from huiyin.dispatch.models import Bundle, Piece
from huiyin.documents.own import templates as own_templates
from huiyin.documents.seals import kept as seals
from huiyin.door.answers import answer
from huiyin.door.beside.codes import give_out
from huiyin.door.beside.identity import ask
from huiyin.door.beside.snoozes import put_aside
from huiyin.door.erasure import Erasing, erase
from huiyin.door.filing import holds
from huiyin.jobs import kinds
from huiyin.jobs.models import Job
from huiyin.ledger import guard
from huiyin.ledger.models import CountedSeries
from huiyin.people import administrators, inviting, petitioners
from huiyin.people.absences import note_absence
from huiyin.people.administration import chain_access
from huiyin.people.models import (
    AccessRecord,
    Erasure,
    Holding,
    Leader,
    MailPreference,
    OwnPhrase,
    Petitioner,
    PhraseUse,
    Proposal,
    Reception,
    ReceptionTime,
    SecondFactorRule,
    StandardPhrase,
    Webhook,
)
from huiyin.people.signing_in import signatures
from huiyin.people.signing_in.tokens import issue_token
from huiyin.people.staff import phrases, reception, webhooks
from huiyin.people.staff.proposals import decide, propose
from huiyin.registers.models import ExportPiece, RegisterExport, SavedView
from huiyin.rule_store import activation, holidays
from huiyin.search import index
from huiyin.web.models import DraftFile, StoredDraft
from tests.audit.kept_ready import seed_kept_ready
from tests.cast import DAY, FIRST_DAY, NOW, Cast, make_cast
from tests.documents.seals.certificates import PASSWORD, PICTURE, certificate, pkcs12_of
from tests.matters import Matter, begin, report, walk

PAGE: Final = Path(__file__).parents[2] / "docs" / "integrity.md"
ROWS: Final = ("a row more", "a row less", "the last rows")
LATER: Final = NOW + 3 * DAY


def _on_paper(cast: Cast) -> None:
    """A seal and a template of the organisation; nobody seals what is served later."""
    seals.add(cast.lj, pkcs12_of(certificate("临江信访办", NOW)), PASSWORD, NOW, picture=PICTURE)
    seals.retire(cast.lj, NOW)  # nobody seals what is served below
    own_templates.keep(cast.lj, "reply", "", cast.accounts["archivist"], NOW)


def seed() -> Matter:
    """A sealed matter on its way, another that was closed and erased, a third; heads of two days, tokens, records of access."""
    cast = make_cast()
    CountedSeries.objects.all().delete()
    Reception.objects.create(organisation=cast.lj, address="滨江路 1 号")
    _published(cast)
    SecondFactorRule.objects.create(organisation=cast.lj, role="intake")
    Leader.objects.create(organisation=cast.lj, account=cast.accounts["head"], position="head")
    deputy = cast.accounts["handler"]
    note_absence(cast.accounts["colleague"], FIRST_DAY, FIRST_DAY + DAY, NOW, purpose="ill", deputy=deputy)
    invited = inviting.invite("newcomer", "来者", NOW, email="newcomer@example.org", by=cast.accounts["archivist"])
    inviting.take_link(invited, NOW)
    signatures.keep(cast.accounts["intake"], b"\x89PNG\r\n\x1a\n" + b"0" * 64, NOW)
    _on_paper(cast)
    administrators.add(cast.accounts["archivist"], cast.lj, NOW)
    proposal = propose(
        Proposal.Opens.LINK, cast.lj, cast.accounts["intake"], cast.accounts["archivist"], NOW, reason="忘记密码"
    )
    decide(proposal, True, cast.accounts["head"], NOW)
    Counter.objects.create(organisation=cast.lj, day=date(2026, 1, 5), last=0)
    activation.adopt(NOW)
    with unguarded():
        apps.get_model("ledger.Row").objects.filter(organisation_id=UUID(int=0)).delete()
    adopt(NOW)
    issue_token(Holding.objects.get(account=cast.accounts["intake"]), "hy_secret", NOW)
    matter = _sealed(cast)
    ask(matter.case, cast.actor("registrar"), "须打电话", NOW)
    give_out(Submission.objects.filter(case=matter.id)[0], next(iter(PROOFS)), cast.actor("registrar"), NOW)
    owed = Duty.objects.filter(OPEN, case=matter.id, due_at__gt=NOW + 2 * DAY).select_related("case")
    assert put_aside(owed[0], NOW.date() + DAY, "material", cast.actor("handler"), NOW) == ()
    report(cast, matter_no=begin(cast).case.number)
    _erased(cast)
    _filed(cast)
    seed_kept_ready(cast)
    for number in range(2):
        _read(cast, matter)
        worker.enter_events(NOW + number * DAY)
        worker.publish_head(NOW + number * DAY)
        if not number:
            chain_access(NOW)
    _beside(cast, matter)
    return matter


def _beside(cast: Cast, matter: Matter) -> None:
    """What is no case's and no person's: guesses and arrivals, answers, drafts, registers and files in the making, the index of words."""
    CodeGuess.objects.create(digest=b"0" * 32, at=NOW)
    CountedArrival.objects.create(digest=b"0" * 32, at=NOW)
    StoredAnswer.objects.bulk_create(answer(cast.lj.id, "0" * 64, "0" * 64, matter.case, NOW))
    draft = StoredDraft.objects.create(token=b"0" * 32, form="/submit/lj/", key=b"0" * 69, changed_at=NOW)
    run = RegisterRun.objects.create(
        organisation=cast.lj, account=cast.accounts["registrar"], mapping={"columns": {}}, asked_at=NOW, upload=draft
    )
    RegisterRow.objects.create(run=run, line=2, number="17", fate="new", digest="0" * 16)
    MailboxState.objects.create(mailbox="post@example.cn", organisation=cast.lj, tried_at=NOW)
    mail = {"organisation": cast.lj, "mailbox": "post@example.cn", "uid_validity": 1, "size": 1}
    ArrivedMail.objects.create(**mail, uid=1, arrived_at=NOW, found_at=NOW, fate="aside", reason="spam")
    KeptMapping.objects.create(organisation=cast.lj, mapping={"columns": {}}, changed_at=NOW)
    DraftFile.objects.create(draft=draft, field="files", name=b"0" * 40, size=1, place="drafts/0", added_at=NOW)
    asked = {"organisation": cast.lj, "account": cast.accounts["handler"], "post": cast.posts["handler"]}
    bundle = Bundle.objects.create(**asked, duties=[], asked_at=NOW)
    Piece.objects.create(bundle=bundle, position=0, content=b"0" * 32, entries=[])
    view = RegisterExport.objects.create(**asked, form="csv", query=b"0" * 32, total=0, asked_at=NOW)
    ExportPiece.objects.create(export=view, position=0, content=b"0" * 32)
    SavedView.objects.create(organisation=cast.lj, account=cast.accounts["handler"], kind="register", sealed=b"0" * 32)
    while index.take_in(NOW):
        pass


def _published(cast: Cast) -> None:
    """What administrators publish and offer, and of what somebody has mail."""
    reception.add(ReceptionTime(organisation=cast.lj, weekdays=[2], begins=time(9), ends=time(11)), NOW, None)
    phrases.add(StandardPhrase(organisation=cast.lj, text="经调查，情况属实。", added_at=NOW), None)
    MailPreference.objects.create(account=cast.accounts["head"], next_at=NOW, looked_at=NOW)
    OwnPhrase.objects.create(account=cast.accounts["head"], sealed=b"0" * 32, used_at=NOW)
    PhraseUse.objects.create(account=cast.accounts["head"], phrase=StandardPhrase.objects.get(), used_at=NOW)
    robot = Webhook(organisation=cast.lj, service="wecom", name="办公群", added_at=NOW)
    webhooks.add(robot, webhooks.Target("https://qyapi.weixin.qq.com/"), None)
    MailedNews.objects.create(account=cast.accounts["head"], about=UUID(int=1), reason="new", at=NOW)
    holidays.enter("CN", 2027, "通知", "calendar: CN\nyears:\n  2027:\n    source: 通知\n", NOW, None, "")


def _sealed(cast: Cast) -> Matter:
    file = File("照片说明.txt", "灯杆已经倾斜。".encode())
    made = begin(cast, who="registrar", channel="visit", headcount=6, accused=("临江训练处", "stranger"), files=(file,))
    walk(made, until="assign")
    for who, action in (("intake", "join_unit"), ("handler", "request_extension"), ("head", "grant_extension")):
        made.does(who, action)
    made.does("handler", "investigate")
    made.does("co_handler", "report_to_lead")
    for who, action in (("handler", "propose_opinion"), ("head", "approve_opinion"), ("handler", "serve_reply")):
        made.does(who, action)
    return made


def _erased(cast: Cast) -> None:
    matter = walk(begin(cast))
    decision = Erasing(Erasure.Reason.ORDER, "临信〔2026〕1号", cast.accounts["head"])
    assert not erase(matter.case, decision, NOW).open


def _filed(cast: Cast) -> None:
    """A file in the archive room, which somebody has borrowed, and another that went to an archive."""
    packages = []
    for _ in range(2):
        matter = walk(begin(cast))
        matter.does("archivist", "archive", term="y10")
        job = Job.objects.get(what=kinds.ARCHIVE, payload__case=matter.id.hex)
        shelf.put_away(job, NOW)
        packages.append(Package.objects.get(case=matter.id))
    actor, account = cast.actor("archivist"), cast.accounts["archivist"]
    form = LoanForm("法制科 王宁", "复核参考", NOW.date().isoformat())
    assert isinstance(lending.lend(packages[0].case, form, actor, account, NOW), Loan)
    handed = TransferForm("临江市档案馆", "2026-1", NOW.date().isoformat())
    assert isinstance(transfers.hand_over(packages[1:], handed, actor, account, NOW), Transfer)
    assert isinstance(holds.place(packages[0].case, "行政诉讼", "（2026）行初1号", account, NOW), Hold)
    later = NOW.replace(year=NOW.year + 12)
    form = DisposalForm("鉴〔2038〕1号", "仍须参考", disposal.KEEP, "2048-12-31")
    assert isinstance(disposal.propose(packages[:1], form, actor, account, later), Disposal)


def _read(cast: Cast, matter: Matter) -> None:
    party = Petitioner.objects.select_related("key").get(id=matter.case.petitioner_id)
    petitioners.read_petitioner(party, cast.actor("intake"), "case_page", NOW, matter.id)


@contextmanager
def unguarded(*tables: str) -> Iterator[None]:
    """As somebody who may drop triggers, and puts them back: those of ``tables``, or all."""
    guarded = [table for table in guard.TABLES if table in tables or not tables]
    guard.remove(connection, guarded)
    yield
    guard.install(connection, guarded)


def is_found(table: str = "") -> bool:
    """Whether ``huiyin ledger verify`` would end with status 1."""
    whole: tuple[Callable[[], Iterable[Discrepancy]], ...] = (lambda: row_flaws(LATER),)
    # What is no case's is looked at first where it is likely to be wrong: a test of hundreds of changes takes half as long.
    parts = whole if table.startswith("casework") else (beside_cases, *whole)
    return any(finding.kind == "wrong" for part in parts for finding in part())


def told_after(change: Callable[[], object]) -> list[str]:
    """What verifying says after ``change``, a line each; afterwards all is as before."""
    lines: list[str] = []
    try:
        with transaction.atomic():
            with unguarded():
                change()
            lines += [str(finding) for finding in row_flaws(LATER) if finding.kind == "wrong"]
            raise _Undo
    except _Undo:
        return lines


class _Undo(Exception):
    pass


def comes_out(table: str, *changes: Callable[[], object]) -> bool:
    """Whether ``changes`` of a table are found, or refused by the database; afterwards all is as before."""
    found = True
    try:
        with transaction.atomic():
            with unguarded():
                for change in changes:
                    change()
            found = is_found(table)
            raise _Undo
    except (_Undo, IntegrityError):
        return found


class CacheEntry(models.Model):
    """A row of the cache, whose table no model describes (``createcachetable`` makes it)."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField()

    class Meta:
        app_label = "cache_of_tests"
        db_table = settings.CACHES["default"]["LOCATION"]


def tables() -> dict[str, type[models.Model]]:
    """Every table that an installation has: of every model, ours and those of what we build on, and those of Django's own."""
    return {
        model._meta.db_table: model
        for model in sorted([*shape.tables(), CacheEntry], key=lambda one: one._meta.db_table)
    }


def columns(model: type[models.Model]) -> list[str]:
    """The columns of a table, by attribute."""
    return [field.attname for field in model._meta.concrete_fields]


# --- changes --------------------------------------------------------------------------------------------------------


def change_column(model: type[models.Model], column: str) -> Callable[[], object] | None:
    """Give a row that has something in a column something else there; None when the table is empty."""
    rows = preferred(model, column)
    row = rows.exclude(**{column: None}).last() or rows.last()
    if row is None:
        return None
    value = otherwise(model._meta.get_field(column), getattr(row, column))
    return lambda: model._default_manager.filter(pk=row.pk).update(**{column: value})


def preferred(model: type[models.Model], column: str = "") -> models.QuerySet[models.Model]:
    """The rows on which a change would matter: of a matter whose petitioner was not erased, of a duty that is open."""
    rows = model._default_manager.order_by("pk")
    if model is Duty and column in ("on_due", "timer_at"):
        return rows.filter(timer_at__isnull=False)
    if model is AccessRecord:
        return rows.filter(chained=True)
    if model is Petitioner:
        return rows.filter(key__destroyed_at=None)
    for name in ("case_id", "case"):
        if name in columns(model) and rows.filter(**{name: the_matter()}).exists():
            return rows.filter(**{name: the_matter()})
    return rows


def the_matter() -> UUID:
    """The sealed matter on its way."""
    return Case.objects.get(procedure="matter", ended_at=None, sealed=True).id


def otherwise(field: Any, value: Any) -> Any:
    """Another value of the same kind."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    match value:
        case None:
            return _something(target)
        case bool():
            return not value
        case int():
            return value + 1
        case datetime():
            return value - timedelta(seconds=1)
        case date():
            return value - timedelta(days=1)
        case time():
            return value.replace(minute=(value.minute + 1) % 60)
        case UUID():
            return uuid4()
        case bytes() | memoryview():
            return bytes(value)[:-1] + bytes([bytes(value)[-1] ^ 1]) if bytes(value) else b"x"
        case dict():
            return {**value, "x": "y"}
        case list():
            return [*value, "x"]
        case _:
            return ("0" if value[:1] != "0" else "1") + value[1:]


def _something(field: Any) -> Any:
    match field:
        case models.UUIDField():
            return uuid4()
        case models.BooleanField():
            return True
        case models.DateTimeField():
            return NOW
        case models.DateField():
            return NOW.date()
        case models.TimeField():
            return NOW.time()
        case models.IntegerField():
            return 7
        case models.BinaryField():
            return b"x"
        case _:
            return "x"


def insert_row(model: type[models.Model]) -> Callable[[], object] | None:
    """A copy of the last row under another key, with other values where the table allows each only once."""
    row = model._default_manager.order_by("pk").last()
    if row is None:
        return None

    def insert() -> None:
        for name in _once(model):
            field = model._meta.get_field(name)
            setattr(row, field.attname, otherwise(field, getattr(row, field.attname)))
        row.save(force_insert=True)

    return insert


def _once(model: type[models.Model]) -> set[str]:
    """What a second row must have otherwise: its key, what is unique by itself, and one column of each set that is unique together."""
    found = {field.name for field in model._meta.concrete_fields if field.unique or field.primary_key} - {"pk"}
    if isinstance(model._meta.pk, models.CompositePrimaryKey):
        found.add(model._meta.pk.field_names[-1])
    together = [getattr(each, "fields", ()) for each in model._meta.constraints] + list(model._meta.unique_together)
    for names in filter(None, together):
        free = [name for name in names if not isinstance(model._meta.get_field(name), models.ForeignKey)]
        found.add((free or list(names))[-1])
    return found


def delete_row(model: type[models.Model], position: int = 0) -> Callable[[], object] | None:
    """Take a row away: the first, or the last."""
    rows = preferred(model)
    row = rows.last() if position else rows.first()
    return None if row is None else lambda: model._default_manager.filter(pk=row.pk)._raw_delete("default")


def change_of(model: type[models.Model], item: str) -> Callable[[], object] | None:
    """How ``item`` of a table is changed: a column, or what is done to rows; None where the installation has no such row."""
    match item:
        case "a row more":
            return insert_row(model)
        case "a row less":
            return delete_row(model)
        case "the last rows":
            return delete_row(model, -1)
        case column:
            return change_column(model, column)


# --- the page -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What the page says of a table: what is found, and what is not."""

    verify: frozenset[str]
    nothing: frozenset[str]


def page() -> Mapping[str, Said]:
    """What docs/integrity.md says, table by table."""
    said = {}
    for part in re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        table = part[1 : part.index("`", 1)]
        said[table] = Said(_items(part, "verify"), _items(part, "nothing"))
    return said


def _items(part: str, who: str) -> frozenset[str]:
    found: set[str] = set()
    for line in re.findall(rf"^- {who}: (.*(?:\n  .*)*)$", part, flags=re.MULTILINE):
        items = " ".join(line.partition(" — ")[0].split())
        found |= set(re.findall(r"`(\w+)`", items)) | {words for words in ROWS if words in items}
    return frozenset(found)


def everything(model: type[models.Model]) -> set[str]:
    """All that the page must speak of for a table."""
    return {column for column in columns(model) if column != "pk"} | set(ROWS)
