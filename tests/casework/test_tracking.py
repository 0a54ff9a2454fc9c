"""What a petitioner sees of their own matter, and what they never see."""

import dataclasses
from datetime import datetime, timedelta

import pytest

from huiyin.casework import receipts, tracking
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import DAWN, Matter, begin, walk


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return begin(cast)


def seen(matter: Matter, at: datetime | None = None) -> tracking.Tracking:
    """What the receipt of ``matter`` opens."""
    opened = tracking.open_receipt(matter.registered.receipt, matter.registered.code)
    assert opened is not None
    return tracking.view(opened, at or matter.at)


def test_receipt_and_code_as_people_type_them_open_the_matter(matter: Matter) -> None:
    typed = matter.registered.receipt.lower().replace("-", " ").removeprefix("hy ")
    opened = tracking.open_receipt(typed, f" {matter.registered.code.lower()} ")
    assert opened is not None
    assert opened.case == matter.case


def test_a_receipt_that_begins_with_the_letters_h_and_y_opens_without_its_prefix() -> None:
    assert receipts.normal("HYAB-CDEF-GHJK") == receipts.normal("HY-HYAB-CDEF-GHJK") == "HY-HYAB-CDEF-GHJK"


def test_a_wrong_code_and_an_unknown_receipt_open_nothing(matter: Matter) -> None:
    unknown = "HY-2222-2222-2222"
    assert tracking.open_receipt(matter.registered.receipt, "AAAAAAAA") is None
    assert tracking.open_receipt(unknown, receipts.code_of(unknown)) is None
    assert tracking.open_receipt("", "") is None


def test_the_code_of_one_receipt_does_not_open_another(cast: Cast, matter: Matter) -> None:
    other = begin(cast, NOW + DAY)
    assert tracking.open_receipt(matter.registered.receipt, other.registered.code) is None


def test_a_new_matter_says_who_owes_what_until_when_and_how_the_day_was_counted(matter: Matter) -> None:
    view = seen(matter)
    assert view.stage == "已收到，正在审查"
    assert not view.ended
    (owed,) = view.owed
    assert (owed.what, owed.unit, owed.overdue) == ("审查并书面告知是否受理", "临江信访办", False)
    assert owed.derivation.startswith("2026-03-17 = 收到 2026-03-02 起 15 日")
    assert "第二十三条第二款" in owed.cites


def test_what_is_late_is_shown_as_late(matter: Matter) -> None:
    assert seen(matter, NOW + 20 * DAY).owed[0].overdue


def test_no_name_of_staff_and_no_internal_opinion_is_in_what_they_see(matter: Matter) -> None:
    walk(matter, until="propose_opinion")
    shown = repr(dataclasses.asdict(seen(matter)))
    assert "同事" not in shown
    assert "列入本月检修" not in shown
    assert "线路老化" not in shown


def test_the_opinion_is_theirs_to_read_once_it_was_served(matter: Matter) -> None:
    walk(matter, until="serve_reply")
    reply = seen(matter).documents[-1]
    assert reply.label == "信访处理意见书"
    assert "列入本月检修。" in [item.value for item in reply.body]


def test_steps_that_change_nothing_for_the_petitioner_are_left_out(matter: Matter) -> None:
    walk(matter, until="assign")
    before = seen(matter).steps
    matter.does("handler", "investigate")
    assert seen(matter).steps == before


def test_their_own_steps_are_shown_with_what_they_wrote(matter: Matter) -> None:
    matter.does("petitioner", "supplement")
    last = seen(matter).steps[-1]
    assert last.own
    assert [item.value for item in last.fields] == ["昨晚又有人摔倒。"]


def test_the_step_that_brought_a_notice_names_it(matter: Matter) -> None:
    matter.does("intake", "accept")
    assert seen(matter).steps[-1].documents == ("受理告知书",)


def test_review_is_open_for_thirty_days_after_the_reply_was_served(matter: Matter) -> None:
    walk(matter, until="serve_reply")
    remedy = next(item for item in seen(matter).remedies if item.action == "apply_review")
    assert remedy.offer is not None
    assert remedy.until is not None
    assert remedy.derivation.startswith("2026-04-01 = ")
    late = next(item for item in seen(matter, NOW + 40 * DAY).remedies if item.action == "apply_review")
    assert late.offer is None
    assert "届满" in late.why_not


def test_a_remedy_that_is_not_open_yet_says_why(matter: Matter) -> None:
    remedies = {item.action: item for item in seen(matter).remedies}
    assert set(remedies) == {"apply_review", "apply_rereview"}
    assert all(item.offer is None and item.why_not for item in remedies.values())


def test_only_what_is_the_petitioners_to_do_is_offered(matter: Matter) -> None:
    assert {offer.action for offer in seen(matter).actions} == {
        "choose_electronic",
        "request_recusal",
        "supplement",
        "withdraw",
    }


def test_the_duty_of_a_higher_organ_names_that_organ(matter: Matter) -> None:
    walk(matter, until="apply_review")
    owed = next(item for item in seen(matter).owed if item.what == "复查")
    assert (owed.unit, owed.organisation) == ("江南信访办", "jn 机构")


def test_of_several_duties_of_one_kind_each_is_shown_with_its_day(matter: Matter) -> None:
    walk(matter, "assign")
    for day in ("2026-03-09", "2026-03-12"):
        matter.does("archivist", "supervise", trigger="overdue", demand="请说明进展。", reply_by=day)
    days = [owed.due_at.date().isoformat() for owed in seen(matter).owed]
    assert days[:2] == ["2026-03-09", "2026-03-12"]
    assert len(days) == 3


def test_the_rating_that_was_given_is_shown(matter: Matter) -> None:
    walk(matter, until="serve_reply")
    assert seen(matter).rating == ()
    matter.does("petitioner", "rate")
    assert [item.value for item in seen(matter).rating] == ["满意", "基本满意", "希望更快一些。"]


def test_an_ended_matter_owes_nothing(matter: Matter) -> None:
    walk(matter)
    view = seen(matter)
    assert view.ended
    assert view.owed == ()


def test_nothing_they_see_holds_who_they_are(matter: Matter) -> None:
    walk(matter, until="serve_reply")
    shown = repr(dataclasses.asdict(seen(matter)))
    assert DAWN.phone not in shown
    assert DAWN.name not in shown


def test_the_view_is_in_the_readers_language(matter: Matter) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert seen(matter).stage == "received and being examined"


def test_it_takes_few_queries_whatever_has_happened(matter: Matter, django_assert_max_num_queries: object) -> None:
    walk(matter)
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        seen(matter, matter.at + timedelta(days=1))


def test_what_goes_back_and_forth_inside_is_not_told(matter: Matter) -> None:
    walk(matter, until="propose_opinion")
    told = [step.what for step in seen(matter).steps]
    for _round in range(2):
        matter.does("head", "return_opinion")
        matter.does("handler", "propose_opinion")
    assert [step.what for step in seen(matter).steps] == told


def test_every_time_that_the_matter_stands_elsewhere_for_the_petitioner_is_told(matter: Matter) -> None:
    walk(matter, until="assign")
    for _round in range(3):
        matter.does("handler", "object")
        matter.does("intake", "reject_objection", reason="仍由你处办理")
    told = [step.what for step in seen(matter).steps]
    assert told.count("正在确定承办单位") == 3
    assert told[-1] == seen(matter).stage
