"""The register on the command line: every entry in order, sealed cases too, and documents in their two series."""

from __future__ import annotations

import json

import pytest

from huiyin import cli
from huiyin.commands import DONE, MISUSED
from tests.cast import make_cast
from tests.matters import begin


@pytest.mark.django_db
def test_it_names_every_case_in_the_order_of_entry_and_papers_of_sealed_ones_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cast = make_cast()
    matters = [begin(cast), begin(cast, accused=("stranger",)), begin(cast)]
    matters[0].does("intake", "accept")
    matters[1].does("discipline", "accept_accusation")
    asked = ["ledger", "register", "--organisation", "lj", "--year", "2026", "--json"]
    assert cli.main(asked) == DONE
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert [(entry["entry"], entry["number"]) for entry in entries] == [
        (place, matter.case.number) for place, matter in enumerate(matters, 1)
    ]
    assert cli.main([*asked, "--papers"]) == DONE
    documents = json.loads(capsys.readouterr().out)["entries"]
    assert [(document["series"], document["entry"]) for document in documents] == [("papers", 1), ("sealed-papers", 1)]
    assert cli.main(["ledger", "register", "--organisation", "nobody", "--year", "2026"]) == MISUSED
