"""What a scheme may judge by, and that a changed one leaves runs as they were."""

from __future__ import annotations

import pytest

from huiyin.assessment import steps
from huiyin.assessment.counting import counted_by
from huiyin.assessment.models import AssessedUnit, AssessmentScheme
from huiyin.assessment.refusals import SchemeFlawed
from huiyin.assessment.schemes import SHIPPED, IndicatorRule, check, keep_scheme, newest, rules_of, shipped
from huiyin.rules.book.indicators import Indicator
from huiyin.rules.book.load import load
from tests.assessment.conftest import RULES, by
from tests.cast import Cast

COUNTED = {"on_time_reply": Indicator(zh="按期办结率", en="in time", clause=("art-34",))}


@pytest.mark.clause("s3-6.2.1")
@pytest.mark.parametrize("book", [path.stem for path in sorted(SHIPPED.glob("*.yaml"))])
def test_a_scheme_comes_with_the_rulebook_and_can_be_carried_out(book: str) -> None:
    found = shipped(book)
    assert found is not None
    check(found[1], load(book).book.procedures["matter"].indicators)


@pytest.mark.clause("s3-6.2.1")
@pytest.mark.parametrize(
    "label",
    [
        "信访量",
        "信访总量下降",
        "来信来访数量",
        "来访人次",
        "越级访批次",
        "减少信访",
        "零上访",
        "登记件次排名",
        "重复访控制数",
    ],
)
def test_the_number_of_petitions_is_never_scored(label: str) -> None:
    with pytest.raises(SchemeFlawed, match="number of petitions"):
        check([IndicatorRule("a", label, 100)], COUNTED)


@pytest.mark.parametrize("label", ["重点人员稳控", "信访人表现", "上访户管理"])
def test_persons_who_petition_are_never_scored(label: str) -> None:
    with pytest.raises(SchemeFlawed, match="persons who petition"):
        check([IndicatorRule("a", label, 100)], COUNTED)


@pytest.mark.parametrize(
    "label", ["信访工作质量", "信访事项按期办结率", "信访数据录入准确率", "信访人满意率", "对信访人的回访"]
)
def test_how_well_the_work_is_done_may_be_scored(label: str) -> None:
    check([IndicatorRule("a", label, 100)], COUNTED)


@pytest.mark.parametrize(
    ("weights", "words"), [((60, 30), "还差 10"), ((60, 50), "多了 10"), ((100, 0), "1 到 100"), ((), "至少")]
)
def test_weights_that_do_not_add_up_are_refused_with_words(weights: tuple[int, ...], words: str) -> None:
    rules = [IndicatorRule(str(n), f"指标{n}", weight) for n, weight in enumerate(weights)]
    with pytest.raises(SchemeFlawed) as refused:
        check(rules, COUNTED)
    assert words in refused.value.words


def test_an_indicator_twice_or_one_that_nothing_counts_is_refused() -> None:
    with pytest.raises(SchemeFlawed, match="twice"):
        check([IndicatorRule("a", "培训", 50), IndicatorRule("b", "培训", 50)], COUNTED)
    with pytest.raises(SchemeFlawed, match="nothing counts"):
        check([IndicatorRule("a", "培训", 100, "training")], COUNTED)


@pytest.mark.any_database
def test_a_scheme_that_is_changed_leaves_runs_as_they_were(
    cast: Cast, scheme: AssessmentScheme, assessed: AssessedUnit
) -> None:
    keep_scheme(scheme, [IndicatorRule("a", "培训", 100)], counted_by(cast.lj.id), by(cast, "intake"))
    assert newest(scheme).position == 2
    assert rules_of(assessed.run.version) == RULES
    rows = {row.indicator: row for row in assessed.scores.all()}
    assert steps.total(RULES, rows) is None and set(rows) == {"on_time_reply", "training"}
