"""A procedure as a picture: the ordinary way as a thick line from top to bottom, every other way beside it.

Boxes are stages, words beside a line are the actions that lead along it and who takes them. graphlay places both, so that no
box and no word covers another; nothing here depends on chance, and the same book gives the same SVG.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import graphlay

from huiyin.rules.book.elements import Language
from huiyin.rules.book.schema import START, Procedure, Rulebook
from huiyin.rules.book.steps import is_anywhere
from huiyin.rules.diagram.flow import FlowStep, ProcedureFlow, Wide, flow

SIZE, SMALL = 13, 11
ROW, HEAD, PAD = 19, 30, 12
WORD_LINE, WHO_LINE = 17, 14
MARGIN, TITLE = 20, 34
SHEET: Final = (688, 850)
"""Px at 96 dpi that A4 has inside its margins, below a heading."""
WIDE = 1260
"""Px beyond which a picture is not made to fit a page of 1,100: its words would be too small."""
BEND = 6
MAX_ROLES = 2
FONT: Final = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',sans-serif"
INK, SOFT, GREEN, PAPER = "#1d2a30", "#56636a", "#12545d", "#ffffff"
LINE, END = "#8b979c", "#ecebe6"
EXIT, REOPENS = "\u2002→ ■\u2002", "\u2002→\u2002"
MAIN_WEIGHT: Final = 12.0
OPTIONS: Final[Mapping[str, Any]] = {
    "direction": "topbottom",
    "spacing": {"layer_gap": 16.0, "node_gap": 22.0, "dummy_gap": 16.0, "port_gap": 14.0, "stub": 6.0},
}

Point = tuple[float, float]
ShapeKind = str
"""stage or action: what an anchor leads to."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("来件", "Received"),
    "stays": ("不改变阶段", "stage stays"),
    "wide": ("可以在多个阶段办理", "Possible in many stages"),
    "everywhere": ("未终结的任何阶段", "any stage but an end"),
    "stages": ("{} 个阶段", "{} stages"),
    "more": ("等 {} 个角色", "and others, {} roles"),
    "main": ("通常的路径", "the ordinary way"),
    "other": ("其他路径", "other ways"),
    "end": ("终结", "an end"),
}


@dataclass(frozen=True, slots=True)
class _Text:
    """One line of words; ``target`` is what it leads to: a kind and a name, or nothing."""

    words: str
    target: tuple[ShapeKind, str] | None = None
    who: str = ""


@dataclass(slots=True)
class _Box:
    """A stage: its name and the rows below it."""

    stage: str
    title: _Text
    end: bool
    main: bool
    rows: list[tuple[_Text, ...]] = field(default_factory=list)

    @property
    def width(self) -> float:
        rows = (sum(_wide(text) for text in row) for row in self.rows)
        return max(_wide(self.title) + (14 if self.end else 0), *rows, 44) + 2 * PAD

    @property
    def height(self) -> float:
        return HEAD + (ROW * len(self.rows) + 6 if self.rows else 0)


@dataclass(frozen=True, slots=True)
class _TextLabel:
    """The words on the line of a step: its actions and who takes them."""

    step: FlowStep
    texts: tuple[_Text, ...]

    @property
    def width(self) -> float:
        return max(_wide(text, who=True) for text in self.texts) + 6

    @property
    def height(self) -> float:
        return (WORD_LINE + WHO_LINE) * len(self.texts) + 2


def svg(book: Rulebook, name: str, *, language: Language = "zh", anchors: str = "") -> str:
    """The procedure ``name`` of ``book`` as an SVG document, its words in ``language``. The references must resolve.

    With ``anchors`` each stage and action is a link to ``#{anchors}-stage-{name}`` or ``#{anchors}-action-{name}``.
    """
    picture = _Picture(book, name, language, anchors).drawn()
    return picture.cut(0, picture.height)


