"""What a person said or is called stands nowhere in the clear: no table, no file, no log line."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from huiyin import door
from huiyin.audit.verify import verify
from huiyin.casework import history
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.models import Text
from huiyin.casework.vocabulary import File
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Petitioner
from huiyin.rules.book.load import load
from tests import tables
from tests.cast import NOW, Cast, make_cast
from tests.matters import ENTRIES, ROAD, Matter, begin, petition

WHO: Final = PetitionerFields(
    name="欧阳秘名",
    phone="13917263544",
    id_number="110101199003070732",
    address="秘县秘乡秘村九十九号",
    email="mi.ming@example.org",
)
SAID: Final = "绝密之言"
FILE: Final = "秘密附件"
SECRETS: Final = ("欧阳秘名", "13917263544", "110101199003070732", "秘县秘乡", "mi.ming", SAID, FILE)


@pytest.fixture
def cast(db: None, settings: object, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = str(tmp_path / "files")  # type: ignore[attr-defined]
    return make_cast()


def marked(action: str) -> dict[str, object]:
    """The usual entries of an action, with every free text of the form filled in and marked."""
    book = load("national-2022").book
    rule = book.procedures["matter"].actions[action]
    texts = [name for name in rule.required if book.fields[name].type in ("text", "line")]
    given = ENTRIES.get(action, {})
    asked = [name for name in texts if name not in rule.asked_if or name in given]
    return {**given, **{name: f"{SAID}:{action}.{name}" for name in asked}}


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """A matter with secrets in it wherever secrets can be, taken along the whole road, with refusals on the way."""
    made = begin(
        cast,
        petitioners=(WHO, WHO),
        headcount=2,
        title=f"{SAID}标题",
        text=f"{SAID}正文" * 50,
        accused=(f"{SAID}公司",),
        files=(File(f"{FILE}.txt", f"{SAID}附件内容".encode()),),
    )
    made.does("discipline", "propose_clearing", **marked("propose_clearing"))
    made.does("superior_registrar", "identify_accused", **marked("identify_accused"))
    for who, action in ROAD:
        made.tries("stranger", action, **marked(action))
        made.does(who, action, **marked(action))
    return made


def spellings(secret: str) -> Iterator[bytes]:
    """The ways in which a secret might be written down by mistake."""
    plain = secret.encode()
    yield plain
    yield json.dumps(secret)[1:-1].encode()
    yield base64.b64encode(plain)[:-4]
    yield plain.hex().encode()
    yield secret.encode("utf-16-le")
    for digest in (hashlib.sha256(plain), hashlib.sha1(plain), hashlib.md5(plain)):
        yield digest.digest()
        yield digest.hexdigest().encode()


FORBIDDEN: Final = tuple((secret, spelling) for secret in SECRETS for spelling in spellings(secret))


def secrets_in(where: bytes) -> set[str]:
    return {secret for secret, spelling in FORBIDDEN if spelling in where}


def test_the_walk_really_wrote_down_secrets_and_who_may_reads_them(matter: Matter) -> None:
    steps = history.steps(history.read_history(matter.case, None))
    assert sum(SAID in shown.value for step in steps for shown in step.fields) >= 15
    assert SAID in cases(matter.actor("registrar"), CaseFilter(), matter.at).items[0].title
    party = Petitioner.objects.select_related("key").get(id=matter.case.petitioner_id)
    assert petitioners.read_petitioner(party, matter.actor("registrar"), "test", NOW) == WHO


def test_no_cell_of_any_table_tells_a_secret(matter: Matter) -> None:
    leaks = {(table, column, *secrets_in(value)) for table, column, value in tables.cells() if secrets_in(value)}
    assert leaks == set()


def test_no_file_that_was_stored_tells_a_secret_in_content_or_name(matter: Matter) -> None:
    stored = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert stored != []
    for path in stored:
        assert secrets_in(path.read_bytes()) == set()
        assert secrets_in(str(path).encode()) == set()
    assert default_storage.exists(str(stored[0]))


@pytest.mark.django_db(transaction=True)
def test_no_byte_of_the_database_file_tells_a_secret(transactional_db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("one file to read through: SQLite only")
    begin(make_cast(), petitioners=(WHO,), title=f"{SAID}标题", text=f"{SAID}正文")
    name = Path(str(connection.settings_dict["NAME"]))
    for path in (name, name.with_name(f"{name.name}-wal")):
        if path.exists():
            assert secrets_in(path.read_bytes()) == set()


def test_no_log_line_and_nothing_printed_tells_a_secret(
    cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    matter = begin(cast, petitioners=(WHO,), title=f"{SAID}标题", text=f"{SAID}正文", accused=(SAID,))
    matter.does("discipline", "propose_clearing", **marked("propose_clearing"))
    matter.does("superior_registrar", "identify_accused", **marked("identify_accused"))
    for who, action in ROAD[:4]:
        matter.does(who, action, **marked(action))
    door.register_petition(
        petition(cast, petitioners=(WHO, WHO), headcount=1, text=SAID * 9000), cast.newcomer(), NOW, "submit"
    )
    with tables.failing("casework_case", "UPDATE"), pytest.raises(Exception):  # noqa: B017 - one kind a database
        door.execute(matter.wish("head", "approve_opinion", approval=SAID))
    out, err = capfd.readouterr()
    for where in (caplog.text, out, err, *(str(record.__dict__) for record in caplog.records)):
        assert secrets_in(where.encode()) == set()


def test_no_outcome_repeats_in_its_representation_what_was_said(cast: Cast) -> None:
    rejected = door.register_petition(
        petition(cast, petitioners=(WHO,), text=SAID + "\u202e", accused=(SAID + "\u202e",)),
        cast.newcomer(),
        NOW,
        "submit",
    )
    matter = begin(cast, petitioners=(WHO,), text=SAID)
    outcomes = [
        rejected,
        matter.tries("intake", "accept", kind=SAID, route=SAID),
        matter.tries("intake", "accept", kind=[SAID], route=SAID),
        matter.tries("intake", "accept", unheard=SAID),
        matter.tries("stranger", "accept", route=SAID),
        matter.tries("intake", "accept", route=SAID),
    ]
    for outcome in outcomes:
        assert secrets_in(repr(outcome).encode()) == set()


def test_a_wish_and_a_petition_show_nothing_of_what_was_said_when_they_end_in_a_traceback(cast: Cast) -> None:
    matter = begin(cast)
    intake = petition(cast, petitioners=(WHO,), title=SAID, text=SAID, accused=(SAID,), files=(File(FILE, b"x"),))
    wish = matter.wish("intake", "accept", route=SAID)
    for shown in (repr(intake), repr(wish), str(intake), str(wish)):
        assert secrets_in(shown.encode()) == set()


def test_after_erasure_no_key_is_left_that_opens_a_text_and_the_ledger_is_whole(matter: Matter) -> None:
    before = Text.objects.filter(case=matter.id).count()
    for party in matter.case.parties.all():
        petitioners.erase(Petitioner.objects.get(id=party.petitioner_id), NOW)
    assert Text.objects.filter(case=matter.id).count() == before
    steps = history.steps(history.read_history(matter.case, None))
    assert not any(SAID in shown.value for step in steps for shown in step.fields)
    assert cases(matter.actor("registrar"), CaseFilter(q=WHO.phone), matter.at).items == ()
    assert {finding.kind for finding in verify()} == {"erased"}
    buffer = io.StringIO()
    buffer.writelines(str(finding) for finding in verify())
    assert secrets_in(buffer.getvalue().encode()) == set()
