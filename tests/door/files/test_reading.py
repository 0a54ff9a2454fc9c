"""What could not be looked through when it came in is opened by nobody until a worker has, and then counts as if it had been found at once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.utils import timezone

from huiyin.audit.verify import verify
from huiyin.casework.file_checks import words as file_words
from huiyin.casework.file_checks.turns import Turnstile
from huiyin.casework.file_checks.words import FileWords
from huiyin.casework.history import NOTES, READ_BY_PEOPLE, read_history, steps
from huiyin.casework.models import Attachment, Case, Duty
from huiyin.casework.models.cases import OPEN
from huiyin.casework.sealed import attachments, held_back
from huiyin.casework.visible import visible_to
from huiyin.casework.vocabulary import File
from huiyin.door import held
from huiyin.door.files import reading
from huiyin.door.files.reading import FoundInFile
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.worker import do_jobs
from tests.casework.file_checks.test_words import MARKED, WRITTEN
from tests.cast import NOW, Cast, named
from tests.matters import Matter, begin, replay_equals_projection, walk

pytestmark = pytest.mark.clause("art-30.3")
SAYS = "举报卢薪索要好处，书记孙正收受贿赂包庇他。"


@pytest.fixture
def cast(db: None) -> Cast:
    return named({"handler": ("卢薪",), "discipline": ("孙正",)})


@contextmanager
def while_others_are_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A moment at which it is not the turn of whoever comes."""
    turnstile = Turnstile(running=1, waiting=0, seconds=0)
    with monkeypatch.context() as patched, turnstile.turn() as has_turn:
        assert has_turn
        patched.setattr(file_words, "TURNSTILE", turnstile)
        yield


def unread(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, says: str, text: str = "详见附件。"
) -> tuple[Matter, Attachment]:
    """A matter with a file that nobody has looked through."""
    with while_others_are_read(monkeypatch):
        matter = begin(cast, text=text, files=(File("材料.docx", WRITTEN["docx"](says)),))
    return matter, Attachment.objects.get(case=matter.id)


def openers(cast: Cast, matter: Matter, file: Attachment) -> set[str]:
    """Who sees the case and may open its file."""
    file.refresh_from_db()
    case = Case.objects.get(id=matter.id)
    seeing = {name for name in cast.accounts if visible_to(cast.actor(name)).filter(id=case.id).exists()}
    return {name for name in seeing if held_back.is_open_to(case, file, cast.actor(name), matter.at)}


def owed(matter: Matter) -> list[Duty]:
    return list(Duty.objects.filter(OPEN, case=matter.id, kind="identify_accused"))


def is_owed_in_three_working_days(matter: Matter) -> bool:
    """Whether the custodian owes an answer: by Thursday of the week whose Monday it came in on (Regulation Art. 30)."""
    return [timezone.localdate(duty.due_at).day - timezone.localdate(NOW).day for duty in owed(matter)] == [3]


