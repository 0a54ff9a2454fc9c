"""Each change that can be put on record has a name in 管理日志: the codes are read from the calls themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import huiyin
from huiyin.office.log import LABELS

SOURCE: Final = Path(huiyin.__file__).parent
RECORD: Final = "huiyin.people.administration"


@dataclass(frozen=True)
class RecordingModule:
    """A module that records something, or calls one that does; ``imports`` by the name that it gives them, ``calls`` with the function around."""

    name: str
    tree: ast.Module
    imports: Mapping[str, str]
    calls: list[tuple[ast.FunctionDef, ast.Call]]

    def called(self, call: ast.Call) -> str:
        """The full name of what is called, as far as imports tell."""
        match call.func:
            case ast.Attribute(attr=name, value=ast.Name(id=base)) if base in self.imports:
                return f"{self.imports[base]}.{name}"
            case ast.Attribute(attr=name) | ast.Name(id=name):
                return self.imports.get(name, f"{self.name}.{name}")
            case _:
                return ""


def modules() -> Iterator[RecordingModule]:
    """All of them but the one that writes."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        name = ".".join(("huiyin", *path.relative_to(SOURCE).with_suffix("").parts))
        if name == RECORD or not ("record_act" in text or "recording import" in text):
            continue
        tree = ast.parse(text)
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        yield RecordingModule(
            name,
            tree,
            {one.asname or one.name: f"{node.module}.{one.name}" for node in imports for one in node.names},
            [(around, node) for around in functions for node in ast.walk(around) if isinstance(node, ast.Call)],
        )


def assigned(name: str, around: ast.AST) -> Iterator[ast.expr]:
    """What a name stands for within ``around``: what is assigned to it, what a loop over rows that are written out gives it."""
    for node in ast.walk(around):
        match node:
            case ast.Assign(targets=[ast.Name(id=known)], value=value) if known == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=known), value=ast.expr() as value) if known == name:
                yield value
            case ast.For(target=ast.Tuple(elts=names), iter=ast.Tuple(elts=rows)):
                for place, one in enumerate(names):
                    if isinstance(one, ast.Name) and one.id == name:
                        yield from (row.elts[place] for row in rows if isinstance(row, ast.Tuple))


def codes(value: ast.expr, around: ast.FunctionDef, tree: ast.Module) -> set[str]:
    """What an argument may be; empty where that is not to be seen."""
    match value:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp(body=one, orelse=other):
            return codes(one, around, tree) | codes(other, around, tree)
        case ast.Name(id=name):
            given = chain(assigned(name, around), *(assigned(name, node) for node in tree.body if not _is_code(node)))
            return set().union(*(codes(one, around, tree) for one in given))
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id=name)), ast.Constant(value=str(end))]):
            kinds = [one.annotation for one in around.args.args if one.arg == name and one.annotation is not None]
            return {f"{one}{end}" for kind in kinds for one in codes(kind, around, tree)}
        case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=some)):
            return set().union(*(codes(one, around, tree) for one in some))
        case _:
            return set()


def _is_code(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def recorded_codes() -> tuple[set[str], set[str]]:
    """The codes of all changes that may be recorded; and the calls of which that is not to be seen."""
    places, before = {f"{RECORD}.record_act": 0}, 0
    known, unseen, found = set[str](), set[str](), list(modules())
    while len(places) > before:
        before = len(places)
        for module in found:
            for around, call in module.calls:
                place = places.get(module.called(call))
                if place is None:
                    continue
                given = (*call.args[place : place + 1], *(one.value for one in call.keywords if one.arg == "change"))[0]
                parameters = [one.arg for one in around.args.args if one.arg != "self"]
                if isinstance(given, ast.Name) and given.id in parameters:
                    places[f"{module.name}.{around.name}"] = parameters.index(given.id)
                elif told := codes(given, around, module.tree):
                    known |= told
                else:
                    unseen.add(f"{module.name}:{call.lineno} {ast.unparse(given)}")
    return known, unseen


def test_each_change_that_is_recorded_has_a_label() -> None:
    known, unseen = recorded_codes()
    assert not unseen
    assert {"add_seal", "change_reception", "keep_meeting", "invite", "confirm_gift", "decline_swap"} <= known
    assert known - LABELS.keys() == set()
