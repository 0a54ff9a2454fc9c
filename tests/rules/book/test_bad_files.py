"""Files that are no rulebook, by mistake or on purpose: one error that names a line and what to write instead, soon and in little memory."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.rules.book.load import RulebookFlawed, load_file
from huiyin.rules.book.yaml_reader import MAX_FLAWS, read_yaml
from huiyin.rules.prover.prove import check
from tests.rules.book.test_load_errors import SOUND

MAX_MEGABYTES: Final = 200
HANG: Final = 20
"""Seconds of processor time after which a file counts as endless; it takes about one."""


def put(old: str, new: str) -> Callable[[], str]:
    """The sound book with one thing written otherwise."""
    assert old in SOUND, old
    return lambda: SOUND.replace(old, new, 1)


def many(line: str, number: int, before: str) -> Callable[[], str]:
    """The sound book with ``number`` lines more; ``line`` holds # where each is numbered."""
    return put(before, "".join(line.replace("#", str(n)) for n in range(number)) + before)


def found(path: Path) -> list[str]:
    """What loading and checking the file ``path`` reports."""
    try:
        return [str(flaw) for flaw in check(load_file(path))]
    except RulebookFlawed as error:
        return [str(flaw) for flaw in error.flaws]


STAGE: Final = "      s#: {zh: 阶段, clause: c-1}\n"
ACTION: Final = "      a#: {zh: 办, by: clerk, from: open, clause: c-1}\n"
DUTY: Final = "      d#: {zh: 责, of: clerk, limit: soon, clause: c-1}\n"
FACT: Final = "  f#: {zh: 事, values: {no: {zh: 否}, yes: {zh: 是}}, initial: no, clause: c-1}\n"

