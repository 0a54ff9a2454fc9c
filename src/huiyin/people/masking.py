"""Enough of a person to recognise them by, and no more: what pages show before anyone asks for the rest."""

from dataclasses import replace

from huiyin.people.checks import PHONES, PetitionerFields

DOTS = "****"


def masked(fields: PetitionerFields) -> PetitionerFields:
    """The fields with everything covered but the surname, and the ends of numbers: 张*, 138****1234."""
    return replace(
        fields,
        name=masked_name(fields.name) if fields.kind in ("person", "anonymous", "signer") else fields.name,
        phone=PHONES.join(masked_number(number, 3, 4) for number in fields.phone.split(PHONES)),
        id_number=masked_number(fields.id_number, 3, 2),
        address=_masked_address(fields.address),
        email=_masked_email(fields.email),
    )


def _masked_address(address: str) -> str:
    """Its beginning: of a long one the town and the street, of a short one the first half, never the house."""
    return address[: 6 if len(address) >= 10 else len(address) // 2] + DOTS if address else ""


def masked_name(name: str) -> str:
    """The first character and a star for each further one, three at the most."""
    return name[:1] + "*" * min(len(name) - 1, 3) if name else ""


def masked_number(number: str, first: int, last: int) -> str:
    """The first and last characters, as many as asked for; a number too short for that is covered whole."""
    if not number:
        return ""
    return f"{number[:first]}{DOTS}{number[-last:]}" if len(number) > first + last else DOTS


def _masked_email(address: str) -> str:
    local, at, host = address.partition("@")
    return f"{local[:1]}{DOTS}@{host}" if at else ""
