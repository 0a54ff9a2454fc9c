"""Taking a scan apart: made one PDF, upright, and what it says and how it is drawn. Runs beside the pages (``file_checks.turns``)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
import typst
from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NullObject, PdfObject, StreamObject

from huiyin.casework.file_checks import active

PDF: Final = "pdf"
HALF_TURN: Final = 180
MAX_PIXELS: Final = 70_000_000
"""Of one picture: A3 at 600 dots an inch. A small file can promise far more, and each costs memory as it is laid out."""
MAX_PIXELS_TOGETHER: Final = 280_000_000
_BOXES: Final = ("/MediaBox", "/CropBox", "/UserUnit")
_PACKED: Final = ("/Length", "/Filter", "/DecodeParms", "/Parent")
MAX_CHARS: Final = 1_000_000
"""Of all pages, far beyond any document: what is longer is cut off, and is no copy."""


class Scan(msgspec.Struct, array_like=True):
    """What was handed in, as (kind, content) each, and the document as we print it; ``upside_down``: all pages are turned by half."""

    files: list[tuple[str, bytes]]
    printed: bytes
    upside_down: bool


class ReadScan(msgspec.Struct, array_like=True):
    """The scan as one PDF, and what was found: pages of each; whether it does something by itself when it is opened; of as many pages, the text
    of each and whether they are drawn the same. ``has_huge_picture``: it was not read.
    """

    content: bytes = b""
    pages: int = 0
    printed_pages: int = 0
    acts: bool = False
    texts: list[str] = []
    printed_texts: list[str] = []
    is_drawn_the_same: bool = False
    has_huge_picture: bool = False


def read_scan(packed: bytes) -> bytes:
    """What is found in a ``Scan``, as a ``ReadScan``, both as msgpack. Raises whatever the libraries throw."""
    given = msgspec.msgpack.decode(packed, type=Scan)
    return msgspec.msgpack.encode(_read_scan(given))


def _read_scan(given: Scan) -> ReadScan:
    if given.files[0][0] == PDF:
        content = given.files[0][1]
    elif _are_huge(content for _kind, content in given.files):
        return ReadScan(has_huge_picture=True)
    else:
        content = _pages(given.files)
    content = _turned(content) if given.upside_down else content
    scan, printed = PdfReader(io.BytesIO(content)), PdfReader(io.BytesIO(given.printed))
    acts = bool(active.concerns("scan.pdf", content)) or _acts(scan)
    found = ReadScan(content, len(scan.pages), len(printed.pages), acts)
    if not acts and found.pages == found.printed_pages:
        found.texts, found.printed_texts = _texts(scan), _texts(printed)
        found.is_drawn_the_same = _draws_the_same(scan, printed)
    return found


def _are_huge(pictures: Iterable[bytes]) -> bool:
    Image.MAX_IMAGE_PIXELS = None  # counted here
    together = 0
    for content in pictures:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:  # reads its head alone
            pixels = picture.width * picture.height
        together += pixels
        if pixels > MAX_PIXELS or together > MAX_PIXELS_TOGETHER:
            return True
    return False


def _pages(pictures: Sequence[tuple[str, bytes]]) -> bytes:
    """One page a picture, as large as the page allows."""
    with TemporaryDirectory() as folder:
        names = []
        for number, (kind, content) in enumerate(pictures):
            names.append(f"{number}.{kind}")
            (Path(folder) / names[-1]).write_bytes(content)
        pages = "#pagebreak()\n".join(
            f'#image("{name}", width: 100%, height: 100%, fit: "contain")\n' for name in names
        )
        source = Path(folder) / "scan.typ"
        source.write_text(f'#set page(paper: "a4", margin: 0mm)\n#set block(spacing: 0pt)\n{pages}')
        made = typst.compile(str(source), root=folder, format="pdf", ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def _turned(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(content))
    for page in writer.pages:
        page.rotate(HALF_TURN)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _acts(scan: PdfReader) -> bool:
    """Whether it does something by itself when it, or a page of it, is opened (ISO 32000-1, 12.6.3), beyond showing a page."""
    root = scan.root_object
    opening = root.get("/OpenAction", NullObject()).get_object()
    runs = isinstance(opening, DictionaryObject) and (opening.get("/S") != "/GoTo" or "/Next" in opening)
    return runs or "/AA" in root or any("/AA" in page for page in scan.pages)


def _draws_the_same(scan: PdfReader, printed: PdfReader) -> bool:
    """Whether every page is drawn as we print it. A text may be one thing to programs and another to the eye."""
    pages = zip(scan.pages, printed.pages, strict=True)
    return all(list(_drawn(one)) == list(_drawn(other)) for one, other in pages)


def _drawn(page: PageObject) -> Iterator[object]:
    """Everything by which a page is drawn, part by part: its signs, and the typefaces and pictures that they name."""
    yield from (page.get(name, NullObject()).get_object() for name in _BOXES)
    yield page.get_contents().get_data() if page.get_contents() is not None else b""  # type: ignore[union-attr]
    yield from _parts(page.get("/Resources", NullObject()), set())
    yield from _parts(page.get("/Annots", NullObject()), set())


def _parts(item: PdfObject, seen: set[int]) -> Iterator[object]:
    found = item.get_object()
    if found is None or id(found) in seen:
        return
    seen.add(id(found))
    if isinstance(found, StreamObject):
        yield found.get_data()
    if isinstance(found, DictionaryObject):
        for name in sorted(found):
            if name not in _PACKED:
                yield name
                yield from _parts(found.raw_get(name), seen)
    elif isinstance(found, ArrayObject):
        for one in found:
            yield from _parts(one, seen)
    else:
        yield found


def _texts(scan: PdfReader) -> list[str]:
    """The text of each page."""
    found: list[str] = []
    left = MAX_CHARS
    for page in scan.pages:
        found.append(page.extract_text()[:left])
        left -= len(found[-1])
    return found