MISTAKES: Final[dict[str, tuple[Callable[[], str | bytes], str]]] = {
    "nothing": (lambda: "", "book.yaml:1: rulebook: a mapping that begins with `rulebook:`; found: nothing"),
    "only a remark": (lambda: "# 待写\n", "book.yaml:1: rulebook: a mapping that begins with `rulebook:`; found: nothing"),
    "one sentence": (lambda: "收到即答\n", "book.yaml:1: rulebook: a mapping that begins with `rulebook:`; found: a single text"),
    "a key without a colon": (put("roles:\n", "roles\n"), "book.yaml:7: rulebook: `key: value`, with a colon after the key; found: could not find expected ':', in line 8"),
    "a text with a colon": (lambda: "title: 规程: 试行\n", "book.yaml:1: rulebook: `key: value` once a line; a text with a colon stands in quotes; found: mapping values are not allowed here"),
    "a bracket that is not closed": (put("{zh: 小规程}", "{zh: 小规程"), "book.yaml:3: rulebook: a comma between entries, and a bracket that closes what this one opens; found: expected ',' or '}', but got ':', in line 4"),
    "a quotation mark that is not closed": (put("{zh: 小规程}", '"小规程'), "book.yaml:3: rulebook: the quotation mark that closes this text; found: found unexpected end of stream, in line 37"),
    "a tab": (put("  c-1:", "\tc-1:"), r"book.yaml:6: rulebook: spaces, not tabs, before a key; found: found character '\t' that cannot start any token"),
    "a line indented too little": (put("  clerk:", " clerk:"), "book.yaml:9: rulebook: an entry indented as those around it; found: expected <block end>, but found '<block mapping start>'"),
    "a special sign": (put("zh: 收到即答", "zh: @收到即答"), "book.yaml:6: rulebook: a text with a special sign at its beginning in quotes; found: found character '@' that cannot start any token"),
    "two books in one file": (lambda: SOUND + "---\n" + SOUND, "book.yaml:37: rulebook: one rulebook a file; found: a second document after ---"),
    "a key twice": (put("      open: {", "      open: {zh: 甲, clause: c-1}\n      open: {"), "book.yaml:25: procedures.matter.stages.open: each key once; found: open again"),
    "a key twice, once in quotes": (put("  c-1: {cite", '  "c-1": {cite: {zh: 甲}, zh: 甲}\n  c-1: {cite'), "book.yaml:7: clauses.c-1: each key once; found: c-1 again"),
    "a key twice in braces": (put("{zh: 小规程}", "{zh: 小规程, zh: 大规程}"), "book.yaml:3: title.zh: each key once; found: zh again"),
    "a list as a key": (put("      open: {", "      ? [a, b]\n      : {"), "book.yaml:24: rulebook: a key of one word; found: a list or mapping"),
    "a key without end": (lambda: "? " + "k" * 300 + "\n: 1\n", "book.yaml:1: rulebook: a key of at most 200 characters; found: 300"),
    "a number for a text": (put("zh: 收到即答", "zh: 12"), "book.yaml:6: clauses.c-1.zh: a text (in quotes if it looks like a number, a date, true or false); found: 12"),
    "a date for a text": (put("zh: 收到即答", "zh: 2026-01-01"), "book.yaml:6: clauses.c-1.zh: a text (in quotes if it looks like a number, a date, true or false); found: 2026-01-01"),
    "true for a text": (put("zh: 收到即答", "zh: true"), "book.yaml:6: clauses.c-1.zh: a text (in quotes if it looks like a number, a date, true or false); found: true"),
    "a number for a name": (put("limit: soon, clause: c-1", "limit: soon, clause: 1"), "book.yaml:29: procedures.matter.duties.reply.clause.0: a text (in quotes if it looks like a number, a date, true or false); found: 1"),
    "a text for a number": (put("min: 1", "min: 一"), "book.yaml:18: fields.days.min: a whole number; found: '一'"),
    "a number too large": (put("min: 1", "min: " + "9" * 6000), "book.yaml:18: fields.days.min: a whole number; found: '" + "9" * 76 + "..."),
    "a text for a mapping": (put("{zh: 小规程}", "小规程"), "book.yaml:3: title: keys with values (`key: value`); found: '小规程'"),
    "a day that does not exist": (put("2026-01-01", "2026-02-30"), "book.yaml:4: effective: a date, written as 2026-01-31; found: '2026-02-30'"),
    "a day with a time": (put("2026-01-01", "2026-01-01 10:00:00+08:00"), "book.yaml:4: effective: a date, written as 2026-01-31; found: '2026-01-01 10:00:00+08:00'"),
    "a text that is empty": (put("zh: 收到即答", 'zh: ""'), "book.yaml:6: clauses.c-1.zh: a text that is not empty; found: ''"),
    "a text that is too long": (put("zh: 收到即答", "zh: " + "即" * 501), "book.yaml:6: clauses.c-1.zh: at most 500 characters; found: '" + "即" * 76 + "..."),
    "a name in capitals": (put("      open: {", "      Open: {"), "book.yaml:24: procedures.matter.stages.Open: small letters, figures, - and _, beginning with a letter; found: 'Open'"),
    "a key that nobody knows": (lambda: SOUND + "colour: red\n", "book.yaml:37: colour: one of the keys known here (rulebook, version, title, extends, includes, effective, basis, calendar, clauses, roles, facts, moments, fields, procedures, elsewhere); found: colour"),
    "a negative limit": (put("within: 5 working days", "within: -5 days"), "book.yaml:27: procedures.matter.limits.soon.within: write \"15 days\", \"5 working days\", \"2 hours\" or \"at once\", not '-5 days'; found: '-5 days'"),
    "a limit that is only a number": (put("within: 5 working days", "within: -5"), "book.yaml:27: procedures.matter.limits.soon.within: write \"15 days\", \"5 working days\", \"2 hours\" or \"at once\", not '-5'; found: -5"),
    "a limit of a century": (put("within: 5 working days", "within: 36500 days"), "book.yaml:27: procedures.matter.limits.soon.within: a time limit has 0 to 3660 days, not 36500; found: '36500 days'"),
    "a register that nobody knows": (put("of: organisation, clause", "of: organisation, keeps: cupboard, clause"), "book.yaml:9: roles.clerk.keeps.0: one of 'policies', 'groups', 'staff', 'supplies', 'funds' or 'rota'; found: 'cupboard'"),
    "a role without a seat": (put("of: organisation, clause", "clause"), "book.yaml:9: roles.clerk.of: this key must be given; found: nothing"),
    "a reference to nothing": (put("limit: soon", "limit: later"), "book.yaml:29: procedures.matter.duties.reply.limit: a limit of this procedure (soon); found: later"),
    "a book that extends itself": (put("version:", "extends: book\nversion:"), "book.yaml:2: extends: a book that does not extend this one; found: book → book"),
    "a time zone that does not exist": (put("version:", "calendar: {zone: Moon/Sea}\nversion:"), "book.yaml:2: calendar.zone: a time zone such as Asia/Shanghai; found: Moon/Sea"),
    "a time zone that is a path": (put("version:", "calendar: {zone: ../../etc/passwd}\nversion:"), "book.yaml:2: calendar.zone: a time zone such as Asia/Shanghai; found: ../../etc/passwd"),
    "holidays that do not exist": (put("version:", "calendar: {holidays: MOON}\nversion:"), "book.yaml:2: calendar.holidays: a calendar such as CN; found: no calendar MOON: add holidays-moon.yaml"),
    "GBK": (lambda: SOUND.encode("gbk"), "book.yaml:3: rulebook: text in UTF-8 (save the file anew in this encoding); found: another encoding, perhaps GBK"),
    "UTF-16": (lambda: SOUND.encode("utf-16"), "book.yaml:1: rulebook: text in UTF-8 (save the file anew in this encoding); found: UTF-16"),
    "bytes that are no text": (lambda: bytes(range(256)), "book.yaml:2: rulebook: text in UTF-8 (save the file anew in this encoding); found: bytes that are no text"),
    "a zero byte": (put("收到即答", "收到\0即答"), "book.yaml:6: rulebook: text without control characters; found: U+0000"),
    "a zero byte written out": (put("zh: 收到即答", r'zh: "收到\0即答"'), "book.yaml:6: rulebook: text without control characters; found: U+0000"),
    "half a character": (put("zh: 收到即答", r'zh: "\uD800"'), "book.yaml:6: rulebook: text without control characters; found: U+D800"),
    "an alias": (put("title: {zh: 小规程}", "title: &t {zh: 小规程}\nbasis: *t"), "book.yaml:4: rulebook: a value written out (no aliases); found: *t"),
    "merging": (put("clauses:\n", "clauses:\n  <<: {c-9: {cite: {zh: 九}, zh: 九}}\n"), "book.yaml:6: rulebook: a value written out (no merging); found: <<"),
    "a program": (put("{zh: 小规程}", '!!python/object/apply:os.system ["true"]'), "book.yaml:3: rulebook: a value without a tag (text may stand in quotes); found: !!python/object/apply:os.system"),
    "a tag of one's own": (put("zh: 收到即答", "zh: !secret 收到即答"), "book.yaml:6: rulebook: a value without a tag (text may stand in quotes); found: !secret"),
}  # fmt: skip

