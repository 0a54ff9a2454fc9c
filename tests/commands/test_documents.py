"""`huiyin documents`: the documents of a case, written to a file, and what documents of a rulebook lack."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
from django.utils import timezone

from huiyin.cli import main
from huiyin.documents.seals import kept
from huiyin.documents.seals.signing import signatures_of
from huiyin.people.models import AccessRecord
from tests.cast import NOW, make_cast
from tests.documents.drafting import proposed
from tests.documents.making import text_of_docx, text_of_pdf
from tests.documents.seals.certificates import PASSWORD, certificate, pkcs12_of
from tests.matters import Matter, begin

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def matter(db: None) -> Matter:
    made = begin(make_cast(), NOW)
    made.does("intake", "accept")
    return made


def test_the_papers_of_a_case_are_listed(matter: Matter, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["documents", "list", matter.case.number, "--json"]) == 0
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert (document["kind"], document["title"], document["number"]) == ("acceptance", "受理告知书", "〔2026〕1号")


def test_a_paper_is_written_to_a_file_covered_unless_names_are_asked_for(matter: Matter, tmp_path: Path) -> None:
    number, there, before = matter.case.number, tmp_path / "paper", AccessRecord.objects.count()
    assert main(["documents", "render", number, "acceptance", "--output", str(there)]) == 0
    assert "陈**：" in text_of_pdf(there.read_bytes())
    assert AccessRecord.objects.count() == before
    asked = ["documents", "render", number, "acceptance", "--format", "docx", "--names", "--output", str(there)]
    assert main(asked) == 0
    assert "陈晓光：" in text_of_docx(there.read_bytes())
    assert AccessRecord.objects.filter(purpose="notice", case=matter.id).count() == 1


def test_a_paper_is_written_with_the_seal_of_its_organ_where_it_is_complete(matter: Matter, tmp_path: Path) -> None:
    at, there = timezone.now(), tmp_path / "paper.pdf"
    issuer = matter.case.organisation
    kept.add(issuer, pkcs12_of(certificate(issuer.name, at)), PASSWORD, at)
    asked = ["documents", "render", matter.case.number, "acceptance", "--output", str(there)]
    assert main(asked) == 0
    assert signatures_of(there.read_bytes()) == ()
    assert main([*asked, "--names"]) == 0
    (seal,) = signatures_of(there.read_bytes(), kept.certificates())
    assert seal.good and "陈晓光：" in text_of_pdf(there.read_bytes())


def test_a_paper_on_its_way_is_listed_with_its_state_and_written_as_a_draft(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matter = proposed()
    assert main(["documents", "list", matter.case.number, "--json"]) == 0
    (document,) = json.loads(capsys.readouterr().out)["papers"]
    assert (document["kind"], document["status"], document["version"], document["number"]) == (
        "reply",
        "drafted",
        1,
        "",
    )
    there = tmp_path / "draft"
    for form, read in (("pdf", text_of_pdf), ("docx", text_of_docx)):
        assert (
            main(["documents", "render", matter.case.number, document["id"], "--format", form, "--output", str(there)])
            == 0
        )
        assert "列入本月检修。" in read(there.read_bytes()) and "〔2026〕" not in read(there.read_bytes())
    assert "审签稿" in docx_headers(there)


def docx_headers(path: Path) -> str:
    return "".join(paragraph.text for paragraph in docx.Document(str(path)).sections[0].header.paragraphs)


def test_what_cannot_be_written_is_said_in_a_line(
    matter: Matter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = matter.case.number
    assert main(["documents", "render", number, "reply"]) == 2
    assert main(["documents", "render", number, "acceptance", "--output", str(tmp_path / "none" / "paper")]) == 1
    assert main(["documents", "render", "LJ-20200101-000000", "reply"]) == 1
    wrong = capsys.readouterr().err.splitlines()
    assert len(wrong) == 3 and "no such paper" in wrong[0] and "name a file that can be written" in wrong[1]


def test_the_papers_of_a_book_are_checked_and_the_typefaces_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["documents", "check", "--json"]) == 0  # of every shipped book
    told = json.loads(capsys.readouterr().out)
    assert told["faults"] == [] and told["papers"] > 400 and told["typefaces"]["body"]