def test_a_file_that_came_while_others_were_read_is_taken_in_opened_by_nobody_and_then_by_all_who_see_the_case(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, file = unread(cast, monkeypatch, "关于路灯的情况")
    assert file.reading == "waiting" and not matter.case.unresolved and not openers(cast, matter, file)
    assert [item.is_waiting for item in attachments.listed(matter.case)] == [True]
    assert do_jobs(matter.at) and openers(cast, matter, file) >= {"registrar", "intake"}
    assert Job.objects.get(what=kinds.FILE_READING).done_at is not None
    replay_equals_projection(matter.id)


@pytest.mark.parametrize(
    ("says", "text"),
    [
        (SAYS, "详见附件。"),
        ("卢薪、孙正。", "举报有人受贿，详见附件。"),
    ],
)
def test_whom_it_names_is_kept_out_as_soon_as_it_was_looked_through(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, says: str, text: str
) -> None:
    matter, file = unread(cast, monkeypatch, says, text)
    do_jobs(matter.at)
    assert matter.case.unresolved and is_owed_in_three_working_days(matter)
    readers = {name for name in cast.accounts if visible_to(cast.actor(name)).filter(id=matter.id).exists()}
    assert readers == {"superior_registrar"} == openers(cast, matter, file)
    replay_equals_projection(matter.id)
    before = Case.objects.get(id=matter.id).seq
    Job.objects.filter(what=kinds.FILE_READING).update(done_at=None)
    do_jobs(matter.at)
    assert Case.objects.get(id=matter.id).seq == before


def test_one_that_a_supplement_brings_is_looked_through_as_well_and_of_what_staff_bring_whom_it_speaks_of_as_accused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, own, named = begin(cast), walk(begin(cast), until="assign"), walk(begin(cast), until="assign")
    with while_others_are_read(monkeypatch):
        for one, who, action, says in (
            (matter, "petitioner", "supplement", SAYS),
            (own, "colleague", "investigate", "被举报人卢薪索要好处。"),
            (named, "colleague", "investigate", "由卢薪核实举报。"),
        ):
            one.does(who, action, files=[File("材料.docx", WRITTEN["docx"](says))])
    while do_jobs(named.at):
        pass
    assert matter.case.unresolved and own.case.unresolved and not named.case.unresolved


def told(cast: Cast, matter: Matter) -> list[tuple[str, bool]]:
    """What the story says of the case, and whether of somebody."""
    found = steps(read_history(matter.case, cast.actor("registrar"), {*READ_BY_PEOPLE, *NOTES}))
    return [(step.label, bool(step.who)) for step in found]


def test_one_with_the_marking_of_a_state_secret_is_withheld_until_the_custodian_owing_that_in_three_days_has_passed_it_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, file = unread(cast, monkeypatch, MARKED)
    do_jobs(matter.at)
    assert not openers(cast, matter, file) and file.reading == "withheld" and not matter.case.unresolved
    assert told(cast, matter)[-1] == ("附件带有密级标志，停止打开", False)
    assert (
        is_owed_in_three_working_days(matter) and held_back.left_to(matter.case, cast.actor("discipline"), NOW).marked
    )
    assert not held_back.left_to(matter.case, cast.actor("intake"), NOW)
    matter.does("discipline", "identify_accused", identified_why="没有写到任何人")
    assert len(owed(matter)) == 1, "that nobody is accused says nothing of the file"
    replay_equals_projection(matter.id)
    assert reading.note(file, FoundInFile(withheld=True), cast.actor("discipline"), matter.at)
    assert not owed(matter) and told(cast, matter)[-1] == ("带有密级标志的附件已报保密工作机构", True)
    assert not openers(cast, matter, file) and not reading.note(file, FoundInFile(), cast.actor("discipline"), NOW)
    replay_equals_projection(matter.id)


def test_what_speaks_of_whoever_handles_the_matter_is_kept_from_them_alone_and_owed_in_three_days(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = walk(begin(cast), until="assign")
    with while_others_are_read(monkeypatch):
        matter.does(
            "petitioner",
            "supplement",
            more="详见附件。",
            files=[File("材料.docx", WRITTEN["docx"]("承办人昨天在我家收了一条烟。"))],
        )
    do_jobs(matter.at)
    seeing = {name for name in cast.accounts if visible_to(cast.actor(name)).filter(id=matter.id).exists()}
    assert not matter.case.unresolved and "discipline" in seeing and not seeing & {"handler", "colleague"}
    assert len(owed(matter)) == 1
    replay_equals_projection(matter.id)


def test_what_no_worker_can_look_through_the_custodian_alone_opens_and_says_what_becomes_of_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, file = unread(cast, monkeypatch, "关于路灯的情况")
    place = file.place
    matter.case.attachments.update(place="attachments/none")
    for _attempt in range(kinds.KINDS[kinds.FILE_READING].max_attempts):
        Job.objects.filter(what=kinds.FILE_READING).update(due_at=matter.at)
        do_jobs(matter.at)
    assert Job.objects.get(what=kinds.FILE_READING).dead_at is not None
    assert openers(cast, matter, file) == {"discipline"} and is_owed_in_three_working_days(matter)
    assert not matter.case.unresolved
    Attachment.objects.filter(id=file.id).update(place=place)
    replay_equals_projection(matter.id)
    assert reading.note(file, FoundInFile(), cast.actor("discipline"), matter.at)
    assert openers(cast, matter, file) >= {"registrar", "discipline"} and not owed(matter)
    replay_equals_projection(matter.id)


def test_more_than_may_be_read_at_once_is_read_by_the_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_WORDS", 50)
    matter = begin(cast, text="详见附件。", files=(File("材料.txt", ("路" * 60 + "。" + SAYS).encode()),))
    assert not matter.case.unresolved and Attachment.objects.get(case=matter.id).reading == "waiting"
    do_jobs(matter.at)
    assert matter.case.unresolved


def test_who_is_accused_by_the_name_of_a_file_is_kept_out(cast: Cast) -> None:
    assert begin(cast, text="见附件。", files=(File("举报卢薪受贿.txt", b"a"),)).case.unresolved


def test_that_a_file_was_opened_or_its_job_taken_away_in_the_database_alone_comes_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, file = unread(cast, monkeypatch, SAYS)
    Attachment.objects.filter(id=file.id).update(reading="")
    Job.objects.filter(key=kinds.file_reading_key(file.id)).delete()
    found = " ".join(str(one) for one in verify([matter.id], at=matter.at) if one.kind == "wrong")
    assert f"attachment {file.id.hex}: reading" in found and kinds.file_reading_key(file.id) in found
    assert queue.find(kinds.file_reading_key(UUID(int=0))) is None


def test_files_that_come_as_json_are_read_once_and_before_the_case_is_locked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, order = begin(cast), list[str]()
    read, lock = attachments.words_of_each, held.lock

    def reading_noted(files: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[FileWords]:
        order.append("read")
        return read(files)

    def lock_noted(id: UUID) -> Case:
        order.append("locked")
        return lock(id)

    monkeypatch.setattr(attachments, "words_of_each", reading_noted)
    monkeypatch.setattr(held, "lock", lock_noted)
    sent = [{"name": "材料.docx", "content": b64encode(WRITTEN["docx"](SAYS)).decode()}]
    matter.does("petitioner", "supplement", more="详见附件。", files=sent)
    assert order[:2] == ["read", "locked"] and order.count("read") == 1 and matter.case.unresolved
