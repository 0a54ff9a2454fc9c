"""What stands on disk does not follow from names in code, and what was ever written can still be read."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, make_dataclass
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from huiyin.procedure.command import Actor, Seat, TextRef
from huiyin.procedure.event import (
    ActionTaken,
    CaseEnded,
    CaseMoved,
    Corrected,
    Event,
    LimitExtended,
    Numbered,
    RowsRecorded,
    RulebookActivated,
    UnitLeft,
)
from huiyin.procedure.state import Confidentiality, DocumentState, OpenDuty, State
from huiyin.procedure.storage import codec, older_forms, stored, stored_values
from huiyin.rules.deadlines.calendar import Label
from huiyin.rules.deadlines.derivation import Derivation, Span
from huiyin.rules.deadlines.duration import Limit
from huiyin.rules.deadlines.limits import Pause
from tests.procedure.stored import renew, values
from tests.procedure.stored.renew import FORMS, TODAY, lines, types

VALUES = values.EVENTS | values.STATES
HELD = {
    Confidentiality: stored_values.StoredConfidentiality,
    Corrected: stored.StoredCorrected,
    DocumentState: stored_values.StoredDocument,
    Seat: stored_values.StoredSeat,
    TextRef: stored_values.StoredTextRef,
    OpenDuty: stored_values.StoredDuty,
    Limit: stored_values.StoredLimit,
    Label: stored_values.StoredLabel,
    Derivation: stored_values.StoredDerivation,
    Span: stored_values.StoredSpan,
    Pause: stored_values.StoredPause,
}
"""What stands inside events and states."""
NO_CLASS_OF_THEIR_OWN = {"Entry/2", "Actor/2", "Day/2", "Moment/2", "Id/2"}


def tags_in(value: Any) -> set[str]:
    """All tags in a JSON value."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = {value[stored_values.TAG]} if isinstance(value, dict) and stored_values.TAG in value else set()
    return own.union(*map(tags_in, inside))