def sheets(book: Rulebook, name: str, *, language: Language = "zh", anchors: str = "") -> tuple[str, ...]:
    """As ``svg``, cut into pieces that fill pages of A4 in legible size; no box and no word is cut."""
    picture = _Picture(book, name, language, anchors).drawn()
    most = SHEET[1] * max(1, picture.width / SHEET[0])
    pieces, top = [], 0.0
    while picture.height - top > most:
        bottom = picture.gap(top + most / 2, top + most)
        pieces.append(picture.cut(top, bottom))
        top = bottom
    return (*pieces, picture.cut(top, picture.height))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A picture: its SVG parts, its size, and from where to where boxes and words reach down."""

    title: str
    linked: bool
    width: float
    height: float
    parts: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]

    def cut(self, top: float, bottom: float) -> str:
        """The SVG of what lies between two heights."""
        shape = "diagram is-wide" if self.width > WIDE else "diagram"
        role = "group" if self.linked else "img"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{shape}" width="{self.width:.0f}" height="{bottom - top:.0f}" '
            f'viewBox="0 {top:.0f} {self.width:.0f} {bottom - top:.0f}" font-family="{FONT}" font-size="{SIZE}" fill="{INK}" '
            f'role="{role}" aria-label="{escape(self.title)}">\n' + "\n".join(self.parts) + "\n</svg>\n"
        )

    def gap(self, least: float, most: float) -> float:
        """The lowest height between ``least`` and ``most`` at which only lines are cut; ``most`` when there is none."""
        height = most
        while height > least:
            crossed = [start for start, end in self.spans if start < height < end]
            if not crossed:
                return height
            height = min(crossed)
        return most


class _Picture:
    def __init__(self, book: Rulebook, name: str, language: Language, anchors: str) -> None:
        self.book, self.name, self.language, self.anchors = book, name, language, anchors
        self.procedure: Procedure = book.procedures[name]
        self.flow: ProcedureFlow = flow(book, name)

    def drawn(self) -> _Drawn:
        boxes = [self._box(stage) for stage in self.flow.places]
        labels = [_TextLabel(step, tuple(self._action(name) for name in step.actions)) for step in self.flow.steps]
        laid = self._laid_out(boxes, labels)
        x0, y0 = laid.bounds["min"]["x"], laid.bounds["min"]["y"]
        width = max(laid.bounds["max"]["x"] - x0, 320) + 2 * MARGIN
        below = laid.bounds["max"]["y"] - y0 + TITLE + MARGIN
        height = below + self._beside_height(width) + MARGIN + SIZE * 2
        title = f"{self.book.title.name(self.language)} · {self.procedure.name(self.language)}"
        centres = [node["center"] for node in laid.nodes]
        parts = (
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="{PAPER}"/>',
            f'<text x="{MARGIN}" y="{MARGIN + 2}" font-weight="bold">{escape(title)} '
            f'<tspan fill="{SOFT}" font-weight="normal">{escape(self.book.key)}</tspan></text>',
            f'<g transform="translate({MARGIN - x0:.1f} {TITLE - y0:.1f})">',
            *_lines(labels, laid.edges),
            *(part for box, centre in zip(boxes, centres, strict=False) for part in self._stage(box, centre)),
            *(part for label, at in zip(labels, centres[len(boxes) :], strict=True) for part in self._words(label, at)),
            "</g>",
            *self._beside(width, below),
            *self._legend(height - MARGIN),
        )
        tall = [box.height for box in boxes] + [label.height for label in labels]
        middles = [at["y"] - y0 + TITLE for at in centres]
        spans = [(middle - h / 2 - 4, middle + h / 2 + 4) for middle, h in zip(middles, tall, strict=True)]
        return _Drawn(title, bool(self.anchors), width, height, parts, (*spans, (below, height)))

    def _laid_out(self, boxes: Sequence[_Box], labels: Sequence[_TextLabel]) -> graphlay.Layout:
        """Words stand on their line as a node of their own, so that they have room and it is plain to which line they belong.

        What leads back is laid out the other way round: the engine then has no circles to open, and the ordinary way stays straight.
        """
        graph = graphlay.Graph()
        for box in boxes:
            graph.node(width=box.width, height=box.height)
        for label in labels:
            graph.node(width=label.width, height=label.height)
        numbers = {box.stage: number for number, box in enumerate(boxes)}
        for number, label in enumerate(labels, len(boxes)):
            ends = numbers[label.step.source], number, numbers[label.step.target]
            before, middle, after = ends[::-1] if label.step.back else ends
            graph.edge(before, middle, weight=MAIN_WEIGHT if label.step.main else 1.0)
            graph.edge(middle, after, weight=MAIN_WEIGHT if label.step.main else 1.0)
        return graphlay.layout(graph, preset="process_map", options=OPTIONS)

    # --- what stands where ---

    def _say(self, word: str, *values: object) -> str:
        return _WORDS[word][self.language == "en"].format(*values)

    def _box(self, stage: str) -> _Box:
        if stage == START:
            return _Box(stage, _Text(self._say("start")), end=False, main=True)
        rule, place = self.procedure.stages[stage], self.flow.places[stage]
        box = _Box(stage, _Text(rule.name(self.language), ("stage", stage)), rule.end, stage in self.flow.main)
        box.rows += [(_Text("↺\u2002"), self._action(name)) for name in place.stays]
        for name, end in place.exits:
            title = self.procedure.stages[end].name(self.language)
            box.rows.append((self._action(name), _Text(EXIT), _Text(title, ("stage", end))))
        return box

    def _action(self, name: str) -> _Text:
        action = self.procedure.actions[name]
        roles = [self.book.roles[role].name(self.language) for role in action.by]
        between = ", " if self.language == "en" else "、"
        who = between.join(roles[:MAX_ROLES])
        if len(roles) > MAX_ROLES:
            who += (" " if self.language == "en" else "") + self._say("more", len(roles))
        return _Text(action.name(self.language), ("action", name), who)

    def _aside(self, words: str) -> str:
        """``words`` in brackets."""
        return f" ({words})" if self.language == "en" else f"（{words}）"

    # --- drawing ---

    def _linked(self, text: _Text, drawn: str, more: str = "") -> str:
        """``drawn`` as a link to what it is about, with a title that says all of it."""
        if text.target is None or not self.anchors:
            return drawn
        kind, name = text.target
        title = f"{text.words}{self._aside(text.who)}" if text.who else text.words
        return f'<a href="#{self.anchors}-{kind}-{escape(name)}"><title>{escape(title + more)}</title>{drawn}</a>'

    def _stage(self, box: _Box, centre: Mapping[str, float]) -> Iterator[str]:
        x, y = centre["x"] - box.width / 2, centre["y"] - box.height / 2
        edge, stroke = (GREEN, 2) if box.main else (SOFT, 1)
        fill = END if box.end else PAPER
        yield (
            f'<rect class="stage" x="{x:.1f}" y="{y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
            f'rx="{HEAD / 2 if box.end or box.stage == START else 5}" fill="{fill}" stroke="{edge}" stroke-width="{stroke}"/>'
        )
        mark = "■ " if box.end else ""
        middle = "" if box.rows else ' text-anchor="middle"'
        left = x + PAD if box.rows else centre["x"]
        words = (
            f'<text x="{left:.1f}" y="{y + 20:.1f}" font-weight="bold"{middle}>{mark}{escape(box.title.words)}</text>'
        )
        yield self._linked(box.title, words, self._aside(self._say("end")) if box.end else "")
        for number, row in enumerate(box.rows):
            at, line = x + PAD, y + HEAD + ROW * number + 13
            for text in row:
                colour = GREEN if text.target and text.target[0] == "action" else SOFT
                words = f'<text x="{at:.1f}" y="{line:.1f}" fill="{colour}">{escape(text.words)}</text>'
                yield self._linked(text, words)
                at += _wide(text)

    def _words(self, label: _TextLabel, centre: Mapping[str, float]) -> Iterator[str]:
        x, y = centre["x"], centre["y"] - label.height / 2
        for text in label.texts:
            words = (
                f'<text x="{x:.1f}" y="{y + 13:.1f}" text-anchor="middle" fill="{GREEN}">{escape(text.words)}</text>'
            )
            who = (
                f'<text x="{x:.1f}" y="{y + WORD_LINE + 9:.1f}" text-anchor="middle" fill="{SOFT}" font-size="{SMALL}">'
                f"{escape(text.who)}</text>"
            )
            yield self._linked(text, words + who)
            y += WORD_LINE + WHO_LINE

    # --- what stands beside the picture ---

    def _column(self) -> float:
        """How wide a column of these actions is: as its longest line."""
        lines = [
            max(_wide(self._action(item.action)) + 40, _length(self._where(item), SMALL)) for item in self.flow.wide
        ]
        ends = [
            _wide(self._action(item.action)) + _length(EXIT + self.procedure.stages[item.to].name(self.language))
            for item in self.flow.wide
            if item.to
        ]
        return max([*lines, *ends, 200]) + MARGIN

    def _where(self, item: Wide) -> str:
        anywhere = is_anywhere(self.procedure.actions[item.action])
        stages = self._say("everywhere") if anywhere else self._say("stages", item.stages)
        return f"{self._action(item.action).who} · {stages}"

    def _rows(self, width: float) -> int:
        columns = max(1, int((width - 2 * MARGIN) // self._column()))
        return -(-len(self.flow.wide) // columns)

    def _beside_height(self, width: float) -> float:
        rows = self._rows(width)
        return rows * (ROW * 2 + 4) + ROW + MARGIN if rows else MARGIN

    def _beside(self, width: float, top: float) -> Iterator[str]:
        """The actions that many stages allow, in columns."""
        if not self.flow.wide:
            return
        yield f'<path d="M{MARGIN} {top:.0f}H{width - MARGIN:.0f}" stroke="{LINE}" stroke-width="1"/>'
        yield f'<text x="{MARGIN}" y="{top + ROW:.0f}" font-weight="bold">{escape(self._say("wide"))}</text>'
        rows, column = self._rows(width), self._column()
        for number, item in enumerate(self.flow.wide):
            x = MARGIN + column * (number // rows)
            yield from self._wide(item, x, top + 2 * ROW + (ROW * 2 + 4) * (number % rows) + 2)

    def _wide(self, item: Wide, x: float, y: float) -> Iterator[str]:
        text = self._action(item.action)
        words = f'<text x="{x:.1f}" y="{y:.0f}" fill="{GREEN}">{escape(text.words)}</text>'
        yield self._linked(text, words)
        if item.to is not None:
            stage = self.procedure.stages[item.to]
            end, arrow = _Text(stage.name(self.language), ("stage", item.to)), EXIT if stage.end else REOPENS
            at = x + _wide(text)
            yield f'<text x="{at:.1f}" y="{y:.0f}" fill="{SOFT}">{arrow}</text>'
            at += _length(arrow)
            yield self._linked(end, f'<text x="{at:.1f}" y="{y:.0f}" fill="{SOFT}">{escape(end.words)}</text>')
        label = escape(self._where(item))
        yield f'<text x="{x:.1f}" y="{y + 15:.0f}" fill="{SOFT}" font-size="{SMALL}">{label}</text>'

    def _legend(self, y: float) -> Iterator[str]:
        x: float = MARGIN
        for colour, stroke, word in ((GREEN, 2.6, "main"), (LINE, 1.3, "other")):
            yield f'<path d="M{x:.0f} {y - 4:.0f}h26" stroke="{colour}" stroke-width="{stroke}"/>'
            yield f'<text x="{x + 32:.0f}" y="{y:.0f}" fill="{SOFT}" font-size="{SMALL}">{escape(self._say(word))}</text>'
            x += 52 + _length(self._say(word), SMALL)
        label = f"↺ {self._say('stays')}   ■ {self._say('end')}"
        yield f'<text x="{x:.0f}" y="{y:.0f}" fill="{SOFT}" font-size="{SMALL}" xml:space="preserve">{escape(label)}</text>'


def _lines(labels: Sequence[_TextLabel], edges: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each step as a line to its words and an arrow from there; the ordinary way over the others where they cross."""
    halves = zip(edges[::2], edges[1::2], strict=True)
    for label, pair in sorted(zip(labels, halves, strict=True), key=lambda item: item[0].step.main):
        first, second = ([(point["x"], point["y"]) for point in edge["points"]] for edge in pair)
        if label.step.back:
            first, second = second[::-1], first[::-1]
        colour, stroke = (GREEN, 2.6) if label.step.main else (LINE, 1.3)
        yield f'<path d="{_bent(first)}{_bent(second)}" fill="none" stroke="{colour}" stroke-width="{stroke}"/>'
        yield f'<path d="{_tip(second, 6 if label.step.main else 5)}" fill="{colour}"/>'


