"""Recomputing the whole log: every leaf from its event, every node from its leaves, every signed head from its nodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Exists, Max, OuterRef, Q, Subquery

from huiyin.language import gettext as _
from huiyin.ledger import log, merkle
from huiyin.ledger.models import LogHead, LogLeaf, LogNode, LogPending, Row
from huiyin.rows import read_rows

LEAVES_AT_ONCE = 2_000
LogFlaw = tuple[str, str]
"""Where something is wrong, and what."""


def flaws() -> Iterator[LogFlaw]:
    """Everything that is wrong with the log; nothing when it is whole.

    Reads what had been entered when it began: rows of the log are only ever added, so that work may go on meanwhile. Events that
    were not entered yet are no flaw. How long it takes follows from how many rows there are, never from a number that is stored in one.
    """
    size, beyond = _size()
    yield from ((f"log leaf {index}", _("没有这么多条记录")) for index in beyond)
    heads = {head.size: head for head in LogHead.objects.order_by("size")}
    last: dict[int, bytes] = {}
    for start in range(0, size, LEAVES_AT_ONCE):
        indexes = range(start, min(start + LEAVES_AT_ONCE, size))
        hashes, found = _leaves(indexes)
        yield from found
        nodes: dict[merkle.TreeNode, bytes] = {}
        for index in indexes:
            # Where an event is gone, the stored leaf stands in for it, so that one loss is told once.
            for node, value in list(merkle.completed(index, hashes[index], lambda asked: _last(last, asked))):
                last[node[0]] = nodes[node] = value
            if index + 1 in heads:
                yield from _head(heads[index + 1], last)
        yield from _nodes(nodes)
    yield from _surplus(size)
    yield from _bonds(list(heads.values()))
    yield from ((f"log head {number}", _("它包含日志中没有的记录")) for number in heads if number > size)


def left_out() -> Iterator[LogFlaw]:
    """Events that neither stand in the log nor wait for it, and what waits and is no such event; all of it as it stands at one moment."""
    at = {"case_id": OuterRef("case_id"), "seq": OuterRef("seq")}
    waiting, entered = Exists(LogPending.objects.filter(**at)), Exists(LogLeaf.objects.filter(**at))
    for case, seq in Row.objects.filter(~entered, ~waiting).values_list("case_id", "seq").order_by("case_id", "seq"):
        yield f"event {seq} of case {case.hex}", _("它不在日志中，也不在等候载入")
    strays = LogPending.objects.exclude(Exists(Row.objects.filter(at=OuterRef("at"), **at)) & ~entered)
    for case, seq in strays.values_list("case_id", "seq").order_by("case_id", "seq"):
        yield f"event {seq} of case {case.hex}", _("它在等候载入日志，而日志已有它，或者没有这条记录")


def _size() -> tuple[int, list[int]]:
    """How many leaves are to be there, and the numbers of those that stand where none can: a log has no more leaves than events.

    Whoever took events and leaves away left fewer than there were: what is more of the two is counted.
    """
    latest = LogLeaf.objects.aggregate(last=Max("index"))["last"]
    most = max(LogLeaf.objects.count(), Row.objects.count())
    strays = Q(index__gte=most) | Q(index__lt=0)
    beyond = list(LogLeaf.objects.filter(strays).order_by("index").values_list("index", flat=True))
    return 0 if latest is None else min(latest + 1, most), beyond


def _last(last: dict[int, bytes], nodes: Sequence[merkle.TreeNode]) -> list[bytes]:
    """The complete node of a level that was completed last is the one that is asked for, always: leaves come in order."""
    return [last[level] for level, _index in nodes]


def _leaves(indexes: range) -> tuple[dict[int, bytes], list[LogFlaw]]:
    """The leaf hashes of these numbers, each from its event, and what is wrong with the leaves."""
    # Of the events these alone and no bodies: those that were entered one after the other are of as many cases, each of which has many.
    event = Row.objects.filter(case_id=OuterRef("case_id"), seq=OuterRef("seq"))
    leaves = LogLeaf.objects.filter(index__gte=indexes.start, index__lt=indexes.stop)
    beside = leaves.values_list(
        "index", "case_id", "seq", "at", Subquery(event.values("at")), Subquery(event.values("hash"))
    )
    found = {index: rest for index, *rest in read_rows(beside)}
    hashes: dict[int, bytes] = {}
    flaws: list[LogFlaw] = []
    for index in indexes:
        case, seq, at, happened, hash_ = found.get(index, (None, 0, None, None, None))
        if case is None:
            flaws.append((f"log leaf {index}", _("它已缺失")))
        elif happened is None:
            flaws.append(
                (f"log leaf {index}", _("事项 %(case)s 的第 %(seq)s 条记录不见了") % {"seq": seq, "case": case.hex})
            )
        elif happened != at:
            flaws.append((f"log leaf {index}", _("它的时间与记录的不同")))
        hashes[index] = _stored_leaf(index) if hash_ is None else _leaf_hash(hash_)
    return hashes, flaws


def _leaf_hash(hash_: str) -> bytes:
    try:
        return merkle.leaf_hash(bytes.fromhex(hash_))
    except ValueError:
        return b""  # no hash at all, which the chain of the case tells; here its node differs


def _stored_leaf(index: int) -> bytes:
    node = LogNode.objects.filter(level=0, index=index).first()
    return bytes.fromhex(node.hash) if node else b""


def _nodes(nodes: dict[merkle.TreeNode, bytes]) -> Iterator[LogFlaw]:
    """Where stored nodes are not what was recomputed."""
    ranges: dict[int, list[int]] = {}
    for level, index in nodes:
        ranges.setdefault(level, []).append(index)
    among = Q()
    for level, indexes in ranges.items():
        among |= Q(level=level, index__gte=min(indexes), index__lte=max(indexes))
    rows = LogNode.objects.filter(among).values_list("level", "index", "hash")
    stored = {(level, index): hash_ for level, index, hash_ in rows}
    for (level, index), value in nodes.items():
        if (level, index) not in stored:
            yield f"log node {level}/{index}", _("它已缺失")
        elif stored[level, index] != value.hex():
            yield f"log node {level}/{index}", _("它不是其下内容的哈希")


def _bonds(heads: Sequence[LogHead]) -> Iterator[LogFlaw]:
    """Each head names the one before it; those of v0.1.0, before the first that does, were adopted as they stood."""
    before: LogHead | None = None
    begun = False
    for head in heads:
        begun = begun or bool(head.previous)
        if begun and not log.is_bonded(head, before):
            yield f"log head {head.size}", _("它接不上前一个头")
        before = head


def _surplus(size: int) -> Iterator[LogFlaw]:
    """Nodes under which not all leaves are there; those that were completed meanwhile have theirs."""
    beyond = Q(level__gte=size.bit_length())
    for level in range(size.bit_length()):
        beyond |= Q(level=level, index__gte=size >> level)
    for node in LogNode.objects.filter(beyond | Q(index__lt=0)).order_by("level", "index").iterator():
        if not LogLeaf.objects.filter(index=((node.index + 1) << node.level) - 1).exists():
            yield f"log node {node.level}/{node.index}", _("其下的叶子不在")


def _head(head: LogHead, last: dict[int, bytes]) -> Iterator[LogFlaw]:
    if merkle.root(head.size, lambda asked: _last(last, asked)).hex() != head.root:
        yield f"log head {head.size}", _("它不是此前各条记录的根")
    if not log.is_signed(head, log.public_key()):
        yield f"log head {head.size}", _("它的签名不是我们的")
