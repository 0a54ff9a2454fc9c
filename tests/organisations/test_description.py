"""The file of an organisation: everything that is wrong with it is told at once, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.organisations.description import OrganisationFlawed, read_description

RIGHT = """\
people:
  - {username: zhou, name: 周正}
organisations:
  - code: jd
    name: 临江街道办事处
    rulebook: street-office
    office: 20
    superior: {name: 临江市信访局, address: 临江市政府路 1 号}
    units:
      - code: 10
        name: 街道领导
        posts:
          - {title: 主任, roles: unit_head, holders: [zhou]}
      - {code: 20, name: 信访办公室, parent: 10}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "organisation.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def flaws(folder: Path, text: str) -> list[str]:
    with pytest.raises(OrganisationFlawed) as raised:
        read_description(written(folder, text))
    return [str(flaw) for flaw in raised.value.flaws]


def test_a_file_is_read_with_codes_as_numbers_and_single_roles(tmp_path: Path) -> None:
    found = read_description(written(tmp_path, RIGHT)).organisations[0]
    assert (found.office, found.units[1].parent) == ("20", "10")
    assert found.units[0].posts[0].roles == ("unit_head",)
    assert found.units[0].posts[0].holders[0].username == "zhou"


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (
            "name: 街道领导\n",
            "name: 街道领导\n        parent: 20\n",
            "organisation.yaml:12: organisations.0.units.0.parent: ",
        ),
        (
            "{code: 20, name: 信访办公室, parent: 10}",
            "{code: 10, name: 信访办公室}",
            "organisation.yaml:14: organisations.0.units.1.code: ",
        ),
        ("parent: 10}", "parent: 99}", "organisation.yaml:14: organisations.0.units.1.parent: "),
        ("office: 20", "office: 21", "organisation.yaml:7: organisations.0.office: "),
        ("name: 周正}", "name: 周正}\n  - {username: zhou, name: 周全}", "organisation.yaml:3: people.1.username: "),
        ("name: 周正}", "name: 周正, email: 周正}", "organisation.yaml:2: people.0.email: "),
        ("username: zhou", "username: zhou zheng", "organisation.yaml:2: people.0.username: "),
        ("code: jd", "code: 街道", "organisation.yaml:4: organisations.0.code: "),
        (
            "superior: {name: 临江市信访局,",
            "superior: {code: lj, name: 临江市信访局,",
            "organisation.yaml:8: organisations.0.superior: ",
        ),
        ("[zhou]", "[{username: zhou, since: 2026-02-01, until: 2026-01-01}]", "organisation.yaml:13: "),
        ("[zhou]", "[zhou, zhou]", "organisation.yaml:13: "),
        ("    office: 20", "    ofice: 20", "organisation.yaml:7: organisations.0.ofice: "),
        ("    office: 20", "    abolished: [{code: 20, successor: 10}]", "organisation.yaml:7: "),
        ("    office: 20", "    abolished: [{code: 30, successor: 40}]", "organisation.yaml:7: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, was: str, becomes: str, told: str) -> None:
    assert was in RIGHT
    found = flaws(tmp_path, RIGHT.replace(was, becomes))
    assert any(line.startswith(told) for line in found), found


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = RIGHT.replace("office: 20", "office: 21").replace("parent: 10}", "parent: 99}")
    assert len(flaws(tmp_path, text)) == 2


@pytest.mark.parametrize(
    ("was", "place"),
    [
        ("周正", "people.0.name"),
        ("临江街道办事处", "organisations.0.name"),
        ("街道领导", "organisations.0.units.0.name"),
        ("主任", "organisations.0.units.0.posts.0.title"),
        ("临江市政府路", "organisations.0.superior.address"),
    ],
)
def test_a_name_with_a_sign_that_turns_the_writing_is_refused_with_what_to_do(
    tmp_path: Path, was: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing else is told: not that nobody is called so, nor that there are no organisations."""
    (line,) = flaws(tmp_path, RIGHT.replace(was, f"{was[0]}\u202e{was[1:]}"))
    assert f": {place}: " in line and "delete U+202E here" in line
    monkeypatch.setenv("HUIYIN_LANGUAGE", "zh-hans")
    (line,) = flaws(tmp_path, RIGHT.replace(was, f"{was[0]}\u202e{was[1:]}"))
    assert "请删去这里的 U+202E" in line


@pytest.mark.parametrize("text", ["", "- a", "organisations: []", "organisations: &a [*a]", "\tname: x", "\x00"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str) -> None:
    assert flaws(tmp_path, text)
