"""What HUIYIN_MAILBOX_URLS means."""

from __future__ import annotations

import pytest

from huiyin.site.environment import Misconfigured, mailboxes


def test_several_mailboxes_stand_between_blanks() -> None:
    first, second = mailboxes(
        "imaps://a%40b.cn:p%2Fw@imap.b.cn/Post?organisation=lj&since=2026-12-01\n imap://c@d.cn:1143/?tls=no"
    )
    assert (first["host"], first["port"], first["user"], first["password"]) == ("imap.b.cn", 993, "a@b.cn", "p/w")
    assert (first["folder"], first["organisation"], first["since"]) == ("Post", "lj", "2026-12-01")
    assert (first["encrypted"], second["encrypted"], second["plain"], second["port"]) == (True, False, True, 1143)
    assert second["folder"] == "INBOX"
    assert mailboxes("") == []


@pytest.mark.parametrize(
    "url",
    [
        "pop3://a:geheim@b",
        "imaps://geheim",
        "imaps://:geheim@b",
        "imaps://a:geheim@b:port",
        "imaps://a:geheim@b?since=x",
    ],
)
def test_what_means_nothing_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        mailboxes(url)
    assert "geheim" not in str(refused.value)
