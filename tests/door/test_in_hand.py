"""What is said later of whoever deals with a matter is kept from them alone, by whatever words; and whoever owes something sees it, or it passes."""

from __future__ import annotations

import random
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction
from ruamel.yaml import YAML

from huiyin import door
from huiyin.casework.visible import visible_to
from huiyin.door import accusing
from huiyin.door.accused.in_hand_words import HavingPart, Heard, _by_name, said_of, told_of
from huiyin.door.notes.writing import write_note
from huiyin.people.absences import note_absence, people_at_hand
from huiyin.people.acting import in_each_post
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, Holding
from huiyin.procedure.storage import codec
from tests.cast import Cast, join, make_cast
from tests.door.test_texts_that_accuse import sees
from tests.matters import Matter, begin, replay_equals_projection, walk
from tests.test_patterns import slow_texts

pytestmark = pytest.mark.clause("art-30.3")
NAMES = {"handler": "卢薪", "registrar": "周一舟", "discipline": "孙正", "head": "王四海", "colleague": "赵大江"}
SAID = YAML(typ="safe").load(Path(__file__).with_name("said_in_hand.yaml").read_text())
OF_NO_RECORD = YAML(typ="safe").load(Path(__file__).with_name("said_of_no_record.yaml").read_text())
HANDLER, RECEIVER, MATE = uuid4(), uuid4(), uuid4()
PART = HavingPart(frozenset([HANDLER]), frozenset([RECEIVER]), ((HANDLER, "卢薪"), (RECEIVER, "周一舟")))
ABOUT_OTHERS = "投诉楼下饭店占用消防通道，老板打人。"


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    for name, borne in NAMES.items():
        made.accounts[name].display_name = borne
        made.accounts[name].save()
    return made


def meant(heard: Heard) -> frozenset[object]:
    return frozenset[object]().union(*heard)


def test_each_text_speaks_of_whom_it_speaks() -> None:
    wrong = []
    for kind, texts in SAID.items():
        hear, expected = told_of if kind.startswith("told") else said_of, {HANDLER} if "handler" in kind else set()
        expected = {RECEIVER} if "receiver" in kind else expected
        wrong += [(kind, t) for t in texts if meant(hear(list(accusing.sentences_of(t)), PART)) != expected]
    assert not wrong


def test_only_what_is_said_against_people_on_no_record_takes_a_matter_from_all_who_could_handle_it() -> None:
    part = replace(PART, beside=frozenset([MATE]))
    heard = {
        kind: {t: meant(said_of(list(accusing.sentences_of(t)), part)) for t in OF_NO_RECORD[kind]}
        for kind in OF_NO_RECORD
    }
    assert [t for t, people in heard["stays"].items() if MATE in people] == []
    assert [t for t, people in heard["leaves"].items() if not {MATE, HANDLER} <= people] == []


def test_how_somebody_is_called_is_looked_for_in_proportion_to_the_text() -> None:
    called = _by_name(PART)
    assert called is not None and next(slow_texts(called, "finditer"), None) is None


def assigned(cast: Cast, **said: str) -> Matter:
    matter = walk(begin(cast, **said), until="assign")
    matter.does("colleague", "name_handler", handler=cast.accounts["handler"].id)
    return matter


def unseen(matter: Matter) -> list[str]:
    """What staff owe that nobody sees who may do it; while the matter is closed to all, but for whom it accuses."""
    state, found = codec.loads(matter.case.state), []
    owed = [duty for duty in state.duties if duty.seat is not None]
    if state.unresolved:
        owed = [duty for duty in owed if duty.kind == "identify_accused"] or owed
    for duty in owed:
        assert duty.seat is not None
        doing = people_at_hand(Holding.objects.filter(post__unit=duty.seat.unit), day_of(matter.at))
        people = Account.objects.filter(id__in=doing.get((duty.seat.unit, duty.role), ()))
        acting = [actor for one in people for actor in in_each_post(one, matter.at)]
        if not any(visible_to(actor).filter(id=matter.id).exists() for actor in acting):
            found.append(duty.kind)
    return found


def test_what_a_petitioner_says_of_who_handles_it_shuts_them_out_alone_and_passes_on_what_they_owe(cast: Cast) -> None:
    matter = assigned(cast)
    matter.does("petitioner", "supplement", more="承办人来看过了，谢谢。")
    assert sees(cast, "handler", matter)
    matter.does("petitioner", "supplement", more="承办我这事的同志昨天晚上打电话，说不给五千别想好。")
    assert not sees(cast, "handler", matter) and sees(cast, "intake", matter) and not unseen(matter)
    assert any(duty.kind == "identify_accused" for duty in codec.loads(matter.case.state).duties)
    replay_equals_projection(matter.id)


def test_where_a_whole_unit_may_be_meant_another_is_named_at_once(cast: Cast) -> None:
    matter = walk(begin(cast), until="assign")
    matter.does("petitioner", "supplement", more="来查的那个人问我要了五千。")
    assert not sees(cast, "handler", matter) and not sees(cast, "colleague", matter) and not unseen(matter)
    assert any(duty.kind in ("assign", "name_substitute") for duty in codec.loads(matter.case.state).duties)
    replay_equals_projection(matter.id)