def _length(words: str, size: float = SIZE) -> float:
    """About how wide ``words`` are, in px."""
    return sum(size if ord(character) > 0x2E80 or character in "↺■→" else size * 0.58 for character in words)


def _wide(text: _Text, *, who: bool = False) -> float:
    return max(_length(text.words), _length(text.who, SMALL) if who else 0)


def _bent(points: Sequence[Point]) -> str:
    """The line through ``points`` with rounded corners."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = _towards(corner, before), _towards(corner, after)
        parts.append(f"L{ax:.1f} {ay:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {bx:.1f} {by:.1f}")
    parts.append(f"L{points[-1][0]:.1f} {points[-1][1]:.1f}")
    return "".join(parts)


def _towards(corner: Point, other: Point) -> Point:
    """The point on the way from ``corner`` to ``other`` where the rounding ends."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    far = (dx * dx + dy * dy) ** 0.5
    part = min(BEND, far / 2) / far if far else 0
    return corner[0] + dx * part, corner[1] + dy * part


def _tip(points: Sequence[Point], size: float) -> str:
    """The head of the arrow at the last of ``points``."""
    (ax, ay), (bx, by) = points[-2], points[-1]
    far = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1
    ux, uy = (bx - ax) / far, (by - ay) / far
    left = bx - ux * size * 1.4 - uy * size * 0.7, by - uy * size * 1.4 + ux * size * 0.7
    right = bx - ux * size * 1.4 + uy * size * 0.7, by - uy * size * 1.4 - ux * size * 0.7
    return f"M{bx:.1f} {by:.1f}L{left[0]:.1f} {left[1]:.1f}L{right[0]:.1f} {right[1]:.1f}z"
