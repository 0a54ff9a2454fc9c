"""What every element of a rulebook is made of: frozen, named in both languages, with the clauses it comes from."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from huiyin.rules.book.flaw_codes import FlawCode
from huiyin.rules.book.texts import Param
from huiyin.rules.deadlines.duration import MAX_DAYS, LimitTooLong
from huiyin.rules.deadlines.limits import Limit
from huiyin.rules.deadlines.limits import parse as parse_limit

Language = Literal["zh", "en"]

_CONVENTION: Final = re.compile(r"[^《第\d]*约定")


class Element(BaseModel):
    """What every part of a rulebook shares: it cannot be changed, and a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, arbitrary_types_allowed=True)


def as_tuple(value: object) -> object:
    """One entry may stand without a list around it; a number is one too, so that it is found to be no text."""
    return (value,) if isinstance(value, str | dict | int | float) else value


def _limit(value: object) -> object:
    if value is None or isinstance(value, Limit):
        return value
    try:
        return parse_limit(str(value))
    except LimitTooLong as error:
        raise complaint(FlawCode.LIMIT_TOO_LONG, max=str(MAX_DAYS), days=str(error.days)) from None
    except ValueError:
        raise complaint(FlawCode.NO_LIMIT, written=repr(str(value))) from None


def complaint(code: FlawCode, **about: Param) -> PydanticCustomError:
    """What a value is refused with for a reason that pydantic has no name for; `schema_errors` reads it again and adds what was found,
    unless ``about`` says it.
    """
    return PydanticCustomError(code.value, "see schema_errors", {"code": code, "about": about})


ID = r"^[a-z][a-z0-9_-]*$"
FIELD_USE = r"^[a-z][a-z0-9_]*\??$"
VERSION = r"^[0-9A-Za-z.-]{1,20}$"

Id = Annotated[str, Field(pattern=ID, max_length=60)]
ClauseId = Annotated[str, Field(min_length=1, max_length=60)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(as_tuple)]
ClauseIds = Annotated[tuple[ClauseId, ...], BeforeValidator(as_tuple), Field(min_length=1)]
LimitText = Annotated[Limit, BeforeValidator(_limit)]


class Named(Element):
    """An element with a name in both languages; ``en`` falls back to ``zh``."""

    zh: str = Field(min_length=1, max_length=500)
    en: str = Field(default="", max_length=500)

    def name(self, language: Language = "zh") -> str:
        """The name in ``language``."""
        return self.en if language == "en" and self.en else self.zh


class Cited(Named):
    """A named element that says which clauses it comes from."""

    clause: ClauseIds


class Clause(Named):
    """A paraphrase of one provision; ``cite`` is how people quote it, e.g. 第三十四条 or Art. 34."""

    cite: Named
    note: Named | None = None

    @property
    def is_convention(self) -> bool:
        """Whether it is no law or rule but what those who work by the book agreed on, as its quotation says: 办理约定四, 本局约定一."""
        return _CONVENTION.match(self.cite.zh) is not None
