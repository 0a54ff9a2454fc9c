"""A procedure as BPMN 2.0 XML, with where everything stands, for modelling tools.

Elements and attributes as in the OMG's standard formal/2011-01-03 (ISO/IEC 19510): a stage is an exclusive gateway at which the next step is
chosen, an end an end event, an action that moves a case a task (of the system: a service task), and what leaves a case where it is a task
of an ad-hoc sub-process, since BPMN has no step that may be taken again and again beside others. Who acts, what is asked, owed and told
stands in each task's documentation: rulebooks say more than BPMN can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from huiyin.rules.book.elements import Language
from huiyin.rules.book.schema import START, Action, Procedure, Rulebook
from huiyin.rules.book.steps import applies, begins_case, next_stage

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DD: Final = "http://www.omg.org/spec/DD/20100524/DI"
TARGET: Final = "urn:huiyin:rulebook"
for prefix, namespace in (("bpmn", MODEL), ("bpmndi", DI), ("dc", DC), ("di", DD)):
    ET.register_namespace(prefix, namespace)

COLUMN, ROW, MARGIN = 260, 110, 40
SIZES: Final = {"event": (36, 36), "gateway": (50, 50), "task": (140, 70)}
"""Width and height in the pixels of the standard's diagram interchange."""


@dataclass(frozen=True, slots=True)
class _Node:
    """Something that stands in the picture: ``kind`` says which size it has, ``tag`` which element it is."""

    id: str
    tag: str
    kind: str
    name: str
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class _Flow:
    """A sequence flow from node to node."""

    id: str
    source: str
    target: str


def bpmn(book: Rulebook, name: str, language: Language = "zh") -> str:
    """The procedure ``name`` of ``book`` as one BPMN file. Its references must resolve."""
    return _Drawing(book, name, language).text()


