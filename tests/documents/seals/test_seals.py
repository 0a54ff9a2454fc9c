"""Papers that are sealed electronically: whose the seal is, and that nothing is changed afterwards without anybody seeing it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Notice
from huiyin.cli import main
from huiyin.documents.pdf import pdf
from huiyin.documents.seals import kept
from huiyin.documents.seals.kept import NoSeal
from huiyin.documents.seals.signing import NoPdf, sealed_pdf, signatures_of
from huiyin.people.models import AdministrativeAct, OrganisationSeal
from tests.cast import Cast, make_cast
from tests.documents.making import paper as made_up_document
from tests.documents.making import text_of_pdf
from tests.documents.seals.certificates import PASSWORD, PICTURE, certificate, pem_of, pkcs12_of
from tests.matters import begin, walk
from tests.portal.conftest import open_matter

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NAME = "临江信访办"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(scope="module")
def document() -> bytes:
    return pdf(made_up_document())


def sealed(cast: Cast, document: bytes, **how: int) -> bytes:
    at = timezone.now()
    kept.add(cast.lj, pkcs12_of(certificate(NAME, at, **how)), PASSWORD, at)
    return sealed_pdf(document, kept.opened(cast.lj, at), NAME, "处理意见书")


def test_a_sealed_paper_reads_the_same_and_its_seal_is_that_of_the_organisation(cast: Cast, document: bytes) -> None:
    made = sealed(cast, document)
    (seal,) = signatures_of(made, kept.certificates())
    assert seal.good and NAME in seal.signer
    assert text_of_pdf(made) == text_of_pdf(document)
    assert made.startswith(document)  # the document itself is not touched


def test_the_seal_of_somebody_else_is_told_from_that_of_the_organisation(cast: Cast, document: bytes) -> None:
    made = sealed(cast, document)
    other = certificate(NAME, timezone.now())
    (seal,) = signatures_of(made, [pem_of(other)])
    assert seal.intact and not seal.trusted and not seal.good


def test_a_signer_is_known_by_who_issued_the_certificate(cast: Cast, document: bytes) -> None:
    at = timezone.now()
    root = certificate("某市数字证书", at)
    kept.add(cast.lj, pkcs12_of(certificate(NAME, at, issuer=root)), PASSWORD, at)
    made = sealed_pdf(document, kept.opened(cast.lj, at), NAME, "处理意见书")
    assert signatures_of(made, [pem_of(root)])[0].good
    assert not signatures_of(made)[0].trusted


@pytest.mark.parametrize("where", ["in the text", "at the end"])
def test_a_byte_changed_after_sealing_comes_out(cast: Cast, document: bytes, where: str) -> None:
    made = bytearray(sealed(cast, document))
    if where == "in the text":
        made[len(document) // 2] ^= 1
        found = signatures_of(bytes(made), kept.certificates()) if readable(bytes(made)) else ()
        assert not any(one.good for one in found)
    else:
        (seal,) = signatures_of(bytes(made) + b"\n% and more", kept.certificates())
        assert seal.intact and not seal.whole and not seal.good


def readable(content: bytes) -> bool:
    try:
        signatures_of(content)
    except NoPdf:
        return False
    return True


def test_a_paper_that_is_sealed_is_not_sealed_again_and_what_is_no_pdf_is_refused(cast: Cast, document: bytes) -> None:
    made = sealed(cast, document)
    with pytest.raises(NoPdf):
        sealed_pdf(made, kept.opened(cast.lj, timezone.now()), NAME, "再盖一次")
    with pytest.raises(NoPdf):
        signatures_of(b"not a PDF")


def test_the_next_certificate_retires_the_one_before_whose_papers_stay_known(cast: Cast, document: bytes) -> None:
    first = sealed(cast, document)
    second = sealed(cast, document)
    assert OrganisationSeal.objects.filter(retired_at=None).count() == 1
    trusted = kept.certificates()
    assert [signatures_of(one, trusted)[0].good for one in (first, second)] == [True, True]
    assert list(AdministrativeAct.objects.order_by("id").values_list("change", flat=True))[-2:] == [
        "retire_seal",
        "add_seal",
    ]


def test_an_expired_certificate_seals_nothing_and_says_when_it_ended(cast: Cast) -> None:
    at = timezone.now()
    kept.add(cast.lj, pkcs12_of(certificate(NAME, at, days=30)), PASSWORD, at)
    with pytest.raises(NoSeal, match="expired on"):
        kept.opened(cast.lj, at + timedelta(days=31))
    kept.retire(cast.lj, at)
    with pytest.raises(NoSeal, match="no certificate"):
        kept.opened(cast.lj, at)


def test_neither_key_nor_password_lies_open_in_the_database(cast: Cast) -> None:
    at = timezone.now()
    made = certificate(NAME, at)
    kept.add(cast.lj, pkcs12_of(made), PASSWORD, at, picture=PICTURE)
    row = OrganisationSeal.objects.get()
    with pytest.raises(ValueError):
        pkcs12.load_key_and_certificates(bytes(row.key), None)
    assert PICTURE not in bytes(row.picture or b"")
    assert kept.opened(cast.lj, at).picture == PICTURE


def test_what_cannot_seal_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    at = timezone.now()
    good = pkcs12_of(certificate(NAME, at))
    small = certificate(NAME, at, key=rsa.generate_private_key(65537, 1024))
    other_key = pkcs12.serialize_key_and_certificates(
        None, ed25519.Ed25519PrivateKey.generate(), None, None, BestAvailableEncryption(PASSWORD.encode())
    )
    for content, password, picture, why in (
        (good, "wrong", b"", "cannot be opened"),
        (b"", PASSWORD, b"", "no PKCS#12"),
        (b"x" * 100_000, PASSWORD, b"", "no PKCS#12"),
        (pkcs12_of(small), PASSWORD, b"", "1024 bits"),
        (pkcs12_of(certificate(NAME, at - timedelta(days=400))), PASSWORD, b"", "valid from"),
        (
            pkcs12_of(certificate(NAME, at, signs=False, issuer=certificate("某市", at))),
            PASSWORD,
            b"",
            "not for signing",
        ),
        (other_key, PASSWORD, b"", "lacks a certificate"),
        (good, PASSWORD, b"GIF89a", "no picture"),
        (good, PASSWORD, PICTURE[:16] + b"\0\0\x20\0" + PICTURE[20:], "no picture"),
    ):
        with pytest.raises(NoSeal, match=why):
            kept.add(cast.lj, content, password, at, picture=picture)
    assert not OrganisationSeal.objects.exists()


def test_the_command_brings_a_certificate_in_and_looks_at_files(
    cast: Cast, document: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "seal.p12").write_bytes(pkcs12_of(certificate(NAME, timezone.now())))
    (tmp_path / "password").write_text(PASSWORD + "\n")
    given = ["seal", "add", cast.lj.code, str(tmp_path / "seal.p12"), "--password-file", str(tmp_path / "password")]
    assert main(given) == 0
    file = tmp_path / "paper.pdf"
    file.write_bytes(sealed_pdf(document, kept.opened(cast.lj, timezone.now()), NAME, "处理意见书"))
    assert main(["seal", "verify", str(file)]) == 0
    assert "unchanged" in capsys.readouterr().out
    file.write_bytes(file.read_bytes() + b"\n% and more")
    assert main(["seal", "verify", str(file)]) == 1
    assert "changed since" in capsys.readouterr().out
    file.write_bytes(document)
    assert main(["seal", "verify", str(file)]) == 1
    assert main(["seal", "retire", cast.lj.code]) == 0
    assert main(["seal", "retire", cast.lj.code]) == 2
    assert "retired" in (main(["seal", "list"]), capsys.readouterr().out)[1]


def test_what_leaves_the_office_bears_its_seal_and_what_is_covered_or_expired_bears_none(cast: Cast) -> None:
    """On the petitioner's page and, where names are read on record, at the desk and by REST."""
    at = timezone.now()
    matter = walk(begin(cast, at), until="accept")
    mine = Notice.objects.get(case=matter.id, kind="acceptance")
    kept.add(cast.lj, pkcs12_of(certificate(NAME, at)), PASSWORD, at)
    petitioner, clerk = Client(), Client()
    open_matter(petitioner, matter)
    clerk.force_login(cast.accounts["intake"], backend="django.contrib.auth.backends.ModelBackend")
    theirs, ours = f"/track/matter/notices/{mine.id}/paper.pdf", f"/desk/notices/{mine.id}/paper.pdf"
    for answer in (petitioner.get(theirs), clerk.post(ours)):
        (seal,) = signatures_of(answer.content, kept.certificates())
        assert seal.good and NAME in seal.signer
    assert signatures_of(clerk.get(ours).content) == ()
    kept.retire(cast.lj, at)
    assert signatures_of(petitioner.get(theirs).content) == ()
