"""Files that come with a petition: what is allowed, and that nobody reads them without the key."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from huiyin.audit.verify import verify
from huiyin.casework.models import Attachment, Case
from huiyin.casework.sealed import attachments
from huiyin.casework.vocabulary import File
from huiyin.door import Registered, register_petition
from huiyin.door.beside.attachments import sweep_lately
from huiyin.door.intake import Intake
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Organisation, Post, Unit
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.sealing.aead import seal

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOTE = "消火栓漏水的照片说明。".encode()
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)


def archive(*members: str) -> bytes:
    """A ZIP archive with these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for member in members:
            file.writestr(member, "x")
    return content.getvalue()


def boxes(*brands: str) -> bytes:
    """The first box of a file of the ISO base media format, of the first brand and compatible with the others."""
    first, *others = (brand.encode() for brand in brands)
    box = b"ftyp" + first + bytes(4) + b"".join(others)
    return (len(box) + 4).to_bytes(4, "big") + box + bytes(64)


GENUINE = {
    "a.pdf": b"%PDF-1.7\n" + bytes(64),
    "a.jpg": b"\xff\xd8\xff\xe0" + bytes(64),
    "a.JPEG": b"\xff\xd8\xff\xe1" + bytes(64),
    "a.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "a.gif": b"GIF89a" + bytes(64),
    "a.bmp": b"BM" + bytes(64),
    "a.webp": b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(64),
    "a.tif": b"II*\x00\x10\x00\x00\x00" + bytes(64),
    "a.doc": OLE,
    "a.xls": OLE,
    "a.wps": OLE,
    "a.docx": archive("[Content_Types].xml", "word/document.xml"),
    "a.xlsx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "a.ofd": archive("OFD.xml", "Doc_0/Document.xml"),
    "a.txt": NOTE,
    "b.txt": "来信".encode("gb18030"),
    "a.csv": "编号,内容\n1,漏水\n".encode(),
    "a.mp3": b"ID3\x03\x00" + bytes(64),
    "a.wav": b"RIFF\x40\x00\x00\x00WAVEfmt " + bytes(64),
    "a.mp4": boxes("mp42", "mp42", "isom"),
    # As phones, cameras, recorders, scanners and mail gateways write them.
    "b.mp4": boxes("XAVC", "XAVC", "mp42"),
    "c.mp4": boxes("hvc1"),
    "d.mp4": boxes("3gp5", "isom"),
    "a.mov": boxes("qt  ", "qt  "),
    "b.mov": b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat" + bytes(64),
    "a.m4a": boxes("M4A ", "isom"),
    "b.m4a": boxes("mp42", "isom"),
    "a.amr": b"#!AMR\n" + bytes(64),
    "wide band.amr": b"#!AMR-WB\n" + bytes(64),
    "with a checksum.mp3": b"\xff\xfa\x90\x64" + bytes(64),
    "at 8 kHz.mp3": b"\xff\xe3\x18\xc4" + bytes(64),
    "a.aac": b"\xff\xf1" + bytes(64),
    "a.opus": b"OggS\x00\x02" + bytes(22) + b"OpusHead" + bytes(64),
    "a.ogg": b"OggS\x00\x02" + bytes(22) + b"\x01vorbis" + bytes(64),
    "a.3gp": boxes("3gp4", "isom"),
    "b.3gp": boxes("3gp5", "3gp4"),
    "a.webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(64),
    "a.heic": boxes("heic", "mif1", "heic"),
    "b.heic": boxes("mif1", "heic"),
    "a.HEIF": boxes("heix", "mif1"),
    "b.pdf": b"\r\nReceived: by gateway\r\n%PDF-1.4\n" + bytes(64),
    "c.pdf": b"\xef\xbb\xbf%PDF-1.7\n" + bytes(64),
    "b.docx": archive("[Content_Types].xml", "word/document2.xml"),
    "b.xlsx": archive("[Content_Types].xml", "xl\\workbook.xml"),
    "c.xlsx": archive("[Content_Types].xml", "xl/Workbook.xml"),
}


