"""Why somebody was found to be accused, or withdraws, is read by those who decide on it, and printed nowhere."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from huiyin import door
from huiyin.casework.history import documents, read_history, steps
from huiyin.casework.models import Attachment
from huiyin.casework.sealed.attachments import listed
from huiyin.casework.sealed.reasons import files_kept_back
from huiyin.desk import actions
from huiyin.door import ActionRequest
from huiyin.people.models import Account, Unit
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.desk.test_accused import accusing, identify, post_of
from tests.desk.test_custody import scan, send, today
from tests.matters import Matter, begin

WHY = "经核对来信和通讯录。"
"""What ``identify`` writes."""


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a custodian, another above, and somebody who oversees them."""
    office = Unit.objects.create(organisation=cast.lj, code="lj-inspection", name="临江纪检组")
    post_of(cast, cast.units["lj-training"], "处长", ("handler",), "zhao-jiang", "赵江")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    post_of(cast, office, "督查员", ("supervisor",), "overseer", "海瑞")
    above = Unit.objects.create(organisation=cast.organisations["jn"], code="jn-inspection", name="江南纪检组")
    post_of(cast, above, "组长", ("custodian",), "above", "狄仁杰")
    return cast


def reads(desk: Desk, matter: Matter, who: str, words: str) -> bool:
    """Whether any page of the case shows the ``words``."""
    client = desk(who)
    pages = [html(client.get(page_of(matter))), html(client.get(form_of(matter, "accept")))]
    pages.append(html(client.get(f"/desk/cases/{matter.case.number}/duties/")))
    return any(words in page for page in pages)


def test_why_somebody_is_accused_is_read_by_custodian_confirmer_and_overseer_alone(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "某公司")
    send(desk("custodian"), matter, "propose_clearing", identified_why="赵江的弟弟说没有此人。")
    assert "赵江的弟弟说没有此人。" in html(desk("above").get(form_of(matter, "identify_accused")))
    assert identify(desk("above"), matter, [], []).status_code == 302
    for words in ("赵江的弟弟说没有此人。", WHY):
        for who in ("custodian", "above", "overseer"):
            assert reads(desk, matter, who, words), (who, words)
        for who in ("registrar", "intake", "head", "zhao-jiang"):
            assert not reads(desk, matter, who, words), (who, words)


def test_the_answer_of_an_organ_outside_is_no_file_for_everybody(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "某公司")
    others = Account.objects.exclude(id=cast.accounts["custodian"].id)
    others.update(is_active=False)
    custodian = desk("custodian")
    send(custodian, matter, "propose_clearing", identified_why="查无此人。")
    document = {"asked_organ": "市纪委监委", "paper_no": "江纪函〔2026〕3号", "paper_date": today()}
    send(
        custodian, matter, "record_identified", **document, identified_why="见来函。", paper_copy=scan("关于赵江的来函")
    )
    others.update(is_active=True)
    row = Attachment.objects.get(case=matter.id)
    address = f"/desk/cases/{matter.case.number}/attachments/{row.id}/"
    assert custodian.get(address).status_code == 200
    for who in ("registrar", "intake"):
        assert desk(who).get(address).status_code == 404
        assert "关于赵江的来函" not in html(desk(who).get(page_of(matter)))
        assert listed(matter.case, files_kept_back(matter.case, cast.actor(who))) == ()


def test_why_a_custodian_or_a_handler_withdraws_is_for_who_decides_on_it(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    send(desk("custodian"), matter, "withdraw_as_custodian", reason="赵江是我妻弟。")
    assert identify(desk("above"), matter, [], [str(cast.accounts["zhao-jiang"].id)]).status_code == 302
    assert reads(desk, matter, "above", "赵江是我妻弟。")
    matter.does("intake", "recuse", person=str(cast.accounts["intake"].id), reason="赵江是我同学。")
    assert reads(desk, matter, "head", "赵江是我同学。")
    for who in ("registrar", "discipline"):
        assert not reads(desk, matter, who, "赵江是我妻弟。")
        assert not reads(desk, matter, who, "赵江是我同学。")


def test_no_paper_takes_such_a_reason_for_its_own(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now())
    matter.does("registrar", "recuse", person=str(cast.accounts["registrar"].id), reason="赵江是我同学。")
    matter.does("intake", "accept")
    said = [documents(read_history(matter.case, reader)) for reader in (None, cast.actor("head"))]
    assert "赵江" not in str(said)
    assert "赵江是我同学。" in str(steps(read_history(matter.case, cast.actor("head"))))
    assert json.dumps([step.label for step in steps(read_history(matter.case, None))])


def test_a_form_that_arrives_after_the_sender_was_accused_is_answered_as_if_there_were_no_case(
    cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = begin(cast, timezone.now())
    client, address = desk("intake"), form_of(matter, "accept")
    form = client.get(address)
    sent = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq")}

    def meanwhile(request: ActionRequest) -> object:
        monkeypatch.setattr(actions, "execute", door.execute)
        matter.does("petitioner", "supplement", also_accused="同事 intake")
        return door.execute(request)

    monkeypatch.setattr(actions, "execute", meanwhile)
    answer = client.post(address, sent)
    assert answer.status_code == 404 and "反映" not in html(answer)