BOMBS: Final[dict[str, tuple[Callable[[], str | bytes], str]]] = {
    "50 MB": (lambda: b"#" * 50_000_000, "book.yaml:1: rulebook: a file of at most 500,000 bytes; found: 50,000,000 bytes"),
    "10,000 stages": (many(STAGE, 10_000, "    limits:\n"), "book.yaml:524: procedures.matter.stages: at most 500 entries; found: more"),
    "400 stages": (many(STAGE, 400, "    limits:\n"), "book.yaml:23: procedures.matter.stages: at most 120 entries; found: more"),
    "8,000 actions": (many(ACTION, 8_000, "      weigh:"), "book.yaml:533: procedures.matter.actions: at most 500 entries; found: more"),
    "400 actions": (many(ACTION, 400, "      weigh:"), "book.yaml:32: procedures.matter.actions: at most 300 entries; found: more"),
    "400 duties": (many(DUTY, 400, "    notices:\n"), "book.yaml:28: procedures.matter.duties: at most 120 entries; found: more"),
    "400 facts": (many(FACT, 400, "moments:\n"), "book.yaml:10: facts: at most 40 entries; found: more"),
    "20,000 values": (put("values: {no:", "values: {" + ", ".join(f"v{n}: {{zh: 值}}" for n in range(20_000)) + ", no:"), "book.yaml:11: facts.heavy.values: at most 500 entries; found: more"),
    "a billion laughs": (lambda: "a: &a [1]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)), "book.yaml:2: rulebook: a value written out (no aliases); found: *a"),
    "a billion merges": (lambda: "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\n", "book.yaml:2: rulebook: a value written out (no merging); found: <<"),
    "brackets without end": (lambda: "a: " + "[" * 490_000, "book.yaml:1: rulebook: elements at most 20 deep; found: deeper"),
    "braces without end": (lambda: "a: " + "{a: " * 100_000, "book.yaml:1: rulebook: elements at most 20 deep; found: deeper"),
    "dashes without end": (lambda: "- " * 240_000, "book.yaml:1: rulebook: elements at most 20 deep; found: deeper"),
    "indented without end": (lambda: "\n".join(" " * n + "a:" for n in range(900)), "book.yaml:21: rulebook: elements at most 20 deep; found: deeper"),
    "parts without end": (lambda: "".join(f"k{n}:\n" + "".join(f"  j{m}: 1\n" for m in range(400)) for n in range(100)), "book.yaml:19975: rulebook: a rulebook of at most 40,000 parts; found: more"),
    "one text of 490,000 characters": (put("zh: 收到即答", "zh: " + "x" * 490_000), "book.yaml:6: clauses.c-1.zh: at most 500 characters; found: '" + "x" * 76 + "..."),
    "a text of 120,000 lines": (put("zh: 收到即答}\n", 'zh: "' + "\n  x" * 120_000 + '"}\n'), "book.yaml:6: clauses.c-1.zh: at most 500 characters; found: '" + " x" * 38 + "..."),
}  # fmt: skip


def written(tmp_path: Path, content: str | bytes) -> Path:
    """The file book.yaml with ``content``."""
    path = tmp_path / "book.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(("content", "error"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_once_with_its_line_and_what_to_write(
    tmp_path: Path, content: Callable[[], str | bytes], error: str
) -> None:
    assert found(written(tmp_path, content())) == [error]


