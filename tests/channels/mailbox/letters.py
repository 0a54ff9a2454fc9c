"""Messages as mail programs write them, and as they should not."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

SENDER = "林一 <lin@example.cn>"


def letter(
    text: str = "消火栓漏水，请派人看看。",
    *,
    id: str = "<1@example.cn>",
    files: tuple[tuple[str, bytes], ...] = (),
    html: str = "",
    **headers: str,
) -> bytes:
    """A message; ``headers`` with _ for -, an empty one is left out."""
    message = EmailMessage(policy=SMTP)
    told = {"From": SENDER, "To": "xinfang@example.cn", "Subject": "漏水", "Message_ID": id, **headers}
    for name, value in told.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def raw(body: bytes, *headers: str) -> bytes:
    """A message byte by byte, after the headers that every one has."""
    head = ["From: =?gb2312?B?wdbSuw==?= <lin@example.cn>", "Message-ID: <raw@example.cn>", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
