"""Pictures of phones are shown as JPEG, made in a process of its own; the original stays what was handed in."""

from __future__ import annotations

import io
from typing import Any

import pillow_heif
import pytest
from django.test import Client, RequestFactory
from PIL import Image

from huiyin.casework.code_guesses import HELD_BACK
from huiyin.casework.file_checks.turns import Turnstile
from huiyin.casework.models import Attachment
from huiyin.casework.sealed import pictures
from huiyin.casework.sealed.attachments import OpenedFile, read_file
from huiyin.casework.sealed.pictures import as_jpeg
from huiyin.casework.vocabulary import File
from huiyin.web import uploads
from tests.cast import make_cast
from tests.desk.conftest import html
from tests.matters import begin


def heic(exif: bytes = b"") -> bytes:
    """A small red picture, wider than high; ``exif`` is what the camera wrote beside it."""
    made = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), (200, 30, 30))).save(made, quality=60, exif=exif or None)
    return made.getvalue()


def test_a_picture_is_turned_into_one_that_browsers_show_without_what_the_camera_wrote_beside_it() -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera of somebody"
    shown = as_jpeg(heic(exif.tobytes()))
    assert shown is not None and b"camera of somebody" not in shown
    with Image.open(io.BytesIO(shown)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (64, 48)) and not picture.getexif()
        red, green, blue = picture.getpixel((30, 20))  # type: ignore[misc]
    assert red > 150 > 100 > green and blue < 100


@pytest.mark.parametrize("content", [b"", heic()[:200], heic()[:40] + b"\0" * 500, b"\xff\xd8\xff" + b"0" * 100])
def test_what_is_no_whole_picture_of_a_phone_is_not_shown(content: bytes) -> None:
    assert as_jpeg(content) is None


@pytest.mark.django_db
def test_the_case_shows_it_and_hands_the_original_out_unchanged(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    cast, original = make_cast(), heic()
    matter = begin(cast, files=(File("现场.heic", original), File("说明.txt", "说明".encode())))
    client = Client()
    client.force_login(cast.accounts["intake"], backend="django.contrib.auth.backends.ModelBackend")
    case = f"/desk/cases/{matter.case.number}/"
    page = html(client.get(case))
    rows = {read_file(row).name: row for row in Attachment.objects.select_related("petitioner__key")}
    address = f"{case}attachments/{rows['现场.heic'].id}/"
    assert f'href="{address}?picture=1"' in page and page.count("查看图片") == 1
    shown = client.get(f"{address}?picture=1")
    assert shown["Content-Type"] == "image/jpeg" and "sandbox" in shown["Content-Security-Policy"]
    assert client.get(address).content == original
    assert client.get(f"{case}attachments/{rows['说明.txt'].id}/?picture=1").status_code == 404


def test_while_the_pictures_of_others_are_converted_a_browser_is_sent_to_ask_again_and_holds_no_thread(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    turnstile = Turnstile(running=1, waiting=0, seconds=0)
    monkeypatch.setattr(pictures, "TURNSTILE", turnstile)
    asked, opened = rf.get("/matter/file/?picture=1"), OpenedFile("a.heic", "image/heic", heic())
    with turnstile.turn():
        answer = uploads.picture(asked, opened)
    assert (answer.status_code, answer["Location"]) == (302, asked.get_full_path()) and float(answer[HELD_BACK]) > 0
    assert uploads.picture(asked, opened).status_code == 200
