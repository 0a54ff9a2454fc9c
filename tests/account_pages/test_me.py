"""我的账户: what is shown of one's own account, where one is signed in, and the picture of one's signature."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.audit.adoption import adopt
from huiyin.audit.verify import beside_cases
from huiyin.people.models import Account, AdministrativeAct, Signature
from huiyin.people.signing_in.sessions import device_words
from huiyin.people.signing_in.signatures import MAX_BYTES
from huiyin.sealing.aead import SealBroken
from tests.people.conftest import NOW, Cast, cast

__all__ = ["cast"]

pytestmark = pytest.mark.usefixtures("no_failed_sign_ins")

PASSWORD = "cha-shui-zai-zhuo-shang"
ME = "/account/me/"
PICTURE = f"{ME}signature/picture/"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)


def signed_in(account: Account, agent: str = EDGE) -> Client:
    """A browser in which somebody signed in by password, and was asked just now who they are."""
    if not account.has_usable_password():
        account.set_password(PASSWORD)
        account.save()
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": account.username, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(ME).status_code == 200
    return client


def text(client: Client, path: str = ME) -> str:
    return re.sub(r"\s+", " ", client.get(path).content.decode())


def upload(client: Client, content: bytes, name: str = "签名.png") -> int:
    return client.post(f"{ME}signature/", {"picture": SimpleUploadedFile(name, content)}).status_code


def test_it_shows_who_one_is_and_leads_to_everything_about_the_account(cast: Cast) -> None:
    page = text(signed_in(cast.lin))
    assert "Lin" in page and "单位 10 · 接待员" in page
    for path in (
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/email/",
        "/desk/tokens/",
        f"{ME}signature/",
    ):
        assert f'href="{path}"' in page, path


def test_who_is_not_signed_in_signs_in_first_and_who_holds_no_post_comes_in(cast: Cast) -> None:
    for path in (ME, f"{ME}sessions/", f"{ME}signature/", PICTURE):
        assert Client().get(path)["Location"].startswith("/accounts/login/")
    newcomer = Account.objects.create_user("sun", display_name="孙某")
    assert "孙某" in text(signed_in(newcomer))


def test_one_sees_where_one_is_signed_in_and_ends_the_others(cast: Cast) -> None:
    office, phone, other = signed_in(cast.lin), signed_in(cast.lin, PHONE), signed_in(cast.zhou)
    page = text(office)
    assert "Windows · Edge" in page and "iPhone · Safari" in page and page.count("这台设备") == 1
    assert office.get(f"{ME}sessions/").status_code == 200
    assert phone.get(ME).status_code == 200  # looking ends nothing
    office.post(f"{ME}sessions/")
    assert [client.get(ME).status_code for client in (office, phone, other)] == [200, 302, 200]
    act = AdministrativeAct.objects.get(change="end_sessions")
    assert (act.by, act.about, act.subject) == (cast.lin, cast.lin, "1")


def test_whatever_changes_an_account_asks_who_is_there(cast: Cast) -> None:
    client, phone = Client(), signed_in(cast.lin, PHONE)
    upload(phone, PNG)
    client.force_login(cast.lin, backend="django.contrib.auth.backends.ModelBackend")
    for path in (f"{ME}sessions/", f"{ME}signature/", f"{ME}signature/remove/", f"{ME}mail/"):
        assert client.post(path)["Location"].startswith("/accounts/reauthenticate/"), path
    assert Signature.objects.filter(account=cast.lin).exists()
    assert phone.get(f"{ME}signature/remove/")["Location"] == f"{ME}signature/"
    assert phone.get(ME).status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (EDGE, "Windows · Edge"),
        (PHONE, "iPhone · Safari"),
        ("", ""),
        ("curl/8", ""),
        ("Linux Firefox/130", "Linux · Firefox"),
    ],
)
def test_devices_are_told_in_words(agent: str, words: str) -> None:
    assert device_words(agent) == words


def test_a_signature_is_kept_sealed_and_shown_to_its_owner_alone(cast: Cast) -> None:
    adopt(NOW)
    client = signed_in(cast.lin)
    assert client.get(PICTURE).status_code == 404
    assert upload(client, PNG) == 302
    shown = client.get(PICTURE)
    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    assert shown["Cache-Control"] == "no-store" and "sandbox" in shown["Content-Security-Policy"]
    assert PNG[:20] not in bytes(Signature.objects.get().sealed)
    assert signed_in(cast.zhou).get(PICTURE).status_code == 404
    assert [*beside_cases()] == []
    assert upload(client, b"\xff\xd8\xff\xe0" + b"0" * 64, "签名.jpg") == 302
    assert client.get(PICTURE)["Content-Type"] == "image/jpeg"
    client.post(f"{ME}signature/remove/")
    assert not Signature.objects.exists()
    assert [*beside_cases()] == []


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='x'/>", b"GIF89a" + b"0" * 64, b"%PDF-1.7", PNG + b"0" * MAX_BYTES]
)
def test_what_is_no_small_picture_is_refused_whatever_it_is_called(cast: Cast, content: bytes) -> None:
    client = signed_in(cast.lin)
    assert upload(client, content) == 422
    assert not Signature.objects.exists()


def test_the_signature_of_somebody_else_put_in_its_place_does_not_open(cast: Cast) -> None:
    client, other = signed_in(cast.lin), signed_in(cast.zhou)
    upload(client, PNG)
    upload(other, PNG)
    theirs = Signature.objects.get(account=cast.zhou)
    Signature.objects.filter(account=cast.lin).update(sealed=theirs.sealed)
    with pytest.raises(SealBroken):
        client.get(PICTURE)


@pytest.mark.any_database
def test_how_bright_and_how_dense_pages_are_is_kept_with_the_account(cast: Cast) -> None:
    client = signed_in(cast.lin)
    assert 'data-bs-theme="light"' in text(client)
    assert client.post(f"{ME}looks/", {"theme": "dark", "density": "dense"}).status_code == 302
    page = text(client)
    assert 'data-bs-theme="dark"' in page and 'data-density="dense"' in page
    client.post(f"{ME}looks/", {"theme": "<script>", "density": ""})
    assert 'data-bs-theme="dark"' in text(client)
