"""What the pages promise is what the rulebook says."""

import pytest

from huiyin.casework.statutory_times import statutory_times
from huiyin.rules.book.load import load


@pytest.mark.parametrize("book", ["national-2022", "xx-bureau"])
def test_the_periods_of_the_regulation_are_promised(book: str) -> None:
    told = {(item.what, item.within, item.yours) for item in statutory_times(load(book))}
    assert told >= {
        ("告知期限", "15 日", False),
        ("办理期限", "60 日", False),
        ("申请复查的期限", "30 日", True),
        ("复查期限", "30 日", False),
        ("申请复核的期限", "30 日", True),
        ("复核期限", "30 日", False),
    }


def test_each_promise_says_from_when_and_under_which_clause() -> None:
    review = next(item for item in statutory_times(load("national-2022")) if item.what == "申请复查的期限")
    assert (review.since, review.cites) == ("答复送达", "第三十五条")


def test_periods_between_offices_are_not_promised_to_petitioners() -> None:
    assert "异议期限" not in {item.what for item in statutory_times(load("national-2022"))}