def test_a_file_made_to_exhaust_is_refused_soon_and_in_little_memory(tmp_path: Path) -> None:
    paths = []
    for number, (content, _error) in enumerate(BOMBS.values()):
        (tmp_path / str(number)).mkdir()
        paths.append(written(tmp_path / str(number), content()))
    status, out, megabytes = checked(*paths)
    assert (status, out.splitlines()) == (1, [error for _content, error in BOMBS.values()])
    assert megabytes < MAX_MEGABYTES


MEASURED: Final = """
import re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (HANG, HANG))
from huiyin.cli import main
status = max(main(["rules", "check", path]) for path in sys.argv[1:])
peak = re.search(r"VmHWM:\\s*([0-9]+) kB", open("/proc/self/status").read())
print("peak", peak[1], file=sys.stderr)
sys.exit(status)
"""


def checked(*paths: Path) -> tuple[int, str, int]:
    """The worst status, output and peak memory (MB) of `huiyin rules check` on each of ``paths``, in one process of their own."""
    program = MEASURED.replace("HANG", str(HANG))
    command = [sys.executable, "-c", program, *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=6 * HANG)
    peak = re.fullmatch(r"peak ([0-9]+)\n", run.stderr)
    assert peak, run.stderr
    return run.returncode, run.stdout, int(peak[1]) // 1024


