"""Stages that `any` stands for count as those that a book names, also where the prover asks what leads back and what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.own_book import OWN, found_in

REPORT = OWN + "  retaliation-report:\n"


def codes(tmp_path: Path, text: str) -> set[str]:
    """What is found when ``text`` is what an institution changes in the procedure of reports of retaliation."""
    return {str(finding.flaw.why.code) for finding in found_in(tmp_path, REPORT + text)}


@pytest.mark.parametrize("stages", ["any", pytest.param("examined", marks=pytest.mark.exhaustive)])
def test_what_is_asked_for_again_is_sent_back_wherever_it_may_be_asked_for(tmp_path: Path, stages: str) -> None:
    sent_back_at_times = f"""\
    actions:
      state_findings: {{from: {stages}, while_open: examine}}
      return_findings: {{when: {{found: yes}}}}
"""
    assert "never-sent-back" in codes(tmp_path, sent_back_at_times)


@pytest.mark.parametrize(
    ("stages", "kept"), [("any", True), ("found", False), pytest.param("examined", True, marks=pytest.mark.exhaustive)]
)
def test_what_a_petitioner_reads_that_they_may_do_is_kept_wherever_it_is_offered(
    tmp_path: Path, stages: str, kept: bool
) -> None:
    offered = f"""\
    stages:
      examined: {{public: {{zh: 核查中，可以提出意见, en: you may object}}}}
    actions:
      object: {{zh: 提出意见, by: petitioner, from: {stages}, fields: more, remedy: true, clause: art-18.4}}
"""
    assert ("unkept" not in codes(tmp_path, offered)) is kept
