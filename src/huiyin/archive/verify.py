#!/usr/bin/env python3
"""Checks an archive package of Huiyin without Huiyin, its database or its keys: python3 verify.py PACKAGE.zip (Python 3.8 or newer)."""

from __future__ import annotations

import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from typing import IO, Any

MAX_FILES, MAX_DIRECTORY, MAX_READ = 20000, 16 << 20, 64 << 20
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")
LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "verify.py")

TO_COMPARE = (
    "papers, indexes and titles are bound by the digest of the whole alone, which whoever rebuilds the package changes: "
    "compare sha256 %s with the one that the office's ledger holds"
)


def directory(file: IO[bytes]) -> int:
    """How many files the ZIP says it has; refused before anything of it is read into memory."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(size - 22, 0))
    mark, *_disks, count, length, _start, comment = struct.unpack("<4s4H2LH", file.read(22).rjust(22, b"\0"))
    if mark != b"PK\5\6" or comment or count > MAX_FILES or length > MAX_DIRECTORY:
        raise ValueError("the file does not end as an archive package does, or holds too many files")
    return int(count)


def is_plain(info: zipfile.ZipInfo) -> bool:
    """Whether it is a file in the folder of the package, not compressed, and no link."""
    return bool(NAME.fullmatch(info.filename)) and not info.compress_type and info.external_attr >> 16 == 0o100644


def packing(file: IO[bytes], infos: list[zipfile.ZipInfo]) -> Iterator[str]:
    """Every byte of the ZIP that is not content: plain files, not compressed, in the order of their names, at one time, with nothing between."""
    if [info.filename for info in infos] != sorted({info.filename for info in infos}):
        yield "the files do not stand in the order of their names, each once"
    offset, listed = 0, b""
    for info in infos:
        name, size = info.filename.encode(), info.file_size
        head = struct.pack("<5H3L2H", 20, 0, 0, 0, 33, info.CRC, size, size, len(name), 0)
        local = b"PK\3\4" + head + name
        file.seek(offset)
        if info.header_offset != offset or file.read(len(local)) != local:
            yield f"{info.filename}: is not packed as it was (moved, or its entry was changed)"
        listed += b"PK\1\2\x14\3" + head + struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, offset) + name
        offset += len(local) + size
    listed += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(infos), len(infos), len(listed), offset, 0)
    file.seek(offset)
    if file.read(len(listed) + 1) != listed:
        yield "the directory at the end of the file is not that of its files (one was added, removed, or an entry changed)"


def digests(bag: zipfile.ZipFile, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The SHA-256 of each file, by its path in the bag; empty for one that cannot be read."""
    for path, name in names.items():
        digest = sha256()
        try:
            with bag.open(name) as content:
                for part in iter(lambda: content.read(1 << 20), b""):
                    digest.update(part)
            yield path, digest.hexdigest()
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError):
            yield path, ""


