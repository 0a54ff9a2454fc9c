"""Notes and reasons are checked like every text that comes in."""

from __future__ import annotations

from huiyin.casework.received.entered import entered


def test_a_note_or_reason_is_kept_without_blank_ends_and_one_that_is_empty_too_long_or_marked_is_refused() -> None:
    assert entered("reason", " 情况属实。\r\n", 10) == ("情况属实。", [])
    assert [error.code for error in entered("reason", " ", 10)[1]] == ["required"]
    assert [error.message for error in entered("reason", " ", 10, "请填写借阅事由")[1]] == ["请填写借阅事由"]
    assert [error.code for error in entered("reason", "长" * 11, 10)[1]] == ["too_long"]
    marked = entered("reason", "绝密★长期", 10)[1]
    assert [(error.field, error.code) for error in marked] == [("reason", "state-secret")]
