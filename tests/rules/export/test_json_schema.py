"""The schema for editors takes every shipped file and finds the slips that an editor should underline."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from huiyin.rules.book.load import BOOKS as FOLDER
from huiyin.rules.export.json_schema import json_schema
from tests.books import BOOKS


@pytest.fixture(scope="module")
def validator() -> Any:
    """What an editor judges a file by."""
    return jsonschema_rs.validator_for(json_schema())


def file_of(name: str) -> dict[str, Any]:
    """A shipped file as an editor sees it: dates are texts."""
    tree = YAML(typ="safe").load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return json.loads(json.dumps(tree, default=str))


@pytest.mark.parametrize("name", BOOKS)
def test_every_shipped_file_fits(name: str, validator: Any) -> None:
    assert [error.message for error in validator.iter_errors(file_of(name))] == []


@pytest.mark.parametrize("part", sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.yaml")))
def test_every_procedure_in_a_file_of_its_own_fits(part: str, validator: Any) -> None:
    book = {"rulebook": "own", "version": "1", "procedures": {"matter": file_of(part.removesuffix(".yaml"))}}
    assert [error.message for error in validator.iter_errors(book)] == []


@pytest.mark.parametrize(
    "slip",
    [
        {"procedure": {}},
        {"roles": {"head": {"off": "organisation"}}},
        {"roles": {"head": {"of": "the-office"}}},
        {"procedures": {"matter": {"limits": {"reply": {"within": "two weeks"}}}}},
        {"procedures": {"matter": {"actions": {"accept": {"remedy": "perhaps"}}}}},
        {"procedures": {"matter": {"stages": {"closed": {"ending": "lost"}}}}},
        {"procedures": {"matter": {"actions": {"accept": {"fields": ["Not A Name"]}}}}},
    ],
)
def test_a_slip_is_underlined(slip: dict[str, Any], validator: Any) -> None:
    book = {"rulebook": "own", "version": "1"}
    assert validator.is_valid(book)
    assert not validator.is_valid({**book, **slip})


def test_a_file_that_does_not_say_which_book_it_is_does_not_fit(validator: Any) -> None:
    assert not validator.is_valid({"version": "1"})
    assert not validator.is_valid({"rulebook": "own"})
