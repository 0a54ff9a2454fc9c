"""What decides whether a test notices a removal, as one digest: what was tried with the same is not tried again."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

from huiyin.clauses.removals.removals import Removal
from huiyin.rules.book.load import load

FRAMEWORK = "django"
"""What a test reaches by it is named in settings and not imported: such a test depends on the whole source."""
PACKAGES = ("huiyin", "tests")
METHOD = 1
"""How removals are made and tried: a new number tries everything again."""


class Inputs:
    """The source tree at ``root``, and digests of what decides in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._closures: dict[str, str] = {}

    def key(self, removal: Removal | None, test: str) -> str:
        """A hex SHA-256 of the removal, the part of the book in which it is made, and all that the ``test`` is made of; None is no removal."""
        part = _part(removal.book, _procedure_of(removal.path)) if removal is not None else ""
        file, _, name = test.partition("::")
        function, _, parameter = name.rpartition("::")[2].removesuffix("]").partition("[")
        own = _own_text(self.root / file, function)
        return _digest(
            [str(METHOD), str(removal or ""), part, test, own, self._record(file, parameter), self._of_file(file)]
        )

    def _record(self, file: str, parameter: str) -> str:
        """A digest of the record that the test ``file`` compares with where it runs with this ``parameter``."""
        path = (self.root / file).parent / "clauses" / f"{parameter}.txt"
        return _bytes_digest(path) if parameter and path.is_file() else ""

    def _of_file(self, file: str) -> str:
        """A digest of every file of the tree that the test ``file`` imports, directly or not, without itself."""
        if file not in self._closures:
            self._closures[file] = self._closed(file)
        return self._closures[file]

    def _closed(self, file: str) -> str:
        known, waiting, whole = {"tests/conftest.py"}, [file], False
        while waiting:
            one = waiting.pop()
            if one in known:
                continue
            known.add(one)
            names = self._imports(one)
            whole = whole or FRAMEWORK in names
            waiting.extend(path for name in names if (path := self._path_of(name)) is not None)
        return _digest([*([self._everything] if whole else []), *(self._text(path) for path in sorted(known - {file}))])

    @cached_property
    def _everything(self) -> str:
        files = [*self.root.glob("src/huiyin/**/*.py"), *self.root.glob("src/huiyin/**/*.html")]
        return _digest([_bytes_digest(path) for path in sorted(files)])

    def _imports(self, file: str) -> frozenset[str]:
        return _imports(self.root / file)

    def _text(self, file: str) -> str:
        return _bytes_digest(self.root / file)

    def _path_of(self, module: str) -> str | None:
        """The file of ``module``, or of the package that has a name in it; None when it is not of this tree."""
        if module.partition(".")[0] not in PACKAGES:
            return None
        top = "src/" if module.startswith("huiyin") else ""
        parts = module.split(".")
        while parts:
            for path in (f"{top}{'/'.join(parts)}.py", f"{top}{'/'.join(parts)}/__init__.py"):
                if (self.root / path).is_file():
                    return path
            parts.pop()
        return None


@lru_cache(maxsize=4096)
def _imports(path: Path) -> frozenset[str]:
    return frozenset(_named(ast.parse(path.read_text(encoding="utf-8"))))


def _named(module: ast.Module) -> Iterator[str]:
    """Each module that is imported, and each name in one, which may be a module too; of a framework only its name."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            yield FRAMEWORK if name.partition(".")[0] in (FRAMEWORK, "ninja") else name


@lru_cache(maxsize=4096)
def _part(book: str, procedure: str) -> str:
    """A digest of a ``procedure`` of ``book`` with what all procedures share; of the whole book where there is none."""
    content = load(book).book.model_dump(exclude={"title", "version", "clauses", "elsewhere", "basis"})
    if procedure:
        content["procedures"] = {procedure: content["procedures"][procedure]}
    return _digest([json.dumps(content, ensure_ascii=False, sort_keys=True, default=_plain)])


def _procedure_of(path: str) -> str:
    """The procedure in which the element at ``path`` stands; empty where all share it."""
    parts = path.split(".")
    return parts[1] if len(parts) == 4 else ""


def _plain(value: object) -> object:
    """What JSON has no word for: a set in its order, everything else as it is written."""
    return sorted(value) if isinstance(value, frozenset) else str(value)


@lru_cache(maxsize=4096)
def _own_text(path: Path, test: str) -> str:
    """The test file without the tests that are not ``test``, and the list of those whose records it reads: another test or clause beside it
    changes nothing for it.
    """
    module = ast.parse(path.read_text(encoding="utf-8"))
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            node.body = [one for one in node.body if not _is_other(one, test)]
    module.body = [one for one in module.body if not _is_other(one, test)]
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = [one for one in node.decorator_list if not ast.unparse(one).startswith("by_clause(")]
    return ast.unparse(module)


def _is_other(node: ast.stmt, test: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test") and node.name != test


@lru_cache(maxsize=4096)
def _bytes_digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _digest(parts: list[str]) -> str:
    return sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
