"""A procedure as a picture: one box a stage with what may be done there, an arrow a step. The same book gives the same SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from huiyin.rules.live import applies, next_stage
from huiyin.rules.schema import Action, Named, Procedure, Rulebook

SIZE = 13
ROW, HEAD, PAD = 20, 30, 10
COLUMN_GAP, BOX_GAP, MARGIN = 90, 18, 24
ANY, START = "any", "start"
FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
STYLE = (
    f"text{{font-family:{FONT};font-size:{SIZE}px;fill:#1d2733}}"
    ".name,.on{font-weight:bold}.who{fill:#667382}.box{fill:#fff;stroke:#667382}.end{fill:#eef2f6;stroke:#9aa5b1}"
    ".head{fill:#206bc4}.over{fill:#667382}.on{fill:#fff}"
    "path{fill:none;stroke:#206bc4;stroke-width:1.2;opacity:.75}.back{stroke:#d63939;stroke-dasharray:5 3}"
)


@dataclass
class _Box:
    """A stage on the page: its rows are the actions taken there, each with the stage to which it leads."""

    stage: str
    title: str
    end: bool
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    layer: int = 0
    x: float = 0
    y: float = 0
    width: float = 0

    @property
    def height(self) -> float:
        return HEAD + ROW * len(self.rows) + (PAD if self.rows else 0)


def svg(book: Rulebook, name: str) -> str:
    """The procedure ``name`` of ``book`` as an SVG document.

    Stages stand in columns by how many steps lead to them; solid arrows go on, dashed ones back. What may be done in every
    stage stands in a box of its own.
    """
    procedure = book.procedures[name]
    boxes = {START: _begin(book, procedure)}
    boxes |= {stage: _box(book, procedure, stage) for stage in procedure.stages}
    anywhere = _Box(ANY, "任何阶段", end=True)
    anywhere.rows = [_row(book, action, "") for action in procedure.actions.values() if _everywhere(action)]
    columns = _columns(boxes)
    _place(columns, boxes)
    bottom = max(box.y + box.height for box in boxes.values()) + BOX_GAP
    everything = list(boxes.values())
    if anywhere.rows:
        anywhere.x, anywhere.y, anywhere.width = MARGIN, bottom, _box_width(anywhere)
        everything.append(anywhere)
    width = max(box.x + box.width for box in everything) + MARGIN
    height = max(box.y + box.height for box in everything) + MARGIN
    title = f"{book.title.zh} · {procedure.zh}（{book.key}）"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" style="fill:#206bc4;stroke:none"/></marker></defs>',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        f'<text x="{MARGIN}" y="{MARGIN + SIZE}" class="name">{escape(title)}</text>',
        *_arrows(boxes),
        *(part for box in everything for part in _drawn(box)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _everywhere(action: Action) -> bool:
    return ANY in action.from_stages and action.to is None


def _box(book: Rulebook, procedure: Procedure, stage: str) -> _Box:
    rule = procedure.stages[stage]
    box = _Box(stage, rule.zh, rule.end)
    for action in procedure.actions.values():
        to = next_stage(procedure, action, stage)
        stays = to == stage and (rule.end or _everywhere(action))
        if applies(procedure, action, stage) and not stays:
            box.rows.append(_row(book, action, "" if to == stage else to))
    box.width = _box_width(box)
    return box


def _begin(book: Rulebook, procedure: Procedure) -> _Box:
    box = _Box(START, "来件", end=True)
    box.rows = [
        _row(book, action, action.to or "") for action in procedure.actions.values() if START in action.from_stages
    ]
    box.width = _box_width(box)
    return box


def _row(book: Rulebook, action: Action, to: str) -> tuple[str, str, str]:
    return action.zh, "、".join(_role(book.roles.get(role), role) for role in action.by), to


def _role(role: Named | None, name: str) -> str:
    return role.zh if role else name


def _box_width(box: _Box) -> float:
    rows = (_wide(f"↺{what} {who}") for what, who, _ in box.rows)
    return max([_wide(f"{box.title} {box.stage}"), *rows]) + 2 * PAD


def _wide(text: str) -> float:
    return sum(SIZE if ord(character) > 0x2E80 else SIZE * 0.6 for character in text)


def _columns(boxes: dict[str, _Box]) -> list[list[_Box]]:
    """The boxes by the number of steps that lead to them; each column ordered by where its arrows come from."""
    layer = {START: 0}
    queue = list(layer)
    for stage in queue:
        for _, _, to in boxes[stage].rows:
            if to and to not in layer:
                layer[to] = layer[stage] + 1
                queue.append(to)
    last = max(layer.values(), default=0)
    columns: list[list[_Box]] = [[] for _ in range(last + 1)]
    for stage in [*queue, *(stage for stage in boxes if stage not in layer)]:
        boxes[stage].layer = layer.get(stage, last)
        columns[boxes[stage].layer].append(boxes[stage])
    for before, column in pairwise(columns):
        order = {box.stage: n for n, box in enumerate(before)}
        column.sort(key=lambda box: (box.end, _mean([order[b.stage] for b in before if _leads(b, box)])))
    return columns


def _leads(source: _Box, target: _Box) -> bool:
    return any(to == target.stage for _, _, to in source.rows)


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values) if values else 0


def _place(columns: Sequence[Sequence[_Box]], boxes: dict[str, _Box]) -> None:
    x: float = MARGIN
    for column in columns:
        y: float = MARGIN + 2 * SIZE + BOX_GAP
        width = max(box.width for box in column)
        for box in column:
            box.x, box.y, box.width = x, y, width
            y += box.height + BOX_GAP
        x += width + COLUMN_GAP


def _arrows(boxes: dict[str, _Box]) -> Iterator[str]:
    for box in boxes.values():
        for n, (_, _, to) in enumerate(box.rows):
            if to:
                yield _arrow(box, box.y + HEAD + ROW * n + ROW / 2, boxes[to])


def _arrow(source: _Box, y: float, target: _Box) -> str:
    top = target.y + HEAD / 2
    right, left = source.x + source.width, target.x
    if target.layer > source.layer:
        bend = (right + left) / 2
        return f'<path d="M{right:.0f} {y:.0f}C{bend:.0f} {y:.0f} {bend:.0f} {top:.0f} {left:.0f} {top:.0f}" marker-end="url(#tip)"/>'
    if target.layer == source.layer:
        bulge = right + COLUMN_GAP / 2
        return f'<path d="M{right:.0f} {y:.0f}C{bulge:.0f} {y:.0f} {bulge:.0f} {top:.0f} {right:.0f} {top:.0f}" marker-end="url(#tip)"/>'
    edge = target.x + target.width
    bend = (source.x + edge) / 2
    return (
        f'<path class="back" d="M{source.x:.0f} {y:.0f}C{bend:.0f} {y:.0f} {bend:.0f} {top:.0f} {edge:.0f} {top:.0f}" '
        'marker-end="url(#tip)"/>'
    )


def _drawn(box: _Box) -> Iterator[str]:
    kind = "box end" if box.end else "box"
    yield f'<rect class="{kind}" x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="4"/>'
    head = "head over" if box.end else "head"
    yield f'<rect class="{head}" x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{HEAD}" rx="4"/>'
    yield f'<text class="on" x="{box.x + PAD:.0f}" y="{box.y + 20:.0f}">{escape(box.title)} {escape(box.stage)}</text>'
    for n, (what, who, to) in enumerate(box.rows):
        y = box.y + HEAD + ROW * n + 15
        mark = "" if to or box.stage == ANY else "↺"
        yield (
            f'<text x="{box.x + PAD:.0f}" y="{y:.0f}">{mark}{escape(what)} '
            f'<tspan class="who">{escape(who)}</tspan></text>'
        )
