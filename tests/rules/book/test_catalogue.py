"""A catalogue of files that names what there is not, or leaves an end out, is refused with the line where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.own_book import OWN, found_in

PLACE = "  matter:\n    catalogue:\n"
ENDS = "ends: closed, clause: practice-4"
BAD = {
    "an unknown paper": (f"      more: {{zh: 某件, {ENDS}, paper: no_paper}}", "no-notice"),
    "an unknown paper that was served": (f"      more: {{zh: 某件, {ENDS}, served: no_paper}}", "no-notice"),
    "an unknown step": (f"      more: {{zh: 某件, {ENDS}, step: no_step}}", "no-action"),
    "a stage that is no end": (
        "      more: {zh: 某件, ends: assigned, clause: practice-4, paper: reply}",
        "no-end-to-archive",
    ),
    "an unknown clause": ("      more: {zh: 某件, ends: closed, clause: no-clause, paper: reply}", "no-clause"),
    "an unknown fact": (f"      more: {{zh: 某件, {ENDS}, when: {{weather: fine}}, paper: reply}}", "no-fact"),
    "nothing": (f"      more: {{zh: 某件, {ENDS}}}", "one-kind-of-item"),
    "two kinds at once": (f"      more: {{zh: 某件, {ENDS}, paper: reply, kept: petition}}", "one-kind-of-item"),
}


@pytest.mark.parametrize(("line", "code"), BAD.values(), ids=list(BAD))
def test_a_catalogue_that_leads_nowhere_is_refused(tmp_path: Path, line: str, code: str) -> None:
    found = found_in(tmp_path, OWN + PLACE + line + "\n")
    assert [str(one.flaw.why.code) for one in found] == [code]
    assert (found[0].of, found[0].flaw.line) == ("h", OWN.count("\n") + PLACE.count("\n") + 1)


ALONE = """\
  small:
    zh: 小程序
    clause: practice-4
    stages:
      begun: {zh: 已开始, clause: practice-4}
      done: {zh: 已完成, end: true, ending: decided, owes: archive, clause: practice-4}
      dropped: {zh: 已停止, end: true, ending: declined, owes: archive, clause: practice-4}
    limits:
      archive: {zh: 归档期限, within: 90 days, from: ended, clause: practice-4}
    duties:
      archive: {zh: 归档, of: archivist, limit: archive, outlasts: true, clause: practice-4}
    actions:
      start_small: {zh: 开始, by: registrar, from: start, to: begun, clause: practice-4}
      finish: {zh: 完成, by: registrar, from: begun, to: done, clause: practice-4}
      stop: {zh: 停止, by: registrar, from: begun, to: dropped, clause: practice-4}
      archive: {zh: 归档, by: archivist, from: [done, dropped], while_open: archive, fields: FIELDS, discharges: archive, clause: practice-4}
    catalogue:
      finished: {zh: 完成情况, ends: done, step: finish, clause: practice-4}
"""


def codes(tmp_path: Path, fields: str, more: str = "") -> set[str]:
    return {str(one.flaw.why.code) for one in found_in(tmp_path, OWN + ALONE.replace("FIELDS", fields) + more)}


def test_an_end_that_says_nothing_is_refused(tmp_path: Path) -> None:
    assert "end-without-catalogue" in codes(tmp_path, "[term, missing_items?]")
    said = "      stopped: {zh: 停止情况, ends: dropped, step: stop, clause: practice-4}\n"
    assert "end-without-catalogue" not in codes(tmp_path, "[term, missing_items?]", said)


def test_where_nobody_can_write_why_something_is_missing_the_book_is_refused(tmp_path: Path) -> None:
    assert "no-place-for-reasons" in codes(tmp_path, "[term]")