class _Drawing:
    """One procedure on its way to XML."""

    def __init__(self, book: Rulebook, name: str, language: Language) -> None:
        self.book, self.name, self.language = book, name, language
        self.procedure: Procedure = book.procedures[name]
        self.nodes: dict[str, _Node] = {}
        self.flows: list[_Flow] = []
        self._stages()
        self._moving()
        self.beside = [self._task(f"Beside_{_id(key)}", action) for key, action in self._staying()]

    def text(self) -> str:
        root = ET.Element(
            f"{{{MODEL}}}definitions",
            {"id": f"Definitions_{_id(self.name)}", "targetNamespace": TARGET, "exporter": "huiyin"},
        )
        process = _add(
            root,
            "process",
            {
                "id": f"Process_{_id(self.name)}",
                "name": self.procedure.name(self.language),
                "isExecutable": "false",
            },
        )
        for node in self.nodes.values():
            self._element(process, node, flows=True)
        if self.beside:
            aside = _add(
                process, "adHocSubProcess", {"id": "Beside", "name": self._in_language("随时可办", "At any time")}
            )
            for node in self.beside:
                self._element(aside, node, flows=False)
            _add(aside, "completionCondition", {}).text = "true"
        for flow in self.flows:
            _add(process, "sequenceFlow", {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target})
        self._diagram(root)
        ET.indent(root)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"

    def _in_language(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def _stages(self) -> None:
        begin, ways = "Begin", self._in_language("怎样来的", "By which way")
        self._node(_Node(begin, "startEvent", "event", self._in_language("来件", "Received")))
        # Several flows out of an event would all be taken at once.
        self._node(_Node(_stage(START), "exclusiveGateway", "gateway", ways))
        self._flow(begin, _stage(START))
        for key, stage in self.procedure.stages.items():
            tag, kind = ("endEvent", "event") if self._is_final(key) else ("exclusiveGateway", "gateway")
            self._node(_Node(_stage(key), tag, kind, stage.name(self.language)))

    def _is_final(self, stage: str) -> bool:
        """Whether nothing leads on from there: an end from which a case can come back is no end event."""
        return self.procedure.stages[stage].end and not any(
            applies(self.procedure, action, stage) and next_stage(self.procedure, action, stage) != stage
            for action in self.procedure.actions.values()
        )

    def _moving(self) -> None:
        for key, action in self.procedure.actions.items():
            leading: dict[str, list[str]] = {}
            for stage, to in self._steps(action):
                if to != stage:
                    leading.setdefault(to, []).append(stage)
            for to, stages in leading.items():
                task = self._task(f"Task_{_id(key)}_{_id(to)}", action)
                self._node(task)
                for stage in stages:
                    self._flow(_stage(stage), task.id)
                self._flow(task.id, _stage(to))

    def _steps(self, action: Action) -> Iterator[tuple[str, str]]:
        if begins_case(action):
            if action.to is not None:
                yield START, action.to
            return
        for stage in self.procedure.stages:
            if applies(self.procedure, action, stage):
                yield stage, next_stage(self.procedure, action, stage)

    def _staying(self) -> Iterator[tuple[str, Action]]:
        for key, action in self.procedure.actions.items():
            if any(stage == to for stage, to in self._steps(action)):
                yield key, action

    def _task(self, id: str, action: Action) -> _Node:
        system = any(
            self.book.roles[role].of == "system" for role in action.by
        )  # a timer takes it, unless somebody does before
        return _Node(
            id, "serviceTask" if system else "userTask", "task", action.name(self.language), self._about(action)
        )

    def _about(self, action: Action) -> str:
        """What the book says of the action beyond its name, a line for each."""
        procedure, language = self.procedure, self.language
        fields = [f"{self.book.fields[use.name].name(language)}{'' if use.required else '?'}" for use in action.fields]
        rows = (
            (self._in_language("谁办", "by"), [self.book.roles[role].name(language) for role in action.takers]),
            (self._in_language("填写", "asks for"), fields),
            (
                self._in_language("完成", "discharges"),
                [procedure.duties[duty].name(language) for duty in action.discharges],
            ),
            (self._in_language("产生", "opens"), [procedure.duties[one.duty].name(language) for one in action.opens]),
            (self._in_language("文书", "notice"), [procedure.notices[name].name(language) for name in action.notice]),
            (self._in_language("依据", "clause"), list(action.clause)),
        )
        return "\n".join(f"{head}: {', '.join(names)}" for head, names in rows if names)

    def _node(self, node: _Node) -> None:
        self.nodes[node.id] = node

    def _flow(self, source: str, target: str) -> None:
        self.flows.append(_Flow(f"Flow_{len(self.flows) + 1}", source, target))

    def _element(self, parent: ET.Element, node: _Node, flows: bool) -> None:
        made = _add(parent, node.tag, {"id": node.id, "name": node.name})
        if node.documentation:
            _add(made, "documentation", {}).text = node.documentation
        for flow in self.flows if flows else ():
            if flow.target == node.id:
                _add(made, "incoming", {}).text = flow.id
        for flow in self.flows if flows else ():
            if flow.source == node.id:
                _add(made, "outgoing", {}).text = flow.id

    def _diagram(self, root: ET.Element) -> None:
        diagram = ET.SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": "Diagram"})
        plane = ET.SubElement(
            diagram, f"{{{DI}}}BPMNPlane", {"id": "Plane", "bpmnElement": f"Process_{_id(self.name)}"}
        )
        bounds = self._placed()
        for id, (x, y, width, height) in bounds.items():
            more = {"isMarkerVisible": "true"} if id in self.nodes and self.nodes[id].kind == "gateway" else {}
            more |= {"isExpanded": "true"} if id == "Beside" else {}
            shape = ET.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": f"Shape_{id}", "bpmnElement": id, **more})
            ET.SubElement(
                shape,
                f"{{{DC}}}Bounds",
                {"x": str(x), "y": str(y), "width": str(width), "height": str(height)},
            )
        for flow in self.flows:
            edge = ET.SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": f"Edge_{flow.id}", "bpmnElement": flow.id})
            for x, y in _way(bounds[flow.source], bounds[flow.target]):
                ET.SubElement(edge, f"{{{DD}}}waypoint", {"x": str(x), "y": str(y)})

    def _placed(self) -> dict[str, tuple[int, int, int, int]]:
        """Where each node stands: a column for each step from the beginning, and below them what may be done at any time."""
        columns, reached = self._columns(), dict[int, int]()
        found: dict[str, tuple[int, int, int, int]] = {}
        for id, column in columns.items():
            width, height = SIZES[self.nodes[id].kind]
            row = reached[column] = reached.get(column, -1) + 1
            middle = MARGIN + row * ROW + ROW // 2
            found[id] = (MARGIN + column * COLUMN, middle - height // 2, width, height)
        if self.beside:
            top = MARGIN + (max(reached.values()) + 1) * ROW + MARGIN
            wide = max(1, max(reached))
            rows = -(-len(self.beside) // wide)
            found["Beside"] = (MARGIN, top, wide * COLUMN + MARGIN, rows * ROW + 2 * MARGIN)
            for n, node in enumerate(self.beside):
                x, y = 2 * MARGIN + n % wide * COLUMN, top + MARGIN + n // wide * ROW
                found[node.id] = (x, y, *SIZES["task"])
        return found

    def _columns(self) -> dict[str, int]:
        """How far from the beginning each node is, breadth first; what nothing leads to stands last."""
        following: dict[str, list[str]] = {}
        for flow in self.flows:
            following.setdefault(flow.source, []).append(flow.target)
        found, queue = {"Begin": 0}, ["Begin"]
        for id in queue:
            for target in following.get(id, ()):
                if target not in found:
                    found[target] = found[id] + 1
                    queue.append(target)
        last = max(found.values()) + 1
        return {**found, **{id: last for id in self.nodes if id not in found}}


def _way(source: tuple[int, int, int, int], target: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """From the right edge of one shape to the left edge of the other, with two bends between."""
    x, y = source[0] + source[2], source[1] + source[3] // 2
    to_x, to_y = target[0], target[1] + target[3] // 2
    between = (x + to_x) // 2 if to_x > x else x + MARGIN // 2
    return [(x, y), (between, y), (between, to_y), (to_x, to_y)]


def _add(parent: ET.Element, tag: str, attributes: dict[str, str]) -> ET.Element:
    return ET.SubElement(parent, f"{{{MODEL}}}{tag}", attributes)


def _stage(name: str) -> str:
    return f"Stage_{_id(name)}"


def _id(name: str) -> str:
    """A name as XML has ids; no two names of a rulebook differ only in this."""
    return name.replace("-", "--")
