"""Whatever is changed in a package is named: by the command and by the script that lies in it, which needs nothing of ours."""

from __future__ import annotations

import ast
import json
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import bagit
import pytest
from django.db import transaction

from huiyin.archive import verify
from huiyin.archive.checking import check
from huiyin.archive.package.bag import pack
from huiyin.archive.saying import in_words
from tests.archive.filed import archived, packed, packed_again, unpacked
from tests.cast import make_cast

pytestmark = [pytest.mark.any_database]
SCRIPT = Path(verify.__file__)


@pytest.fixture(scope="module")
def package(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A package that was made once for all tests of this file; whatever it was made of is taken back."""
    folder = tmp_path_factory.mktemp("package")
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        made = packed(archived(make_cast()), folder)
        transaction.set_rollback(True)
    yield made


def members(package: Path) -> list[str]:
    """The files of a package, in their order."""
    with zipfile.ZipFile(package) as bag:
        return bag.namelist()


def flipped(package: Path, member: str, target: Path) -> Path:
    """The package with one bit of a file in it turned over, its checksum in the ZIP made to fit."""
    content = bytearray(package.read_bytes())
    with zipfile.ZipFile(package) as bag:
        info = bag.getinfo(member)
    start = info.header_offset + 30 + len(member.encode())
    content[start + random.Random(member).randrange(info.file_size)] ^= 1
    target.write_bytes(content)
    return target


def by_script(package: Path) -> tuple[int, list[str]]:
    """What the script says when it is run by itself."""
    done = subprocess.run([sys.executable, "-I", SCRIPT, package], capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).splitlines()


@pytest.mark.django_db  # what the package is made of: without a test that asks, this file alone would be given no database
def test_it_is_a_bag_to_the_library_of_congress(package: Path, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path)
    assert bagit.Bag(str(folder)).validate() is True


def test_the_script_in_the_bag_is_ours_and_says_the_same(package: Path, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path)
    assert (folder / "verify.py").read_bytes() == SCRIPT.read_bytes()
    status, said = by_script(package)
    assert (status, said[0]) == (0, "all is well: manifests, chain of events, texts and files, catalogue")
    assert sha256(package.read_bytes()).hexdigest() in said[1] and "compare" in said[1]


def test_the_script_is_python_3_8_and_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    assert (Path(__file__).parents[2] / "docs" / "verify.py").read_bytes() == SCRIPT.read_bytes()


def test_a_changed_byte_is_found_in_every_file_which_is_named(package: Path, tmp_path: Path) -> None:
    found = {}
    for member in members(package):
        found[member] = verify.problems(str(flipped(package, member, tmp_path / "flipped.zip")))
    assert {member for member, lines in found.items() if member.partition("/")[2] not in " ".join(lines)} == set()


def by_short_script(package: Path) -> tuple[int, str]:
    """What the script says that is short enough to be read first."""
    script = Path(__file__).parents[2] / "docs" / "check_package.py"
    done = subprocess.run([sys.executable, "-I", script, package], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_the_short_script_finds_what_was_changed_added_or_taken_away_too(package: Path, tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "docs" / "check_package.py"
    assert len(script.read_text().splitlines()) <= 65 and ast.parse(script.read_text(), feature_version=(3, 8))
    assert by_short_script(package) == (0, f"as it was made, if the ledger has it with sha256 {digest_of(package)}\n")
    chosen = [
        one
        for one in members(package)
        if one.endswith((".xml", "0001.txt", ".jsonl", "bagit.txt", "tagmanifest-sha256.txt"))
    ]
    for member in chosen:
        status, words = by_short_script(flipped(package, member, tmp_path / "flipped.zip"))
        assert status == 1 and member.partition("/")[2] in words, member
    folder = unpacked(package, tmp_path / "bag")
    changed_file(folder, "data/ledger/events.jsonl", lambda text: text.replace(b'"registrar"', b'"somebody1"', 1))
    assert "does not follow in the chain: event" in by_short_script(packed_again(folder, tmp_path / "again.zip"))[1]
    (folder / "data" / "more.txt").write_text("more")
    (folder / "data" / "texts" / "0001.txt").unlink()
    pack(folder, folder.name, tmp_path / "again.zip")
    words = by_short_script(tmp_path / "again.zip")[1]
    assert "does not belong there: data/more.txt" in words and "is missing: data/texts/0001.txt" in words


def digest_of(package: Path) -> str:
    return sha256(package.read_bytes()).hexdigest()


def test_a_changed_byte_is_found_wherever_it_lies(package: Path, tmp_path: Path) -> None:
    chance, target, content = random.Random(5), tmp_path / "changed.zip", package.read_bytes()
    for place in [chance.randrange(len(content)) for _ in range(150)] + list(range(len(content) - 60, len(content))):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        target.write_bytes(changed)
        with suppress(ValueError):  # which says that it is no package
            assert verify.problems(str(target)) != [], place


def changed_file(folder: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    file = folder / path
    file.write_bytes(change(file.read_bytes()))


def repacked(package: Path, tmp_path: Path, change: Callable[[Path], None]) -> list[str]:
    """What is found where somebody changed a file and made all manifests fit."""
    folder = unpacked(package, tmp_path / "bag")
    change(folder)
    return verify.problems(str(packed_again(folder, tmp_path / "again.zip")))


def test_an_event_changed_with_its_manifests_breaks_the_chain(package: Path, tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        changed_file(folder, "data/ledger/events.jsonl", lambda text: text.replace(b'"registrar"', b'"somebody1"', 1))

    (line,) = repacked(package, tmp_path, change)[:1]
    assert "data/ledger/events.jsonl: event" in line


def test_events_in_another_order_break_the_chain(package: Path, tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        changed_file(folder, "data/ledger/events.jsonl", lambda text: b"".join(sorted(text.splitlines(keepends=True))))

    assert "does not" in (line := repacked(package, tmp_path, change)[0]) or "is not the one" in line


def test_an_event_that_was_cut_off_is_missed(package: Path, tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        changed_file(folder, "data/ledger/events.jsonl", lambda text: b"".join(text.splitlines(keepends=True)[:-1]))

    assert repacked(package, tmp_path, change)[0] == "data/ledger/chain.json: has more events than there are"


@pytest.mark.parametrize("kind", ["texts/0001.txt", "attachments/0001.txt"])
def test_a_text_or_file_changed_with_its_manifests_is_not_what_the_event_commits_to(
    package: Path, tmp_path: Path, kind: str
) -> None:
    def change(folder: Path) -> None:
        changed_file(folder, f"data/{kind}", lambda text: text + b".")

    (line,) = repacked(package, tmp_path, change)
    assert line.startswith(f"data/{kind}: is not what event ")


def test_an_added_file_is_named(package: Path, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path / "bag")
    (folder / "data" / "more.txt").write_text("more")
    found = repacked(
        package, tmp_path / "other", lambda folder: (folder / "data" / "more.txt").write_text("more") and None
    )
    assert "the catalogue lists" in found[0]


def test_a_file_that_no_manifest_names_is_named(package: Path, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path / "bag")
    (folder / "data" / "more.txt").write_text("more")
    pack(folder, folder.name, tmp_path / "again.zip")
    assert verify.problems(str(tmp_path / "again.zip")) == ["data/more.txt: manifest-sha256.txt does not name it"]


def test_a_removed_file_is_named(package: Path, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path / "bag")
    (folder / "data" / "texts" / "0001.txt").unlink()
    pack(folder, folder.name, tmp_path / "again.zip")
    assert verify.problems(str(tmp_path / "again.zip")) == ["data/texts/0001.txt: is missing"]


def written(target: Path, *entries: tuple[zipfile.ZipInfo | str, bytes], compressed: bool = False) -> Path:
    kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", kind) as bag:
        for name, content in entries:
            bag.writestr(name, content)
    return target


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


REFUSED = {
    "a path that leads out": [("bag/../../etc/passwd", b"x")],
    "an absolute path": [("/etc/passwd", b"x")],
    "another root": [("bag/bagit.txt", b"x"), ("other/file.txt", b"x")],
    "a backslash": [("bag/..\\..\\x", b"x")],
}


@pytest.mark.parametrize("entries", REFUSED.values(), ids=list(REFUSED))
def test_what_leads_out_of_the_bag_is_refused(tmp_path: Path, entries: list[tuple[str, bytes]]) -> None:
    with pytest.raises(ValueError, match=r"no package holds|one folder"):
        verify.problems(str(written(tmp_path / "bad.zip", *entries)))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no package holds such a file"):
        verify.problems(str(written(tmp_path / "bomb.zip", ("bag/data/zeros", bytes(10_000_000)), compressed=True)))


def test_a_link_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'bag/link': no package holds such a file"):
        verify.problems(str(written(tmp_path / "link.zip", (link("bag/link"), b"/etc/passwd"))))


def test_a_manifest_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "MAX_READ", 100)
    plain = zipfile.ZipInfo("bag/tagmanifest-sha256.txt", (1980, 1, 1, 0, 0, 0))
    plain.create_system, plain.external_attr = 3, 0o100644 << 16
    (line,) = verify.problems(str(written(tmp_path / "large.zip", (plain, b"x" * 101))))
    assert "cannot be read" in line


def test_too_many_files_are_refused_by_what_the_end_says(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 60_000, 60_000, 100, 0, 0)
    (tmp_path / "many.zip").write_bytes(end)
    with pytest.raises(ValueError, match="too many files"):
        verify.problems(str(tmp_path / "many.zip"))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all" * 10, b"PK\5\6" + bytes(18)])
def test_what_is_no_package_is_refused_in_a_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "no.zip").write_bytes(content)
    status, lines = by_script(tmp_path / "no.zip")
    assert (status, len(lines)) == (2, 1)
    with pytest.raises(ValueError, match=r"."):
        check(tmp_path / "no.zip")


def test_command_and_script_name_the_same(package: Path, tmp_path: Path) -> None:
    for member in random.Random(7).sample(members(package), 6):
        bad = flipped(package, member, tmp_path / "flipped.zip")
        assert by_script(bad) == (1, list(check(bad).problems))


def test_what_a_package_says_of_itself_is_told(package: Path, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path)
    told = json.loads((folder / "data" / "package.json").read_text())
    checked = check(package)
    assert (checked.number, checked.items, checked.problems) == (told["number"], len(told["items"]), ())
    rmtree(folder)


def test_whatever_the_script_finds_is_said_in_chinese_too(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = set[str]()
    for node in ast.walk(ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))):
        match node:
            case (
                ast.Yield(value=ast.IfExp() as value)
                | ast.Call(func=ast.Name("ValueError"), args=[ast.IfExp() as value])
            ):
                lines |= {_sample(value.body), _sample(value.orelse)}
            case ast.Yield(value=ast.expr() as value) | ast.Call(func=ast.Name("ValueError"), args=[value]):
                lines.add(_sample(value))
    assert len(lines) > 15
    monkeypatch.setenv("HUIYIN_LANGUAGE", "zh_CN")
    assert {line for line in lines - {""} if in_words(line) == line} == set()


def _sample(node: ast.expr) -> str:
    """A line of the script with something in each of its places; empty of what is none."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    said = [str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts]
    return "" if said == ["7"] else "".join(said)
