"""`huiyin seal`: the certificates with which organisations seal documents, and what the seals of a file say."""

from __future__ import annotations

import argparse
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import organisation_of

if TYPE_CHECKING:
    from huiyin.documents.seals.signing import FoundSignature

ADD = """
From then on papers of the organisation are sealed with it (PAdES, ETSI EN 319 142-1); the one before is retired, and papers that bear it stay
known. The password of the file is asked for, or read from --password-file, and not kept.
"""
VERIFY = """
Says of each signature of a PDF whose it is and whether anything was changed since. A signer is known if an organisation here seals or sealed
with that certificate, or if it leads to one given by --trust. Ends with status 1 unless every signature is good.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("seal", help="the electronic seals of organisations")
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help="which organisation seals with which certificate, and until when")
    add_json(listing)
    listing.set_defaults(run=list_seals)
    adding = parts.add_parser("add", help="bring a certificate in", description=ADD)
    adding.add_argument("organisation", metavar="CODE")
    adding.add_argument("file", metavar="FILE", type=Path, help="PKCS#12 (.p12, .pfx): the certificate and its key")
    adding.add_argument("--password-file", metavar="FILE", type=Path, help="its first line is the password of the file")
    adding.add_argument("--picture", metavar="FILE", type=Path, help="PNG of the seal, at most 200 KB")
    add_json(adding)
    adding.set_defaults(run=add)
    retiring = parts.add_parser("retire", help="seal with it no more")
    retiring.add_argument("organisation", metavar="CODE")
    retiring.set_defaults(run=retire)
    verifying = parts.add_parser("verify", help="look at the seals of a PDF", description=VERIFY)
    verifying.add_argument("file", metavar="FILE", type=Path)
    verifying.add_argument(
        "--trust", metavar="FILE", type=Path, action="append", default=[], help="a certificate (PEM or DER); repeatable"
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
        f"{row['organisation']}  {row['subject']}  until {str(row['valid_until'])[:10]}"
        f"{'  retired' if row['retired_at'] else ''}"
        for row in rows
    ]
    report(arguments, {"seals": rows}, lines or ["no organisation seals electronically"])
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
        password = getpass("password of the file: ")
    row = kept.add(organisation, content, password, timezone.now(), picture=picture)
    data = {"organisation": organisation.code, "subject": row.subject, "valid_until": row.valid_until.isoformat()}
    report(arguments, data, [f"{organisation.code} seals with {row.subject} until {row.valid_until.date()}"])
    return DONE


def retire(arguments: argparse.Namespace) -> int:
    """Retires the certificate in force."""
    from django.utils import timezone

    from huiyin.documents.seals import kept

    organisation = organisation_of(arguments.organisation)
    if not kept.retire(organisation, timezone.now()):
        raise Failure(f"{organisation.code} has no certificate to seal with", "see `huiyin seal list`", status=MISUSED)
    print(f"{organisation.code} seals electronically no more")
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
    report(arguments, {"signatures": rows}, [_line(one) for one in found] or ["the file bears no signature"])
    return DONE if found and all(one.good for one in found) else FAILED


def _line(one: FoundSignature) -> str:
    findings = [
        "unchanged" if one.intact and one.whole else "changed since it was sealed",
        "signer known" if one.trusted else "signer unknown: give the issuer's certificate by --trust",
    ]
    return f"{one.signer}  {(one.at and one.at.isoformat()) or ''}  {'; '.join(findings)}"


def _content_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}", "name a file that can be read", status=MISUSED) from None