def test_what_is_said_of_people_whom_no_record_names_is_kept_from_all_who_could_handle_it_there(cast: Cast) -> None:
    matter = assigned(cast)
    for said, chosen, reads in (
        ("承办人昨天来我家，要了两条烟。", False, True),
        ("老卢昨天来我家，要了两条烟。", False, True),
        ("昨天你们派来的两个人要了两条烟。", False, False),
        ("办我这件事的人都跟老板吃饭。", False, False),
        ("来核查的同志来过了。他们走的时候拿走一箱酒。", False, False),
        ("情况如上。", True, False),
    ):
        with transaction.atomic():
            assert door.execute(replace(matter.wish("petitioner", "supplement", more=said), kept_from_handlers=chosen))
            assert not sees(cast, "handler", matter) and sees(cast, "discipline", matter) and not unseen(matter), said
            assert sees(cast, "colleague", matter) == reads, said
            replay_equals_projection(matter.id)
            transaction.set_rollback(True)
    for said in (
        "你们派来的两位同志来过了，谢谢。",
        "饭店的人打了我儿子，他们一共四个人。",
        "检查组的同志约我在物业办公室见面。",
    ):
        matter.does("petitioner", "supplement", more=said)
    assert sees(cast, "handler", matter) and sees(cast, "colleague", matter)


def test_who_works_there_in_another_role_may_have_come_as_well(cast: Cast) -> None:
    join(
        cast,
        {
            "second_archivist": ("lj-fire", ("archivist",)),
            "watcher": ("lj-fire", ("supervisor",)),
            "only_reviewer": ("lj-fire", ("reviewer",)),
        },
    )
    matter = assigned(cast)
    names = ("second_archivist", "watcher", "only_reviewer")
    assert all(sees(cast, name, matter) for name in names)
    for said, chosen in (("昨天你们派来的两个人要了两条烟。", False), ("情况如上。", True)):
        with transaction.atomic():
            assert door.execute(replace(matter.wish("petitioner", "supplement", more=said), kept_from_handlers=chosen))
            assert not any(sees(cast, name, matter) for name in names) and not unseen(matter)
            assert sees(cast, "archivist", matter) and sees(cast, "discipline", matter)
            transaction.set_rollback(True)


TOLD = "承办我这事的同志昨天晚上打电话，说不给五千别想好。"


def test_what_files_and_their_names_say_of_whoever_handles_it_counts_as_what_is_typed(cast: Cast) -> None:
    matter = assigned(cast)
    for name, words in (("补充.txt", TOLD), ("承办人收了老板两条烟.txt", "经过见录音。")):
        with transaction.atomic():
            content = b64encode(words.encode()).decode()
            matter.does("petitioner", "supplement", more="材料见附件。", files=[{"name": name, "content": content}])
            assert not sees(cast, "handler", matter) and not unseen(matter), name
            transaction.set_rollback(True)


def test_an_order_about_a_matter_is_kept_from_whoever_it_tells_of_there(cast: Cast) -> None:
    matter = assigned(cast)
    order = {
        "matter_no": matter.case.number,
        "supervised_unit": "lj-fire",
        "trigger": "evasion",
        "demand": "来访人说承办人收了他两条烟，请说明。",
        "reply_by": "2026-03-10",
    }
    outcome = door.open_case(cast.lj, "supervision", "order", cast.actor("archivist"), matter.at, order)
    assert isinstance(outcome, door.Accepted), outcome
    made = Matter(cast, outcome, matter.at)
    assert not sees(cast, "handler", made) and sees(cast, "colleague", made) and sees(cast, "archivist", made)


def test_who_is_away_when_something_is_said_of_them_is_kept_out_when_they_are_back(cast: Cast) -> None:
    matter = walk(begin(cast), until="assign")
    away = note_absence(cast.accounts["handler"], day_of(matter.at), None, matter.at)
    matter.does("petitioner", "supplement", more="小卢要加我微信，晚上给我发乱七八糟的东西。")
    away.delete()
    assert not sees(cast, "handler", matter)


def test_what_staff_write_of_their_work_in_a_complaint_about_others_shuts_nobody_out(cast: Cast) -> None:
    matter = assigned(cast, text=ABOUT_OTHERS)
    for said in (
        "会同卢薪到现场查看，通道已清理。",
        "已向王四海局长汇报，通道已清理。",
        "来访人称饭店老板打人，赵大江参加接待。",
    ):
        write_note(matter.id, said, cast.actor("registrar"), matter.at)
        assert all(sees(cast, name, matter) for name in NAMES) and not unseen(matter), said


def test_whatever_is_written_whoever_owes_something_sees_it_or_it_passes(cast: Cast) -> None:
    chance = random.Random(7)
    texts = [*(one for kind in SAID.values() for one in kind), "举报你们局有人收钱。", "登记员和局长都收了钱。"]
    matter = assigned(cast, text=ABOUT_OTHERS)
    for _turn in range(12):
        said = "".join(chance.choice(texts).replace("卢薪", chance.choice([*NAMES.values()])) for _n in range(3))
        with transaction.atomic():
            seq = matter.case.seq
            matter.does("petitioner", "supplement", more=said)
            if not matter.case.unresolved and sees(cast, "registrar", matter):
                write_note(matter.id, chance.choice(texts), cast.actor("registrar"), matter.at)
            assert matter.case.seq > seq and not unseen(matter), said
            transaction.set_rollback(True)