# --- procedures that are too large to be walked ---------------------------------------------------------------------


def names(pattern: str, number: int) -> str:
    return ", ".join(pattern.replace("#", str(n)) for n in range(number))


def with_duties() -> str:
    """Forty duties that may be done in any order before the answer: more situations than there are grains of sand."""
    book = SOUND.replace("    notices:\n", "".join(DUTY.replace("#", str(n)) for n in range(40)) + "    notices:\n")
    book = book.replace("opens: reply,", f"opens: [reply, {names('d#', 40)}],")
    book = book.replace("discharges: reply, notice", f"unless_open: [{names('d#', 40)}], discharges: reply, notice")
    return book + "".join(ACTION.replace("clause", "discharges: d#, clause").replace("#", str(n)) for n in range(40))


def with_duties_beside() -> str:
    """Eight duties in any order, and sixty beside that are walked one at a time."""
    beside = "".join(DUTY.replace("d#", "e#").replace("#", str(n)) for n in range(60))
    opening = "      o#: {zh: 办, by: clerk, from: open, opens: e#, clause: c-1}\n"
    closing = "      c#: {zh: 办, by: clerk, from: open, discharges: e#, clause: c-1}\n"
    book = with_duties().replace("    notices:\n", beside + "    notices:\n")
    for n in range(8, 40):
        book = book.replace(f", d{n}", "").replace(DUTY.replace("#", str(n)), "")
        book = book.replace(ACTION.replace("clause", "discharges: d#, clause").replace("#", str(n)), "")
    return book + "".join((opening + closing).replace("#", str(n)) for n in range(60))


def with_facts(action: str) -> str:
    """Thirty facts that matter, set by ``action``."""
    book = SOUND.replace("moments:\n", "".join(FACT.replace("#", str(n)) for n in range(30)) + "moments:\n")
    field = "  g#: {type: choice, zh: 选, of: {no: {zh: 否}, yes: {zh: 是}}}\n"
    book = book.replace("procedures:\n", "".join(field.replace("#", str(n)) for n in range(30)) + "procedures:\n")
    acting = "      b#: {zh: 办, by: clerk, from: open, when: {f#: yes}, clause: c-1}\n"
    return book + "".join(acting.replace("#", str(n)) for n in range(30)) + action


def at_once() -> str:
    fields, sets = names("g#", 30), names("f#: $g#", 30)
    return with_facts(
        f"      set: {{zh: 定, by: clerk, from: open, fields: [{fields}], sets: {{{sets}}}, clause: c-1}}\n"
    )


def one_by_one() -> str:
    one = "      set#: {zh: 定, by: clerk, from: open, fields: g#, sets: {f#: $g#}, clause: c-1}\n"
    return with_facts("".join(one.replace("#", str(n)) for n in range(30)))


def registered() -> str:
    return with_facts("").replace("{zh: 事, values", "{zh: 事, from_registration: true, values")


@pytest.mark.parametrize(
    "content",
    [
        with_duties,
        at_once,
        *(
            pytest.param(content, marks=pytest.mark.exhaustive)
            for content in (with_duties_beside, one_by_one, registered)
        ),
    ],
)
def test_a_procedure_that_cannot_be_walked_is_refused_soon_and_in_little_memory(
    tmp_path: Path, content: Callable[[], str]
) -> None:
    status, out, megabytes = checked(written(tmp_path, content()))
    assert status == 1
    assert "procedures.matter: a procedure of at most 30,000 situations; found: more; merge facts or duties" in out
    assert "Traceback" not in out
    assert megabytes < MAX_MEGABYTES


# --- many errors, other books, no file ------------------------------------------------------------------------------


