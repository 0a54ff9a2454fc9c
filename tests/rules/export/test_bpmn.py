"""What is exported is BPMN 2.0 that other tools open: known elements in their order, references that lead somewhere, a place for each."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from huiyin.rules.book.load import load, shipped
from huiyin.rules.export.bpmn import DC, DD, DI, MODEL, bpmn

PROCEDURES = [(name, procedure) for name in shipped() for procedure in load(name).book.procedures]
CHILDREN = {
    "definitions": ["process", "BPMNDiagram"],
    "process": [
        "startEvent exclusiveGateway endEvent userTask serviceTask adHocSubProcess sequenceFlow",
    ],
    "adHocSubProcess": ["userTask serviceTask", "completionCondition"],
    "userTask": ["documentation", "incoming", "outgoing"],
    "serviceTask": ["documentation", "incoming", "outgoing"],
    "startEvent": ["outgoing"],
    "endEvent": ["incoming"],
    "exclusiveGateway": ["incoming", "outgoing"],
    "sequenceFlow": [],
    "BPMNDiagram": ["BPMNPlane"],
    "BPMNPlane": ["BPMNShape BPMNEdge"],
    "BPMNShape": ["Bounds"],
    "BPMNEdge": ["waypoint"],
}
"""Of formal/2011-01-03, chapters 8, 10 and 12, what is written here: the children of each element, in the order of its schema."""
NAMESPACES = {"BPMNDiagram": DI, "BPMNPlane": DI, "BPMNShape": DI, "BPMNEdge": DI, "Bounds": DC, "waypoint": DD}


def parsed(name: str, procedure: str) -> ET.Element:
    """The exported file, read again."""
    return ET.fromstring(bpmn(load(name).book, procedure))


def split(tag: str) -> tuple[str, str]:
    """Namespace and name of an element."""
    namespace, _, name = tag[1:].partition("}")
    return namespace, name


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_every_element_is_one_of_the_standard_and_stands_in_its_order(name: str, procedure: str) -> None:
    for element in parsed(name, procedure).iter():
        namespace, tag = split(element.tag)
        assert namespace == NAMESPACES.get(tag, MODEL), tag
        groups = CHILDREN.get(tag, [])
        found = [
            next((n for n, group in enumerate(groups) if split(child.tag)[1] in group.split()), None)
            for child in element
        ]
        assert None not in found, f"{tag} holds {[split(child.tag)[1] for child in element]}"
        assert found == sorted(found), f"{tag} in another order"


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_every_id_is_there_once_and_every_reference_leads_to_one(name: str, procedure: str) -> None:
    root = parsed(name, procedure)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    named = [element.get(key) for element in root.iter() for key in ("sourceRef", "targetRef", "bpmnElement")]
    named += [element.text for element in root.iter() if split(element.tag)[1] in ("incoming", "outgoing")]
    assert {one for one in named if one} <= set(ids)


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_every_node_and_every_flow_has_its_place_and_no_shape_covers_another(name: str, procedure: str) -> None:
    root = parsed(name, procedure)
    model = {e.get("id") for e in root.iter() if split(e.tag)[0] == MODEL and e.get("id")}
    drawn = {e.get("bpmnElement") for e in root.iter() if split(e.tag)[1] in ("BPMNShape", "BPMNEdge")}
    (process,) = root.iter(f"{{{MODEL}}}process")
    assert drawn == model - {root.get("id"), process.get("id")}
    boxes = {
        shape.get("bpmnElement"): [float(bounds.get(key, "")) for key in ("x", "y", "width", "height")]
        for shape in root.iter(f"{{{DI}}}BPMNShape")
        for bounds in shape
        if shape.get("bpmnElement") != "Beside"
    }
    for (one, (x, y, w, h)), (other, (a, b, c, d)) in combinations(boxes.items(), 2):
        assert x + w <= a or a + c <= x or y + h <= b or b + d <= y, (one, other)
    assert all(len(edge) >= 2 for edge in root.iter(f"{{{DI}}}BPMNEdge"))


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_every_action_is_a_task_and_every_stage_is_reached_from_the_start(name: str, procedure: str) -> None:
    root, rule = parsed(name, procedure), load(name).book.procedures[procedure]
    tasks = {e.get("name") for e in root.iter() if split(e.tag)[1] in ("userTask", "serviceTask")}
    assert tasks == {action.zh for action in rule.actions.values()}
    following: dict[str, list[str]] = {}
    for flow in root.iter(f"{{{MODEL}}}sequenceFlow"):
        following.setdefault(flow.get("sourceRef", ""), []).append(flow.get("targetRef", ""))
    reached = ["Begin"]
    for node in reached:
        reached += [target for target in dict.fromkeys(following.get(node, ())) if target not in reached]
    assert {f"Stage_{stage.replace('-', '--')}" for stage in rule.stages} <= set(reached)
    assert len(following["Begin"]) == 1


def test_who_acts_what_is_asked_and_the_clause_stand_with_the_task() -> None:
    root = ET.fromstring(bpmn(load("national-2022").book, "matter", "en"))
    (accept,) = (e for e in root.iter() if e.get("id", "").startswith("Task_accept_accepted"))
    said = accept[0].text or ""
    assert split(accept[0].tag)[1] == "documentation"
    assert "by: " in said and "discharges: " in said and "clause: art-23" in said


def test_what_the_system_does_is_a_service_task() -> None:
    root = parsed("national-2022", "matter")
    kinds = {e.get("id"): split(e.tag)[1] for e in root.iter() if split(e.tag)[1].endswith("Task")}
    assert {kind for id, kind in kinds.items() if id.startswith("Task_conclude_")} == {"serviceTask"}
    assert {kind for id, kind in kinds.items() if id.startswith("Task_accept_")} == {"userTask"}