def closed_set(hint: Any) -> set[str]:
    """The words that an annotation names."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    return set().union(*map(closed_set, get_args(hint)))


def words_in(value: Any) -> Iterator[tuple[type, str, str]]:
    """Each text in a value, with the class and the field that hold it."""
    if isinstance(value, dict | tuple | frozenset):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from words_in(inner)
    elif is_dataclass(value):
        for field in fields(value):
            entry = getattr(value, field.name)
            if isinstance(entry, str):
                yield type(value), field.name, entry
            yield from words_in(entry)


# --- the files of what stands on disk ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_what_was_ever_written_still_reads_as_what_it_meant(form: int) -> None:
    read = {name: codec.loads(text) for name, text in lines(form).items() if name in VALUES}
    assert read == {name: values.OLDER.get((form, name), VALUES[name]) for name in read}


@pytest.mark.parametrize("name", values.ENTRIES)
@pytest.mark.parametrize("form", FORMS)
def test_an_entry_that_was_ever_written_still_says_who_did_what_and_when(form: int, name: str) -> None:
    who, at, event = values.ENTRIES[name]
    actor = {part: getattr(who, part) for part in ("kind", "organisation", "person", "post", "unit")}
    assert codec.loads_entry(lines(form)[name]) == (actor, at, event)


def test_what_is_written_today_is_what_stands_in_the_file_byte_for_byte() -> None:
    assert renew.written() == lines(TODAY)


@pytest.mark.parametrize("form", FORMS)
def test_each_file_has_lines_of_known_values_and_the_newest_has_them_all(form: int) -> None:
    assert lines(form).keys() <= {*VALUES, *values.ENTRIES}
    assert form != TODAY or lines(form).keys() == {*VALUES, *values.ENTRIES}


OLDER_FILES = {
    1: "d857bb4335ce4a8a",
    2: "81a2049b7441237e",
    3: "0e402168dd7e41ad",
    4: "baf363663c40c950",
    5: "b0e12b85197112b2",
    6: "8545c0d65ce312ee",
    7: "df7978cefe7a3b53",
    8: "0dbc4b73476f4bd7",
    9: "28a264299be8fb1b",
}
"""The files of older versions, which nothing is added to or taken from: the first digits of their SHA-256, in hex."""


def test_no_line_of_an_older_version_is_changed_or_taken_away() -> None:
    digests = {form: hashlib.sha256(renew.file(form).read_bytes()).hexdigest() for form in FORMS[:-1]}
    assert {form: digest[:16] for form, digest in digests.items()} == OLDER_FILES


def test_every_form_that_is_brought_to_the_present_one_has_its_line() -> None:
    written = {tag for form in FORMS for text in lines(form).values() for tag in tags_in(json.loads(text))}
    assert older_forms.UPCASTERS.keys() <= written


def test_every_class_of_event_and_every_stored_type_has_its_line() -> None:
    assert (
        {type(value) for value in VALUES.values()}
        == {*get_args(Event), RulebookActivated, Numbered, RowsRecorded, State}
        == set(codec.STORED)
    )
    written = {tag for text in lines(TODAY).values() for tag in tags_in(json.loads(text))}
    assert written == set(types())
    assert set(types().values()) == {*codec.STORED.values(), *HELD.values()} | {
        types()[tag] for tag in NO_CLASS_OF_THEIR_OWN
    }


def test_every_word_of_a_closed_set_has_its_line() -> None:
    """Such a word is stored as code spells it: one that were spelt otherwise could not be read any more, and a line must tell."""
    written: dict[tuple[type, str], set[str]] = defaultdict(set)
    for value in VALUES.values():
        for holder, name, word in words_in(value):
            written[holder, name].add(word)
    missing = {
        (kind.__name__, name): closed - written[kind, name]
        for kind in codec.STORED | HELD
        for name, hint in get_type_hints(kind).items()
        if (closed := closed_set(hint)) - written[kind, name]
    }
    assert missing == {}


def test_the_page_about_the_format_has_every_type_and_field() -> None:
    page = renew.PAGE.read_text()
    assert page == renew.renewed(page)
    assert renew.table() in page


def test_every_field_of_a_line_is_filled_in_by_something_that_no_other_field_of_the_kind_has() -> None:
    """Otherwise two fields could change places on disk, and no line would tell."""
    for name, value in VALUES.items():
        if name in ("opened", "attached", "taken", "duty opened", "state", "activated"):
            entries = [(type(entry), str(entry)) for field in fields(value) for entry in [getattr(value, field.name)]]
            assert len(set(entries)) == len(entries), name


# --- names in code ----------------------------------------------------------------------------------------------------


def test_no_field_of_a_class_is_forgotten_on_disk() -> None:
    for kind, form in (codec.STORED | HELD).items():
        assert set(form.__struct_fields__) == {field.name for field in fields(kind)}, kind


def test_a_stored_type_has_a_version_and_no_default() -> None:
    for form in types().values():
        name, _slash, version = str(form.__struct_config__.tag).partition("/")
        assert name.isascii() and name.isalpha() and int(version) >= 1, form
        assert all(field.required for field in msgspec.structs.fields(form)), form


def test_a_class_with_another_name_is_stored_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = make_dataclass("Departed", [("relation", str), ("seat", Seat)], frozen=True)
    monkeypatch.setitem(codec.STORED, renamed, stored.StoredUnitLeft)  # type: ignore[arg-type]
    assert codec.dumps(renamed("co_handling", values.ABOVE)) == lines(TODAY)["left"]


def test_a_field_with_another_name_is_refused_rather_than_stored_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = make_dataclass(UnitLeft.__name__, [("bond", str), ("seat", Seat)], frozen=True)
    monkeypatch.setitem(codec.STORED, renamed, stored.StoredUnitLeft)  # type: ignore[arg-type]
    with pytest.raises(codec.Unstorable, match="missing required field `relation`"):
        codec.dumps(renamed("co_handling", values.ABOVE))


def test_a_field_with_another_name_keeps_its_own_on_disk_when_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = make_dataclass("Departed", [("bond", str), ("seat", Seat)], frozen=True)
    form = msgspec.defstruct(
        "StoredDeparted",
        [("bond", str, msgspec.field(name="relation")), ("seat", stored_values.StoredSeat)],
        bases=(stored.Stored,),
        tag="UnitLeft/2",
        frozen=True,
        kw_only=True,
    )
    monkeypatch.setitem(codec.STORED, renamed, form)  # type: ignore[arg-type]
    assert codec.dumps(renamed("co_handling", values.ABOVE)) == lines(TODAY)["left"]


# --- RFC 8785 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [1, TODAY])
def test_what_is_written_is_canonical_after_rfc_8785_as_the_first_version_had_it(form: int) -> None:
    for text in lines(form).values():
        assert rfc8785.dumps(json.loads(text)).decode() == text == codec.canonical(text)


WHOLE = st.integers(-stored_values.MAX_WHOLE, stored_values.MAX_WHOLE)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAME = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
PLAIN = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(NAME, inner),
    max_leaves=30,
)


@given(PLAIN)
def test_every_value_of_the_domain_is_written_as_rfc_8785_has_it(value: Any) -> None:
    assert codec.canonical(json.dumps(value)) == rfc8785.dumps(value).decode()


@given(st.dictionaries(NAME, TEXT), st.dictionaries(NAME, TEXT))
def test_facts_and_entries_are_written_as_rfc_8785_has_them(facts: dict[str, str], entries: dict[str, str]) -> None:
    state = State(values.CASE, values.OFFICE, "p", "r", "s", facts=facts, values=entries)
    text = codec.dumps(state)
    assert rfc8785.dumps(json.loads(text)).decode() == text
    assert codec.loads(text) == state


# The sample of RFC 8785 section 3.2.3: by UTF-16 code units 😀 comes before ﬁ, by characters after it.
SORTED_BY_THE_RFC = {
    "€": "Euro Sign",
    "\r": "Carriage Return",
    "דּ": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "😀": "Emoji: Grinning Face",
    "\u0080": "Control",
    "ö": "Latin Small Letter O With Diaeresis",
}


@pytest.mark.parametrize("name", [name for name in SORTED_BY_THE_RFC if name != "1"])
def test_a_name_whose_place_could_depend_on_the_encoding_is_refused(name: str) -> None:
    with pytest.raises(codec.Unstorable, match=r"CaseMoved cannot be written: .*\$\.facts"):
        codec.dumps(CaseMoved("national-2022@2", {name: "no"}))
    body = lines(TODAY)["moved"].replace("urgent", json.dumps(name)[1:-1])
    with pytest.raises(codec.Unreadable):
        codec.loads(body)


def test_characters_in_a_text_are_escaped_as_the_rfc_says() -> None:
    sample = '€$\u000f\nA\'B"\\\\"/'  # section 3.2.2
    assert '"stage":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"' in codec.dumps(CaseEnded(sample))
    assert codec.loads(codec.dumps(CaseEnded(sample))) == CaseEnded(sample)


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**64, 1.5, 1.0, float("nan"), True])
def test_a_number_that_is_not_exact_everywhere_is_refused(number: Any) -> None:
    with pytest.raises(codec.Unstorable, match=r"LimitExtended cannot be written: .*\$\.days"):
        codec.dumps(LimitExtended("handling", number))


@pytest.mark.parametrize("number", [2**53 - 1, -(2**53) + 1, 0])
def test_every_number_that_is_exact_everywhere_is_stored(number: int) -> None:
    assert codec.loads(codec.dumps(LimitExtended("handling", number))) == LimitExtended("handling", number)


@pytest.mark.parametrize("entry", [2**53, 0.5, None, {"a": "b"}, object()])
def test_an_entry_that_has_no_place_on_disk_is_refused(entry: Any) -> None:
    with pytest.raises(codec.Unstorable, match="cannot be written"):
        codec.dumps(State(values.CASE, values.OFFICE, "p", "r", "s", values={"field": entry}))


def test_half_a_character_is_refused() -> None:
    with pytest.raises(codec.Unstorable, match="lone surrogate"):
        codec.dumps(CaseEnded("\ud83d"))


def test_a_moment_without_a_zone_is_refused() -> None:
    who, at, event = values.ENTRIES["entry of a timer"]
    with pytest.raises(codec.Unstorable, match=r"\$\.at"):
        codec.dumps_entry(who, at.replace(tzinfo=None), event)


def test_what_is_no_event_and_no_state_is_refused() -> None:
    with pytest.raises(codec.Unstorable, match="Actor has no place in the ledger"):
        codec.dumps(values.STAFF)  # type: ignore[arg-type]
    assert isinstance(values.STAFF, Actor)


def test_equal_moments_are_written_alike_whatever_their_zone() -> None:
    for value in VALUES.values():
        assert codec.dumps(_moved(value)) == codec.dumps(value)


def _moved(value: Any) -> Any:
    """``value`` with every moment given in the zone of Beijing."""
    if isinstance(value, type(values.IN_BEIJING)):
        return value.astimezone(values.IN_BEIJING.tzinfo)
    if isinstance(value, dict):
        return {key: _moved(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_moved, value))
    if type(value) in codec.STORED or type(value) in HELD:
        return type(value)(**{field.name: _moved(getattr(value, field.name)) for field in fields(value)})
    return value


# --- damage, and what comes later -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ('"UnitJoined/2"', '"UnitJoined/3"'),
        ('"UnitJoined/2"', '"UnitJoined"'),
        ('"UnitJoined/2"', '"Nothing/2"'),
        ('"Seat/2"', '"Seat/3"'),
        ('"Seat/2"', '"Seat"'),
        ('"Entry/2"', '"Entry/3"'),
        ('"relation"', '"relations"'),
        ('"relation":"handling",', ""),
        ('"relation":"handling"', '"relation":"handling","since":1'),
        ('"relation":"handling"', '"relation":1'),
        ('"kind":"staff"', '"kind":"staff","name":"x"'),
        ('"at":"2026-03-02T01:19:00Z"', '"at":"yesterday"'),
        ('"at":"2026-03-02T01:19:00Z"', '"at":"2026-03-02T01:19:00"'),
        ("{", "["),
        ("{", ""),
    ],
)
def test_what_no_version_explains_is_refused_not_guessed_at(was: str, instead: str) -> None:
    text = lines(TODAY)["entry of a clerk"]
    assert was in text
    with pytest.raises(codec.Unreadable):
        codec.loads_entry(text.replace(was, instead, 1))


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ('"UnitJoined"', '"UnitJoined/1"'),
        ('"UnitJoined"', '"Nothing"'),
        ('"relation"', '"relations"'),
        ('"relation":"handling",', ""),
        ('{"actor"', '{"a":1,"actor"'),
        ('"v":"01920000000070008000000000000004"', '"w":1'),
    ],
)
def test_what_the_first_version_did_not_write_is_refused_too(was: str, instead: str) -> None:
    text = lines(1)["entry of a clerk"]
    assert was in text
    with pytest.raises(codec.Unreadable):
        codec.loads_entry(text.replace(was, instead, 1))


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "1", '"x"', '{"$":1}', '{"$":"State"}', '{"event":1}', "\x01", "é"]
)
def test_what_is_no_stored_value_at_all_is_refused(text: str) -> None:
    for read in (codec.loads, codec.loads_entry):
        with pytest.raises(codec.Unreadable):
            read(text)


def test_an_upcaster_lifts_what_it_is_for_wherever_it_stands_one_version_at_a_time() -> None:
    """Two made-up steps: a seat that calls its unit otherwise, then one that knows a floor."""
    upcasters = {
        "Seat/2": lambda seat: {"$": "Seat/3", "office": seat["unit"], "organisation": seat["organisation"]},
        "Seat/3": lambda seat: seat | {"$": "Seat/4", "floor": 0},
    }
    for form in FORMS:
        duty = older_forms.present(json.loads(lines(form)["duty opened"]), upcasters)["duty"]
        assert duty["seat"] == {
            "$": "Seat/4",
            "office": "01920000000070008000000000000004",
            "organisation": "01920000000070008000000000000002",
            "floor": 0,
        }


def test_every_upcaster_ends_at_a_type_of_today() -> None:
    lifted = set(older_forms.UPCASTERS)
    assert not lifted & set(types())
    for tag in lifted:
        name, _slash, version = tag.partition("/")
        assert {f"{name}/{int(version) + 1}"} & (lifted | set(types()))


def test_the_name_of_a_type_stays_the_same_over_its_versions() -> None:
    assert codec.type_name(ActionTaken) == "ActionTaken"
    names = [codec.type_name(kind) for kind in (*get_args(Event), RulebookActivated, Numbered, RowsRecorded)]
    oldest = (
        lines(10) | lines(9) | lines(8) | lines(7) | lines(6) | lines(5) | lines(4) | lines(3) | lines(2) | lines(1)
    )
    tags = {json.loads(oldest[name])["$"] for name in values.EVENTS}
    assert sorted(names) == sorted({tag.partition("/")[0] for tag in tags})
    assert isinstance(stored.StoredEvent, UnionType)