def test_a_thousand_errors_are_told_as_a_hundred_and_a_number(tmp_path: Path) -> None:
    line = (
        "      a#: {zh: 办, colour: red, size: big, shape: round, taste: sweet, by: clerk, from: open, clause: c-1}\n"
    )
    flaws = found(written(tmp_path, many(line, 250, "      weigh:")()))
    assert len(flaws) == MAX_FLAWS + 1
    assert flaws[0].startswith("book.yaml:34: procedures.matter.actions.a0.colour: one of the keys known here")
    assert flaws[-1] == "book.yaml:58: rulebook: the errors above corrected first; found: 900 more"


@pytest.mark.parametrize("key", ["extends", "includes"])
@pytest.mark.parametrize("name", ["../secret", "/etc/hosts", "nowhere", "Book", "a" * 5000, '"a\\tb"'])
def test_a_book_is_found_by_its_name_only_never_by_a_path(tmp_path: Path, key: str, name: str) -> None:
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (error,) = found(written(folder, put("version:", f"{key}: {name}\nversion:")()))
    assert error.startswith(f"book.yaml:2: {key}: one of the known rulebooks (accountability, ")
    assert "hunter2" not in error


def test_a_tower_of_books_is_not_climbed_without_end(tmp_path: Path) -> None:
    for n in range(30):
        (tmp_path / f"b{n}.yaml").write_text(f"rulebook: b{n}\nextends: b{n + 1}\n")
    assert found(tmp_path / "b0.yaml") == ["b8.yaml:2: extends: at most 8 books over each other; found: more"]


def test_an_error_in_a_book_below_names_the_file_that_is_to_be_corrected(tmp_path: Path) -> None:
    (tmp_path / "below.yaml").write_text("rulebook: below\ntitle: {zh: 规程\n")
    (error,) = found(written(tmp_path, put("version:", "extends: below\nversion:")()))
    assert error.startswith("below.yaml:2: rulebook: a comma between entries")


def test_a_folder_is_no_rulebook(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").mkdir()
    assert found(tmp_path / "book.yaml") == ["book.yaml:1: rulebook: a file; found: a folder"]


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").symlink_to("/proc/self/mem")
    assert found(tmp_path / "book.yaml") == [
        "book.yaml:1: rulebook: a file that can be read; found: Input/output error"
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (error,) = found(tmp_path / "book.yaml")
    assert error.startswith("book.yaml:1: rulebook: one of the known rulebooks (accountability, ")


def test_a_mark_of_byte_order_and_line_ends_of_windows_are_no_mistakes(tmp_path: Path) -> None:
    assert found(written(tmp_path, ("\ufeff" + SOUND.replace("\n", "\r\n")).encode())) == []


def test_figures_that_are_clauses_keep_their_noughts(tmp_path: Path) -> None:
    book = SOUND.replace("c-1", '"1.10"')
    assert found(written(tmp_path, book)) == []
    assert list(load_file(written(tmp_path, book)).book.clauses) == ["1.10"]


slips = st.tuples(
    st.integers(0, len(SOUND)),
    st.integers(0, 30),
    st.one_of(st.text(max_size=4), st.sampled_from(["\n", "  ", "\t", ": ", "- ", "{", "}", "[", "]", '"', "'", "#", "|", ">", "&a ", "*a", "!!x ", "? ", "---\n", "%", "null", "\r"])),
)  # fmt: skip


@given(st.lists(slips, min_size=1, max_size=4))
def test_whatever_slips_of_the_pen_are_made_only_errors_with_a_line_come_of_it(
    mistakes: list[tuple[int, int, str]],
) -> None:
    text = SOUND
    for at, gone, new in mistakes:
        text = text[:at] + new + text[at + gone :]
    try:
        read_yaml(text, "book.yaml")
    except RulebookFlawed as error:
        assert all(0 < flaw.line <= text.count("\n") + 2 for flaw in error.flaws)
