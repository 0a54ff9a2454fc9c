"""What of a media type reaches Django, and how parts of forms are read."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser

from huiyin.site.edge.charsets import is_form_of_another, read_parts_as_utf8, without_charset

FORM = "multipart/form-data"


@pytest.mark.parametrize(
    ("sent", "left", "is_foreign"),
    [
        (f"{FORM}; boundary=----WebKitFormBoundaryA1b2", f'{FORM}; boundary="----WebKitFormBoundaryA1b2"', False),
        (f'{FORM}; charset=UTF-8; BOUNDARY="a b" ; x=y', f'{FORM}; boundary="a b"', False),
        (f"{FORM};charset=gbk;boundary=a", f'{FORM}; boundary="a"', True),
        (f"{FORM}; charset*=utf-8''punycode; boundary*=punycode''a-b", FORM, True),
        (f"{FORM}; charset*0=puny; charset*1=code; boundary=a", f'{FORM}; boundary="a"', True),
        ("application/x-www-form-urlencoded; charset=utf-8", "application/x-www-form-urlencoded", False),
        ("Application/X-WWW-Form-URLencoded;charset=big5", "Application/X-WWW-Form-URLencoded", True),
        ("application/json; charset=GBK", "application/json", False),  # JSON is UTF-8 whatever is said (RFC 8259, 8.1)
        ("text/plain; x*=undefined''a", "text/plain", False),
        ("", "", False),
    ],
)
def test_of_a_media_type_nothing_is_left_that_names_a_codec(sent: str, left: str, is_foreign: bool) -> None:
    assert (without_charset(sent), is_form_of_another(sent)) == (left, is_foreign)


def test_parts_of_forms_are_read_as_utf8_alone() -> None:
    read_parts_as_utf8()
    heads = ["name=\"a\"; filename*=utf-8''%E4%BF%A1.txt", "name=\"b\"; filename*=utf-7''%2BAGE-.txt"]
    heads += ["name*=utf-7''%2BAGM-", "name=\"d*=''\"; filename=\"e*=utf-7''.txt\""]
    body = "".join(f"--cut\r\nContent-Disposition: form-data; {head}\r\n\r\nx\r\n" for head in heads) + "--cut--\r\n"
    meta = {"CONTENT_TYPE": f"{FORM}; boundary=cut", "CONTENT_LENGTH": str(len(body))}
    fields, files = MultiPartParser(meta, BytesIO(body.encode()), [MemoryFileUploadHandler()]).parse()
    names = {name: file.name for name, file in files.items()}
    assert (names, dict(fields)) == ({"a": "信.txt", "d*=''": "e*=utf-7''.txt"}, {})
