"""The text is read for names whatever stands on the line, whoever enters it and wherever: nobody reads what it says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from huiyin.casework.models import CaseAccused, CaseParty, Duty
from huiyin.casework.visible import visible_to
from huiyin.casework.vocabulary import File
from huiyin.door import Accepted, NewLevel, accusing, set_confidentiality
from huiyin.door.correcting import Correction, correct_registration
from huiyin.people.accusable import Accusable
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Account
from tests.cast import NOW, Cast, named
from tests.matters import DAWN, SCAN, Matter, begin, replay_equals_projection, walk

pytestmark = pytest.mark.clause("art-30.3")
PEOPLE = {"handler": ("卢薪",), "discipline": ("孙正",), "co_handler": ("钱立本",)}
SAYS = "举报卢薪索要好处，书记孙正收受贿赂包庇他。"


@pytest.fixture
def cast(db: None) -> Cast:
    return named(PEOPLE)


def sees(cast: Cast, name: str, matter: Matter) -> bool:
    return visible_to(cast.actor(name)).filter(id=matter.id).exists()


def is_kept_from_both(cast: Cast, matter: Matter) -> bool:
    """It went to who stands in for the custodian whom it names, and nobody below reads it."""
    assert matter.case.unresolved
    assert sees(cast, "superior_registrar", matter)
    return not any(sees(cast, name, matter) for name in ("discipline", "handler", "registrar"))


@pytest.mark.parametrize("line", ["姓陆的", "某公司", "钱立本"])
def test_the_custodian_named_in_the_text_does_not_read_it_whatever_stands_on_the_line(cast: Cast, line: str) -> None:
    assert is_kept_from_both(cast, begin(cast, text=SAYS, accused=(line,)))


def test_nor_where_a_unit_was_chosen_or_the_title_names_them(cast: Cast) -> None:
    unit = frozenset({cast.units["lj-logistics"].id})
    assert is_kept_from_both(cast, begin(cast, title="孙正受贿", text="见标题。卢薪也有份。", accused_units=unit))


def test_nobody_is_asked_about_who_is_kept_out_for_certain_anyway(cast: Cast) -> None:
    matter = begin(cast, text="举报卢薪，卢薪索要好处。", accused=("卢薪",))
    assert not matter.case.unresolved and not sees(cast, "handler", matter) and not sees(cast, "colleague", matter)
    matter.does("petitioner", "supplement", more="卢薪还打人。")
    assert not matter.case.unresolved


def test_nor_does_whoever_a_supplement_names_beside_its_line_or_staff_enter_for_the_petitioner(cast: Cast) -> None:
    beside = begin(cast)
    beside.does("petitioner", "supplement", more=SAYS, also_accused="某公司")
    assert is_kept_from_both(cast, beside)
    entered = begin(cast)
    scan = [{"name": "来信.txt", "content": "5bey562+5pS2"}]
    came = {"came_by": "post", "sent_on": "$today", "came_on": "$today", "came_paper": scan}
    entered.does("registrar", "supplement", more=SAYS, **came)
    assert is_kept_from_both(cast, entered)


@pytest.mark.parametrize("changed", [{"text": SAYS}, {"title": "举报卢薪、孙正"}])
def test_nor_whoever_a_correction_names(cast: Cast, changed: dict[str, str]) -> None:
    matter = begin(cast)
    correct_registration(matter.id, Correction("录错。", **changed), cast.actor("registrar"), matter.at)  # type: ignore[arg-type]
    assert is_kept_from_both(cast, matter)


def test_nor_whoever_a_note_to_another_request_names(cast: Cast) -> None:
    for action, field in (("request_withdrawal", "note"), ("request_recusal", "recusal_asked")):
        matter = begin(cast)
        matter.does("petitioner", action, **{field: SAYS})
        assert is_kept_from_both(cast, matter), action


def test_who_is_named_in_a_comment_after_the_end_is_found_out_as_well(cast: Cast) -> None:
    matter = walk(begin(cast), until="serve_reply")
    matter.at += timedelta(days=40)
    matter.does("system", "conclude")
    matter.does("petitioner", "rate", remark=SAYS)
    assert matter.case.ended_at is not None and is_kept_from_both(cast, matter)
    owed = Duty.objects.get(case=matter.id, kind="identify_accused", discharged_at=None)
    matter.does("superior_registrar", "identify_accused", accused_people=[str(cast.accounts["handler"].id)])
    owed.refresh_from_db()
    assert owed.discharged_at is not None and not matter.case.unresolved and not sees(cast, "handler", matter)


def test_who_is_named_only_in_an_attached_file_does_not_read_it(cast: Cast) -> None:
    file = File("材料.txt", SAYS.encode())
    assert is_kept_from_both(cast, begin(cast, text="详见附件。", files=(file,)))
    matter = begin(cast)
    matter.does("petitioner", "supplement", more="详见附件。", files=[file])
    assert is_kept_from_both(cast, matter)


def test_a_file_of_the_petitioners_own_is_read_as_said_whatever_covers_it_and_a_paper_by_its_form(cast: Cast) -> None:
    own = "我们店里的人都看见了。\n卢薪空手来满手走。"
    long = "详情请看我上传的材料，一共三页，麻烦各位领导抽空看一下，谢谢大家，我们都等着结果。"
    for covering in (long, "我们小区三号楼前的消火栓没有水，请安排检修。"):
        (line,) = accusing.read_from(covering, Accusable(cast.lj.id, NOW), in_files=own)
        assert line.alone == {cast.accounts["handler"].id}, covering
    both = accusing.BETWEEN_FILES.join((own, "消火栓检查记录\n检查人：孙正\n结论：合格"))
    assert len(accusing.read_from("如题。", Accusable(cast.lj.id, NOW), in_files=both)) == 1


def test_who_signed_a_paper_of_the_office_that_comes_with_a_petition_goes_on(cast: Cast) -> None:
    paper = File("答复.txt", "关于路灯费用三千元的答复。\n签发人：孙正\n卢薪".encode())
    matter = begin(cast, text="见附件的答复，请继续办理。", files=(paper,))
    assert not matter.case.unresolved and sees(cast, "registrar", matter)


def test_who_is_named_far_into_a_sentence_late_in_a_list_across_two_lines_or_by_surname_and_post_is_kept_out(
    cast: Cast,
) -> None:
    post = cast.posts["discipline"]
    post.title = "纪检书记"
    post.save()
    crowd = [cast.accounts[name] for name in ("registrar", "intake", "archivist", "head", "colleague")]
    for account, borne in zip(crowd, ("周一舟", "吴二梅", "郑三省", "王四海", "冯五常"), strict=True):
        account.display_name = borne
        account.save()
    for text in (
        "我要控告" + "他们" * 200 + "孙正，卢薪" + "等人" * 60,
        "。".join(f"{account.display_name}打人" for account in crowd) + "。孙正骂人。卢薪也是",
        "控告\n孙\n正和卢\n薪。",
        "举报孙书记、卢薪。",
    ):
        assert is_kept_from_both(cast, begin(cast, text=text)), text


def test_a_copied_directory_makes_longer_lines_and_not_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accusing, "MAX_NAMES_ON_A_LINE", 1)
    accounts = list(Account.objects.exclude(holdings=None))
    signs = "江海火生正和晓光明华国伟建军文武"
    for number, account in enumerate(accounts):
        account.display_name = "赵" + signs[number // 16] + signs[number % 16]
        account.save()
    names = {account.id: account.display_name for account in accounts}
    lines = accusing.read_from("举报：\n" + "\n".join(names.values()), Accusable(cast.lj.id, begin(cast).at))
    assert accusing.MAX_SENTENCES < len(lines) <= accusing.MAX_SENTENCES + accusing.MAX_LISTS < len(names)
    together = "\n".join(line.text for line in lines)
    assert all(names[cast.accounts[name].id] in together for name in ("handler", "discipline", "registrar"))


@pytest.mark.parametrize("line", ["姓陆的", "某公司", "佚名 X", "那个谁"])
def test_a_line_that_matches_nobody_keeps_everybody_out_but_the_custodian(cast: Cast, line: str) -> None:
    matter = begin(cast, accused=(line,))
    readers = {name for name in cast.accounts if sees(cast, name, matter)}
    assert matter.case.unresolved and readers == {"discipline"}
    assert Account.objects.count() > len(readers)


def test_a_command_reads_the_directory_once_however_much_in_it_accuses(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as sent:
        matter = begin(cast, text=SAYS, accused=("姓陆的", "卢薪"))
    assert matter.case.unresolved and directory_reads(sent) == 1
    with CaptureQueriesContext(connection) as sent:
        matter.does("petitioner", "supplement", more="他还打人。老卢收钱。", also_accused="某公司")
    assert directory_reads(sent) == 1
    matter = begin(cast)
    with CaptureQueriesContext(connection) as sent:
        walk(matter, until="approve_opinion")
    assert directory_reads(sent) == 1  # of what the petitioner asks for, as staff took it down


def directory_reads(sent: CaptureQueriesContext) -> int:
    """How often everybody was read who works there."""
    return sum("display_name" in one["sql"] and 'people_holding"."id" ASC' in one["sql"] for one in sent)


@pytest.mark.clause("practice-8")
@pytest.mark.parametrize("line", ["孙家的人", "Sun家", "纪检的人"])
def test_who_stands_in_for_a_custodian_and_may_be_meant_gets_nothing_and_the_superior_does(
    cast: Cast, line: str
) -> None:
    assert is_kept_from_both(cast, begin(cast, accused=(line,)))


@pytest.mark.clause("practice-8")
def test_where_the_superior_may_be_meant_as_well_somebody_else_asks_an_organ_outside(cast: Cast) -> None:
    above = cast.accounts["superior_registrar"]
    above.display_name = "孙大海"
    above.save()
    matter = begin(cast, accused=("孙家的人",))
    readers = {name for name in cast.accounts if sees(cast, name, matter)}
    assert readers and not readers & {"discipline", "superior_registrar"}
    owed = Duty.objects.get(case=matter.id, kind="identify_accused")
    assert owed.unit is not None and owed.role not in {"custodian", "discipline"}
    outside = {"asked_organ": "市监委", "handed_on": "$today", "handing_proof": SCAN}
    assert matter.does(sorted(readers)[0], "ask_who_is_accused", **outside).unresolved


BAD = "卢薪收了物业两条烟"
DRAWN = replace(DAWN, phone="13800001112")


def is_shut_out(cast: Cast, matter: Matter) -> bool:
    return CaseAccused.objects.filter(case=matter.id, account=cast.accounts["handler"]).exists()


@pytest.mark.parametrize(
    "given",
    [
        {"petitioners": (replace(DAWN, name="告卢薪"),)},
        {"petitioners": (replace(DAWN, name="卢薪受害者"),)},
        {"petitioners": (replace(DAWN, address=f"临江市滨江路 8 号（{BAD}）"),)},
        {"petitioners": (DAWN, replace(DRAWN, name="受卢薪欺压的李四")), "headcount": 2},
        {"signers": (PetitionerFields(name="卢薪还我血汗钱", kind="signer"),), "headcount": 2},
        {"title": "检举卢", "text": "薪收了物业两条烟。"},
        {"files": (File("扫描.txt", "卢\n薪\n收\n了\n两\n条\n烟".encode()),)},
        {"files": (File("扫描.txt", "卢新收了物业两条烟".encode()),)},
        {"files": (File("清单.csv", "姓名,事由\n卢薪,收烟两条\n".encode()),)},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_stands_in_another_place_of_the_form_shuts_out_whom_it_accuses(cast: Cast, given: dict[str, Any]) -> None:
    assert is_shut_out(cast, begin(cast, **given))


def test_names_and_addresses_that_are_names_and_addresses_shut_out_nobody(cast: Cast) -> None:
    people = (replace(DAWN, name="卢薪", address="临江市卢薪路 8 号"), replace(DRAWN, name="临江物业公司"))
    assert not is_shut_out(cast, begin(cast, petitioners=people, headcount=2))


def test_nor_does_who_an_address_corrected_or_a_reason_of_staff_accuses_read_it(cast: Cast) -> None:
    told = f"信访人说{BAD}，现予更正。"
    matter = walk(begin(cast), until="assign")
    party = CaseParty.objects.get(case=matter.id).petitioner_id
    for correction, who in (
        (Correction("信访人自行更正", contact={"address": f"滨江路 8 号，{BAD}"}, contact_of=party), "petitioner"),
        (Correction(told, title="路灯不亮"), "registrar"),
    ):
        with transaction.atomic():
            assert isinstance(correct_registration(matter.id, correction, matter.actor(who), matter.at), Accepted)
            assert is_shut_out(cast, matter)
            replay_equals_projection(matter.id)
            transaction.set_rollback(True)
    level = NewLevel("internal", frozenset(), told)
    assert isinstance(set_confidentiality(matter.id, level, cast.actor("head"), matter.at), Accepted)
    assert is_shut_out(cast, matter)
    replay_equals_projection(matter.id)
