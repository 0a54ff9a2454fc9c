"""Reading one message: whatever program wrote it, its words are found or it is said that they cannot be."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from huiyin.channels.mailbox import html_text
from huiyin.channels.mailbox.alternatives import MAX_COMPARED, distinct
from huiyin.channels.mailbox.html_text import TooTangled, visible_text
from huiyin.channels.mailbox.message import MAX_HEADER_CHARS, MAX_HEADERS, MailTangled, MailUnreadable, read_message
from tests.channels.mailbox.letters import letter, raw

OURS = "huiyin@office.cn"


def test_a_plain_letter_is_read_with_name_address_subject_and_files() -> None:
    found = read_message(letter(files=(("说明.txt", b"x"), ("说明.txt", b"y"))), OURS)
    assert (found.name, found.address, found.subject) == ("林一", "lin@example.cn", "漏水")
    assert found.text == "消火栓漏水，请派人看看。"
    assert [file.name for file in found.files] == ["说明.txt", "说明-2.txt"]
    assert found.odd is None and found.may_be_answered
    assert "林一" not in repr(found) and "lin@" not in repr(found)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("gb2312", "gb18030"), ("GB18030", "gb18030"), ("big5", "big5"), ("utf-8", "utf-8"), ("x-unknown", "gb18030")],
)
def test_text_is_read_in_the_charsets_that_are_written_here(charset: str, encoding: str) -> None:
    text = "水管破裂" if encoding == "big5" else "水管破裂，镕基路"
    body = base64.b64encode(text.encode(encoding))
    message = raw(body, f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: base64")
    assert read_message(message, OURS).text == text
    assert read_message(message, OURS).name == "林一"


def test_a_damaged_header_is_kept_as_it_stands_and_a_file_without_a_name_gets_one() -> None:
    damaged = raw(b"x", "Subject: =?utf-8?b?5rWL?= =?utf-8?b?x?=")
    assert read_message(damaged, OURS).text == "x"
    picture = raw(b"eA==", "Content-Type: image/png", "Content-Transfer-Encoding: base64")
    assert [file.name for file in read_message(picture, OURS).files] == ["image-png.png"]


def test_bare_bytes_in_headers_are_read() -> None:
    message = b"From: \xc1\xd6\xd2\xbb <lin@example.cn>\r\nSubject: \xc2\xa9\xcb\xae\xc1\xcb\r\n\r\ntext"
    found = read_message(message, OURS)
    assert (found.name, found.subject) == ("林一", "漏水了")


def test_quoted_printable_html_is_read_as_what_is_shown() -> None:
    body = b"<style>p{}</style><p>=E6=BC=8F=E6=B0=B4</p><script>x()</script><p>&lt;=E6=80=A5&gt;</p>"
    message = raw(body, "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: quoted-printable")
    assert read_message(message, OURS).text == "漏水\n\n<急>"


def test_of_alternatives_the_plain_text_is_taken_once() -> None:
    assert read_message(letter("一句话。", html="<p>一句话。</p>"), OURS).text == "一句话。"


def test_files_of_every_alternative_are_taken_whatever_they_lie_in() -> None:
    message = EmailMessage()
    message["From"] = "lin@example.cn"
    message.set_content("见附件。")
    message.add_alternative("<p>见附件。<img src=cid:a></p>", subtype="html")
    _plain, shown_as = message.get_payload()
    assert isinstance(shown_as, EmailMessage)
    shown_as.add_related(b"JPG", "image", "jpeg", filename="现场.jpg", disposition="inline")
    shown_as.make_mixed()
    shown_as.add_attachment(b"PDF", "application", "pdf", filename="合同.pdf")
    found = read_message(message.as_bytes(), OURS)
    assert [file.name for file in found.files] == ["现场.jpg", "合同.pdf"]
    assert (found.text, found.versions) == ("见附件。", ())


def test_alternatives_that_say_different_things_are_both_kept() -> None:
    found = read_message(letter("请用支持网页的程序查看。", html="<p>消火栓漏水。</p>"), OURS)
    assert (found.text, found.versions) == ("请用支持网页的程序查看。", ("消火栓漏水。",))
    assert read_message(letter("见下", html="<p>见下</p><p>消火栓漏水。</p>"), OURS).text == "见下\n\n消火栓漏水。"


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        (
            "*消火栓*漏水，\n见 <https://example.cn/a>\n- 一",
            "<b>消火栓</b>漏水，见 <a href='https://example.cn/a'></a><li>一",
        ),
        ("漏水 [cid:1@x]", "漏水<img src='cid:1@x'>"),
    ],
)
def test_alternatives_that_say_the_same_in_other_marks_are_one(plain: str, html: str) -> None:
    assert read_message(letter(plain, html=html), OURS).versions == ()
    assert read_message(letter(plain, html=html), OURS).text.splitlines() == plain.splitlines()


def test_an_address_that_only_one_version_names_keeps_it() -> None:
    assert distinct(["看这里", "看这里 http://a.cn/消火栓"]) == ["看这里 http://a.cn/消火栓"]
    assert distinct(["http://a.cn", "http://b.cn"]) == ["http://a.cn", "http://b.cn"]


def test_more_versions_than_are_compared_are_all_kept() -> None:
    assert len(distinct(["同"] * (MAX_COMPARED + 1))) == MAX_COMPARED + 1


def test_html_that_is_cut_off_or_nested_loses_no_words() -> None:
    assert visible_text("<table><tr><td>甲<td>乙</tr><tr><td>丙") == "甲 乙\n\n丙"
    assert visible_text("<head><body>正文") == "正文"


@pytest.mark.parametrize(
    "html",
    [
        "<noscript>正文</noscript>",
        "<object>正文",
        "<title>正文",
        "<style>正文",
        "<script>正文",
        "<!-- 正文",
        "<head>正文",
        "<template>正文",
        "<p 正文 <b>x</b>",
        "<a href='x>正文</a><a href='y'>x</a>",
        "<a 正文",
    ],
)
def test_nothing_that_was_never_closed_hides_what_stands_behind_it(html: str) -> None:
    assert "正文" in visible_text(html)


def test_what_no_reader_sees_is_left_out() -> None:
    hidden = "<title>x</title><STYLE>x</STYLE><script>'<p>x'</script><!-- x --><img alt='>x'>"
    assert visible_text(f"{hidden}1 &lt; 2<![if mso]>") == "1 < 2"


@pytest.mark.parametrize("piece", ["<a ", "<p x='", "<!--", '<a b=">" ', "<title>"])
def test_html_is_gone_over_once_however_often_tags_are_left_open(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[int] = []
    real = html_text._end_of_tag

    def counted(html: str, position: int) -> tuple[int, bool]:
        end, closed = real(html, position)
        ends.append(end - position)
        return end, closed

    monkeypatch.setattr(html_text, "_end_of_tag", counted)
    html = piece * 5000
    visible_text(html)
    assert 0 < sum(ends) <= len(html)


def test_html_of_more_tags_than_anybody_writes_is_not_read_on() -> None:
    with pytest.raises(TooTangled):
        visible_text("<b>" * (html_text.MAX_TAGS + 1))


@pytest.mark.parametrize(
    "header",
    [
        'Content-Type: text/plain; name="' + ";" * 500,
        "Subject: " + "=?utf-8?q?" * 500,
        "Subject: " + "x" * (MAX_HEADER_CHARS + 1),
        "From: " + "(" * (MAX_HEADER_CHARS + 1),
    ],
)
def test_a_header_that_would_take_long_is_not_looked_into(header: str) -> None:
    with pytest.raises(MailTangled):
        read_message(raw(b"x", header), OURS)
    inside = raw(f"--x\r\n{header}\r\n\r\na\r\n--x--".encode(), "Content-Type: multipart/mixed; boundary=x")
    with pytest.raises(MailTangled):
        read_message(inside, OURS)


@pytest.mark.parametrize("line", [b"a: b\n", b"--x\n"])
def test_more_headers_or_boundaries_than_a_letter_has_are_not_taken_apart(line: bytes) -> None:
    with pytest.raises(MailTangled):
        read_message(b"Content-Type: multipart/mixed; boundary=x\n" + line * (MAX_HEADERS + 1), OURS)


def test_many_lines_in_many_nested_parts_are_not_taken_apart() -> None:
    nested = b"".join(b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (n, n + 1) for n in range(100))
    with pytest.raises(MailTangled):
        read_message(raw(nested + b"\n" * 100_000, "Content-Type: multipart/mixed; boundary=0"), OURS)


def test_winmail_is_left_out_with_a_note() -> None:
    found = read_message(letter(files=(("winmail.dat", b"\x78\x9f\x3e\x22"),)), OURS)
    assert (found.files, found.notes) == ((), ("winmail",))


def test_the_subject_stands_for_a_text_that_is_not_there() -> None:
    assert read_message(letter(""), OURS).text == "漏水"
    assert read_message(letter("", Subject=""), OURS).odd == "empty"


@pytest.mark.parametrize(
    ("headers", "odd"),
    [
        ({"Auto_Submitted": "auto-generated"}, "automatic"),
        ({"Precedence": "auto_reply"}, "automatic"),
        ({"From": "noreply@example.cn"}, "automatic"),
        ({"From": OURS}, "automatic"),
        ({"From": "MAILER-DAEMON@example.cn"}, "bounce"),
        ({"List_Unsubscribe": "<mailto:x@example.cn>"}, "list"),
        ({"X_Spam_Status": "Yes, score=9"}, "spam"),
        ({"From": "no address"}, "no-sender"),
        ({"In_Reply_To": "<0123456789abcdef0123456789abcdef@office.cn>"}, "reply"),
    ],
)
def test_what_is_no_letter_to_us_says_which_it_is(headers: dict[str, str], odd: str) -> None:
    found = read_message(letter(**headers), OURS)
    assert (found.odd, found.may_be_answered) == (odd, False)


def test_whoever_wants_no_automatic_answers_gets_none() -> None:
    found = read_message(letter(X_Auto_Response_Suppress="All"), OURS)
    assert found.odd is None and not found.may_be_answered


def test_an_address_to_reply_to_is_not_where_the_receipt_goes() -> None:
    assert read_message(letter(Reply_To="other@example.cn"), OURS).address == "lin@example.cn"


def test_bytes_that_are_no_text_are_unreadable() -> None:
    with pytest.raises(MailUnreadable):
        read_message(
            raw(b"\xff\xff\xff", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"), OURS
        )


def test_a_message_in_thousands_of_parts_is_unreadable() -> None:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n"
    with pytest.raises(MailUnreadable):
        read_message(raw(part * 1000 + b"--x--", 'Content-Type: multipart/mixed; boundary="x"'), OURS)


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\a\\b.txt", "a\r\n.txt", " . "])
def test_names_of_files_lead_nowhere(name: str) -> None:
    encoded = f"=?utf-8?b?{base64.b64encode(name.encode()).decode()}?="
    message = raw(
        b"abc", "Content-Type: application/octet-stream", f'Content-Disposition: attachment; filename="{encoded}"'
    )
    assert all(not set("/\\\r\n") & set(file.name) for file in read_message(message, OURS).files)


@pytest.mark.parametrize(
    "charset", ["punycode", "x-punycode", "idna", "undefined", "unicode_escape", "raw-unicode-escape"]
)
def test_nothing_is_read_by_a_codec_that_nobody_writes_in(charset: str) -> None:
    written = "ab-\\u4e00" if "escape" in charset else "xn--fiqs8s" if charset == "idna" else "ab-"
    headers = (
        f"Subject: =?{charset}?q?{written}?=",
        f"Content-Type: text/plain; charset={charset}",
        "Content-Transfer-Encoding: 8bit",
    )
    found = read_message(raw(written.encode() + "漏水".encode(), *headers), OURS)
    assert (found.subject, found.text) == (written, f"{written}漏水")
    named = f"Content-Type: text/plain; charset*={charset}''{written}; name*={charset}''{quote(written)}.txt"
    assert [file.name for file in read_message(raw(b"x", named), OURS).files] == [f"{written}.txt".replace("\\", "_")]
