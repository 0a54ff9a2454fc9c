"""`huiyin seal`: the certificates with which organisations seal documents, and what the seals of a file say."""

from __future__ import annotations

import argparse
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import organisation_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.documents.seals.signing import FoundSignature

ADD = gettext_noop(
    "从此本机构的文书用它盖章（PAdES，ETSI EN 319 142-1）；原来的停用，盖过它的文书仍能辨认。"
    "文件的密码会当场询问，或者从 --password-file 读取，不保存。"
)
VERIFY = gettext_noop(
    "逐个说明 PDF 的签章是谁的、以后有没有改动。本系统的机构现在或以前用过的证书，"
    "或者能追溯到 --trust 给出的证书，算已知。除非每个签章都有效，退出码为 1。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("seal", help=_("机构的电子印章"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help=_("哪个机构用哪个证书盖章，到何时为止"))
    add_json(listing)
    listing.set_defaults(run=list_seals)
    adding = parts.add_parser("add", help=_("导入证书"), description=_(ADD))
    adding.add_argument("organisation", metavar="CODE")
    adding.add_argument("file", metavar="FILE", type=Path, help=_("PKCS#12（.p12、.pfx）：证书和私钥"))
    adding.add_argument("--password-file", metavar="FILE", type=Path, help=_("第一行是文件的密码"))
    adding.add_argument("--picture", metavar="FILE", type=Path, help=_("印章的 PNG 图片，最大 200 KB"))
    add_json(adding)
    adding.set_defaults(run=add)
    retiring = parts.add_parser("retire", help=_("不再用它盖章"))
    retiring.add_argument("organisation", metavar="CODE")
    retiring.set_defaults(run=retire)
    verifying = parts.add_parser("verify", help=_("查看 PDF 的签章"), description=_(VERIFY))
    verifying.add_argument("file", metavar="FILE", type=Path)
    verifying.add_argument(
        "--trust", metavar="FILE", type=Path, action="append", default=[], help=_("证书（PEM 或 DER）；可以写几次")
    )
    add_json(verifying)
    verifying.set_defaults(run=verify)


def list_seals(arguments: argparse.Namespace) -> int:
    """Shows the certificates, those in force first."""
    from huiyin.people.models import OrganisationSeal

    rows = [
        {
            "organisation": one.organisation.code,
            "subject": one.subject,
            "serial": one.serial,
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat(),
            "retired_at": one.retired_at and one.retired_at.isoformat(),
            "has_picture": one.picture is not None,
        }
        for one in OrganisationSeal.objects.select_related("organisation").order_by(
            "organisation__code", "retired_at", "added_at"
        )
    ]
    lines = [
        _("%(organisation)s  %(subject)s  有效期至 %(valid_until)s%(retired)s")
        % {
            "organisation": row["organisation"],
            "subject": row["subject"],
            "valid_until": str(row["valid_until"])[:10],
            "retired": _("  已停用") if row["retired_at"] else "",
        }
        for row in rows
    ]
    report(arguments, {"seals": rows}, lines or [_("没有机构使用电子印章")])
    return DONE


def add(arguments: argparse.Namespace) -> int:
    """Brings a certificate in."""
    from django.utils import timezone

    from huiyin.documents.seals import kept

    organisation = organisation_of(arguments.organisation)
    content = _content_of(arguments.file)
    picture = _content_of(arguments.picture) if arguments.picture else b""
    if arguments.password_file:
        password = (_content_of(arguments.password_file).decode("utf-8", "replace").splitlines() or [""])[0]
    else:
        password = getpass(_("文件的密码："))
    row = kept.add(organisation, content, password, timezone.now(), picture=picture)
    data = {"organisation": organisation.code, "subject": row.subject, "valid_until": row.valid_until.isoformat()}
    report(
        arguments,
        data,
        [
            _("%(code)s 用 %(subject)s 盖章，有效期至 %(date)s")
            % {"code": organisation.code, "subject": row.subject, "date": row.valid_until.date()}
        ],
    )
    return DONE


def retire(arguments: argparse.Namespace) -> int:
    """Retires the certificate in force."""
    from django.utils import timezone

    from huiyin.documents.seals import kept

    organisation = organisation_of(arguments.organisation)
    if not kept.retire(organisation, timezone.now()):
        raise Failure(
            _("%(code)s 没有用来盖章的证书") % {"code": organisation.code}, _("见 `huiyin seal list`"), status=MISUSED
        )
    print(_("%(code)s 不再用电子印章") % {"code": organisation.code})
    return DONE


def verify(arguments: argparse.Namespace) -> int:
    """Looks at the seals of a PDF."""
    from huiyin.documents.seals import kept, signing

    trusted = [*kept.certificates(), *(_content_of(one) for one in arguments.trust)]
    found = signing.signatures_of(_content_of(arguments.file), trusted)
    rows = [
        {
            "signer": one.signer,
            "serial": one.serial,
            "at": one.at and one.at.isoformat(),
            "intact": one.intact,
            "whole": one.whole,
            "trusted": one.trusted,
        }
        for one in found
    ]
    report(arguments, {"signatures": rows}, [_line(one) for one in found] or [_("文件没有签章")])
    return DONE if found and all(one.good for one in found) else FAILED


def _line(one: FoundSignature) -> str:
    findings = [
        _("盖章以后没有改动") if one.intact and one.whole else _("盖章以后有改动"),
        _("签章人已知") if one.trusted else _("签章人未知：请用 --trust 给出签发者的证书"),
    ]
    outcome = _("；").join(findings)
    return f"{one.signer}  {(one.at and one.at.isoformat()) or ''}  {outcome}"


def _content_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", _("请写一个能读的文件"), status=MISUSED) from None
