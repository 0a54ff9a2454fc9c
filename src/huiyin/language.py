"""In which language somebody reads, and the words of the catalogues where there is no Django.

The command line answers before, and often without, any settings: it looks words up here, in the same catalogues as those of the pages
(docs/translating.md). Simplified Chinese is the key of every text.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from gettext import NullTranslations, translation
from importlib.resources import files
from typing import Final, Literal

ReaderLanguage = Literal["zh-hans", "zh-hant", "en"]
READERS: Final[tuple[ReaderLanguage, ...]] = ("zh-hans", "zh-hant", "en")
VARIABLE: Final = "HUIYIN_LANGUAGE"
CHOSEN_BY: Final = (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")
"""Variables of the environment that say it; the first that is set does."""


def reader_of(language: str) -> ReaderLanguage:
    """Which of our languages a reader of ``language`` gets: Chinese unless it is English."""
    named = language.lower().replace("_", "-")
    if named.startswith("en"):
        return "en"
    return "zh-hant" if named.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")) else "zh-hans"


def language_of(environ: Mapping[str, str]) -> ReaderLanguage:
    """That of a terminal with this environment."""
    return reader_of(next((named for name in CHOSEN_BY if (named := environ.get(name))), ""))


@lru_cache(maxsize=len(READERS))
def catalogue(reader: ReaderLanguage) -> NullTranslations:
    """The words of a language; of simplified Chinese these are the keys themselves."""
    if reader == "zh-hans":
        return NullTranslations()
    name = {"zh-hant": "zh_Hant", "en": "en"}[reader]
    return translation("django", str(files("huiyin") / "locale"), [name])


def terminal() -> ReaderLanguage:
    """The language of this process's terminal."""
    return language_of(os.environ)


def gettext(text: str) -> str:
    """``text`` in the language of this process's terminal."""
    return catalogue(terminal()).gettext(text)


def either(zh: str, en: str) -> str:
    """Which of two words of a rulebook this process's terminal shows: English where it is wanted and there is any."""
    return en if en and terminal() == "en" else zh


def gettext_noop(text: str) -> str:
    """Marks ``text`` for the catalogues: gettext's programs look for this name."""
    return text
