"""The whole text of a rulebook: the files of which it is made, as they are kept for as long as a case was handled under it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from huiyin.rules.book.load import Rules, load, load_file
from huiyin.rules.book.references import resolved


@dataclass(frozen=True, slots=True)
class Sources:
    """A rulebook named ``name`` with everything that it extends and includes: ``texts`` by the name of each
    file without its ending, as in `xx-bureau/matter`.

    The calendar of public holidays is not part of it: a new year's holidays apply under every version.
    """

    name: str
    texts: Mapping[str, str]

    @property
    def digest(self) -> str:
        """A hex SHA-256 of all of it: equal for the same rules in the same words, and for nothing else."""
        plain = json.dumps([self.name, dict(self.texts)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(plain.encode()).hexdigest()

    def write_to(self, folder: Path) -> Path:
        """The file of the rulebook below ``folder``, with the files of all its texts beside it."""
        write_files(folder, {name: text.encode() for name, text in self.texts.items()})
        return folder / f"{self.name}.yaml"


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """The files of rulebooks below ``folder``: their contents by the name of each without its ending, as in `xx-bureau/matter`."""
    for name, content in contents.items():
        file = folder / f"{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)


def gather(path: Path) -> tuple[Rules, Sources]:
    """The rulebook in the file ``path``, and the texts of which it is made.

    Raises RulebookFlawed, also when a name in it leads nowhere.
    """
    rules = resolved(load_file(path))
    return rules, _of(rules, path.stem)


@lru_cache(maxsize=64)
def gather_shipped(name: str) -> tuple[Rules, Sources]:
    """As ``gather``, for the shipped rulebook ``name``, which is read once a process."""
    rules = load(name)
    return rules, _of(rules, name)


def restore(sources: Sources) -> Rules:
    """The rulebook as it was when ``sources`` were gathered. Raises RulebookFlawed when this version of the system cannot read it."""
    with TemporaryDirectory(prefix="huiyin-rulebook-") as folder:
        return load_file(sources.write_to(Path(folder)))


def _of(rules: Rules, name: str) -> Sources:
    texts = {file.removesuffix(".yaml"): path.read_text(encoding="utf-8") for file, path in sorted(rules.files.items())}
    return Sources(name, texts)