def manifests(bag: zipfile.ZipFile, names: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    """Whether the manifests of the bag (RFC 8493) name exactly its files, as they are."""
    for manifest, listed in (
        ("tagmanifest-sha256.txt", set(TAGS)),
        ("manifest-sha256.txt", {path for path in names if path.startswith("data/")}),
    ):
        if manifest not in names:
            yield f"{manifest}: is missing"
            continue
        lines = read_whole(bag, names[manifest]).decode(errors="replace").splitlines()
        known = {line[2]: line[1] for line in map(LINE.fullmatch, lines) if line}
        if len(known) != len(lines) or lines != [f"{known[path]}  {path}" for path in sorted(known)]:
            yield f"{manifest}: was changed"
        for path in sorted({*known, *listed}):
            if path not in names:
                yield f"{path}: is missing"
            elif known.get(path) != found[path]:
                yield (
                    f"{path}: is not as {manifest} has it" if path in known else f"{path}: {manifest} does not name it"
                )
    for path in sorted(names):
        if not path.startswith("data/") and path not in (*TAGS, "tagmanifest-sha256.txt"):
            yield f"{path}: does not belong to the bag"


def read_whole(bag: zipfile.ZipFile, name: str) -> bytes:
    """A file of the bag that is read whole."""
    if bag.getinfo(name).file_size > MAX_READ:
        raise ValueError(f"{name}: is larger than any that is read whole")
    return bag.read(name)


def chain(lines: list[bytes], links: dict[str, Any]) -> Iterator[str]:
    """Whether each event follows the one before: SHA-256(previous ‖ case ‖ number ‖ body), as docs/ledger-format.md has it."""
    head, hashes = bytes(32), list(links["hashes"])
    for seq, body in enumerate(lines, 1):
        head = sha256(head + bytes.fromhex(links["case"]) + seq.to_bytes(8, "big") + body).digest()
        if seq > len(hashes) or hashes[seq - 1] != head.hex():
            yield f"data/ledger/events.jsonl: event {seq} is not the one whose hash follows in the chain"
            return
    if len(hashes) != len(lines):
        yield "data/ledger/chain.json: has more events than there are"


def included(entry: dict[str, Any], hashes: list[str]) -> Iterator[str]:
    """Whether the newest event that a published head covers stands in the log under that head (RFC 6962, 2.1.1)."""
    if not entry["proof"]:
        return
    proof, head = entry["proof"], entry["head"]
    number, last = proof["index"], head["size"] - 1
    node = sha256(b"\0" + bytes.fromhex(hashes[proof["seq"] - 1])).digest()
    for other in map(bytes.fromhex, proof["path"]):
        if number % 2 or number == last:
            node = sha256(b"\1" + other + node).digest()
            while number and not number % 2:
                number, last = number // 2, last // 2
        else:
            node = sha256(b"\1" + node + other).digest()
        number, last = number // 2, last // 2
    if last or node.hex() != head["root"]:
        yield "data/ledger/log.json: does not prove that the event stands in the log"


def commitments(value: Any) -> Iterator[dict[str, Any]]:
    """Every text and file that an event commits to."""
    if isinstance(value, dict):
        if str(value.get("$", "")).startswith("TextRef"):
            yield value
        for part in value.values():
            yield from commitments(part)
    elif isinstance(value, list):
        for part in value:
            yield from commitments(part)


def contents(bag: zipfile.ZipFile, names: dict[str, str]) -> Iterator[str]:
    """Chain, commitments and the number of items, once it is known that the files are those of the manifests."""
    parts = {
        path: json.loads(read_whole(bag, names[f"data/{path}"]))
        for path in ("package.json", "ledger/chain.json", "ledger/log.json")
    }
    package, hashes = parts["package.json"], parts["ledger/chain.json"]["hashes"]
    lines = read_whole(bag, names["data/ledger/events.jsonl"]).split(b"\n")[:-1]
    yield from chain(lines, parts["ledger/chain.json"])
    yield from included(parts["ledger/log.json"], hashes)
    for seq, body in enumerate(lines, 1):
        for ref in commitments(json.loads(body)):
            kept = package["committed"].get(ref["id"])
            if kept is None and ref["id"] not in package["erased"]:
                yield f"data/package.json: lacks what event {seq} commits to"
            elif (
                kept is not None
                and sha256(bytes.fromhex(kept["salt"]) + read_whole(bag, names[kept["file"]])).hexdigest()
                != ref["commitment"]
            ):
                yield f"{kept['file']}: is not what event {seq} commits to"
    listed = [file for item in package["items"] for file in item["files"]]
    payload = {path for path in names if path.startswith("data/") and path not in package["beside"]}
    if sorted(listed) != sorted(payload):
        yield f"data/package.json: the catalogue lists {len(listed)} files, there are {len(payload)}"
    if read_whole(bag, names["data/index.xml"]).count(b"</\xe6\x96\x87\xe4\xbb\xb6\xe5\xae\x9e\xe4\xbd\x93>") != len(
        package["items"]
    ):
        yield f"data/index.xml: does not list the {len(package['items'])} items of the catalogue"


def problems(path: str) -> list[str]:
    """Everything that is wrong with a package, a line each. Raises ValueError for what is not one, OSError."""
    with open(path, "rb") as file:
        count = directory(file)
        try:
            bag = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error):
            raise ValueError("the directory at the end of the file cannot be read") from None
        infos = bag.infolist()
        bad = sorted(info.filename for info in infos if not is_plain(info))
        tops = {info.filename.partition("/")[0] for info in infos}
        if bad or len(tops) != 1 or len(infos) != count:
            raise ValueError(f"{bad[0]!a}: no package holds such a file" if bad else "a package is one folder")
        names = {info.filename.partition("/")[2]: info.filename for info in infos}
        found = list(packing(file, infos))
        known = dict(digests(bag, names))
        found += [f"{path}: its content was changed" for path, digest in known.items() if not digest]
        try:
            found = found or list(manifests(bag, names, known)) or list(contents(bag, names))
        except (
            KeyError,
            TypeError,
            IndexError,
            AttributeError,
            ValueError,
            RecursionError,
            zipfile.BadZipFile,
        ) as error:
            found = [f"what the package says of itself cannot be read ({type(error).__name__})"]
        return found


def digest_of(path: str) -> str:
    """The SHA-256 of the whole file, read in pieces."""
    found = sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def main() -> int:
    """The exit status: 0 when all is well, 1 when something was changed, 2 when it is no package."""
    try:
        found = problems(sys.argv[1])
    except IndexError:
        print(__doc__, file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(f"{sys.argv[1]}: {error}", file=sys.stderr)
        return 2
    print("\n".join(found) or "all is well: manifests, chain of events, texts and files, catalogue")
    if not found:
        print(TO_COMPARE % digest_of(sys.argv[1]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
