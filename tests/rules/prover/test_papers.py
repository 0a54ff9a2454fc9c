"""(d) What is approved was drafted, and what was drafted goes out only approved: one slip of the pen at a time, and it is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import load, load_file, shipped
from huiyin.rules.book.references import dangling
from huiyin.rules.prover.codes.documents import DocumentCode
from huiyin.rules.prover.proofs.notices import untold
from huiyin.rules.prover.walks import walk_all
from tests.rules.own_book import OWN

SLIPS = {
    DocumentCode.APPROVED_UNDRAFTED: "{propose_opinion: {drafts: []}}",
    DocumentCode.DRAFTED_UNAPPROVED: "{approve_opinion: {approves: suggestion_reply}}",
    DocumentCode.APPROVAL_PASSED_BY: "{serve_reply: {from: [approved, proposed]}}",
    DocumentCode.DRAFTED_UNISSUED: "{propose_opinion: {drafts: [reply, suggestion_reply, extension]}, grant_extension: {notice: []}, approve_opinion: {approves: [reply, suggestion_reply, extension]}}",
}


def codes(path: Path) -> set[DocumentCode]:
    rules = load_file(path)
    return {
        code for finding in untold(walk_all(rules, "matter")) for code in DocumentCode if finding.flaw.why.code is code
    }


@pytest.mark.parametrize("code", SLIPS, ids=lambda code: code.name)
def test_a_slip_is_found_and_told_with_its_line(code: DocumentCode, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f"{OWN}  matter:\n    actions: {SLIPS[code]}\n", encoding="utf-8")
    assert code in codes(path)


def test_a_misspelt_paper_is_told_by_name(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f"{OWN}  matter:\n    actions: {{approve_opinion: {{approves: repply}}}}\n", encoding="utf-8")
    (flaw,) = dangling(load_file(path))
    assert flaw.path.endswith("approves")


def test_every_shipped_book_that_drafts_an_opinion_has_it_approved() -> None:
    for name in shipped():
        for procedure in load(name).book.procedures.values():
            drafted = {one.notice for action in procedure.actions.values() for one in action.drafts}
            approved = {kind for action in procedure.actions.values() for kind in action.approves}
            assert drafted == approved, name
    assert len(shipped()) > 5