@pytest.mark.parametrize("name", GENUINE)
def test_a_genuine_file_of_an_allowed_type_is_accepted(name: str) -> None:
    assert attachments.problems([File(name, GENUINE[name])]) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ\x90\x00" + bytes(64), "type"),
        ("a.html", b"<script>", "type"),
        ("a.svg", b"<svg/>", "type"),
        ("a.zip", archive("x"), "type"),
        ("noextension", NOTE, "type"),
        ("a.pdf", GENUINE["a.png"], "content"),
        ("a.png", b"<script>", "content"),
        ("a.docx", archive("xl/workbook.xml"), "content"),
        ("a.docx", archive("word/document2.xml.exe"), "content"),
        ("a.pdf", bytes(1024) + b"%PDF-1.7", "content"),
        ("a.mp4", GENUINE["a.heic"], "content"),
        ("a.heic", GENUINE["a.mp4"], "content"),
        ("a.mp4", b"\x00\x00\x00\x08ftyp" + bytes(64), "content"),
        ("a.aac", b"ADIF" + bytes(64), "content"),
        ("a.opus", b"OpusHead" + bytes(64), "content"),
        ("a.3gp", GENUINE["a.heic"], "content"),
        ("a.amr", b"#!AMD\n" + bytes(64), "content"),
        ("a.docx", b"PK\x03\x04broken", "content"),
        ("a.txt", b"MZ\x90\x00", "content"),
        ("a.doc", NOTE, "content"),
        ("a.txt", b"", "empty"),
        ("../a.txt", NOTE, "name"),
        ("c:\\a.txt", NOTE, "name"),
        (" a.txt", NOTE, "name"),
        (".txt", NOTE, "name"),
        ("a\n.txt", NOTE, "name"),
        ("水" * 117 + ".txt", NOTE, "too-long"),
        ("a\u202etxt.txt", NOTE, "forbidden_character"),
    ],
)
def test_anything_else_is_refused_with_a_remedy(name: str, content: bytes, code: str) -> None:
    errors = attachments.problems([File(name, content)])
    assert [error.code for error in errors] == [code]
    assert errors[0].message
    assert errors[0].field.startswith("attachments.0")


def test_the_limits_of_number_and_size_are_told() -> None:
    assert attachments.problems([File(f"{n}.txt", NOTE) for n in range(10)]) == []
    assert [e.code for e in attachments.problems([File(f"{n}.txt", NOTE) for n in range(11)])] == ["too-many"]
    half = b"x" * (attachments.MAX_FILE_BYTES)
    assert attachments.problems([File("a.txt", half)]) == []
    assert [e.code for e in attachments.problems([File("a.txt", half + b"x")])] == ["too-large"]
    assert [e.field for e in attachments.problems([File(f"{n}.txt", half) for n in range(4)])] == ["attachments"]


@pytest.fixture
def bureau(db: None) -> Organisation:
    made = Organisation.objects.create(code="bureau", name="某局", rulebook="national-2022", created_at=NOW)
    unit = Unit.objects.create(organisation=made, code="office", name="办公室")
    Post.objects.create(organisation=made, unit=unit, title="受理员", roles=["registrar", "intake", "discipline"])
    return made


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


def handed_in(bureau: Organisation) -> Registered:
    petition = Intake(
        organisation=bureau,
        channel="web",
        text="消火栓漏水。",
        petitioners=(PetitionerFields(name="林一"),),
        files=(File("说明.txt", NOTE),),
    )
    stranger = Actor(kind="petitioner", organisation=OrganisationId(bureau.id), roles=frozenset())
    outcome = register_petition(petition, stranger, NOW, "submit")
    assert isinstance(outcome, Registered)
    return outcome


def test_a_file_is_kept_sealed_and_read_back(bureau: Organisation, tmp_path: Path) -> None:
    case = handed_in(bureau).case
    (listed,) = attachments.listed(case)
    assert (listed.name, listed.type, listed.size) == ("说明.txt", "text/plain", len(NOTE))
    assert tuple(attachments.read_file(Attachment.objects.get())) == ("说明.txt", "text/plain", NOTE)
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert NOTE not in kept.read_bytes()
    assert "说明" not in str(kept)


def test_an_erased_petitioner_takes_the_files_along(bureau: Organisation) -> None:
    case = handed_in(bureau).case
    petitioners.erase(case.petitioner, NOW)
    assert attachments.listed(case)[0].name == ""
    with pytest.raises(PetitionerErased):
        attachments.read_file(Attachment.objects.select_related("petitioner__key").get())


def found(case: Case) -> list[tuple[str, str]]:
    return [(finding.kind, finding.found) for finding in verify([case.id])]


def test_the_ledger_binds_each_file(bureau: Organisation, tmp_path: Path) -> None:
    case = handed_in(bureau).case
    assert found(case) == []
    (kept,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    other = Attachment.objects.select_related("petitioner__key").get()
    kept.write_bytes(seal(petitioners.data_key(other.petitioner), b"another paper", other.id.bytes))
    assert found(case) == [("wrong", "altered")]
    kept.unlink()
    assert found(case) == [("wrong", "missing")]


def test_a_file_that_was_erased_is_told_as_erased(bureau: Organisation) -> None:
    case = handed_in(bureau).case
    petitioners.erase(case.petitioner, NOW)
    assert {kind for kind, _found in found(case)} == {"erased"}


def test_what_a_rollback_leaves_behind_is_swept_and_nothing_else(bureau: Organisation, tmp_path: Path) -> None:
    handed_in(bureau)
    with transaction.atomic():
        handed_in(bureau)
        transaction.set_rollback(True)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
    assert sweep_lately(NOW) == 0
    assert sweep_lately(NOW + timedelta(days=2)) == 1
    assert sweep_lately(NOW + timedelta(days=2)) == 0
    assert default_storage.exists(Attachment.objects.get().place)
