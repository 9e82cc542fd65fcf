"""The shared-entity graph of a case, laid out: the case, the things that it shares, and the cases that share them.

Three columns, so that every line can be read from left to right and nothing moves between two looks. All numbers are
units of a drawing `WIDTH` wide; the same ties stand below it as text, for whoever cannot see or point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ties import Tie, Tied
from assistant.ui import words

__all__ = ["WIDTH", "GraphView", "graph_view"]

WIDTH = 360
ROW = 24
THING_X, CASE_X = 58, 214
LONGEST = 21
"""Signs of a label that fit into a column."""


@dataclass(frozen=True)
class NodeView:
    """A thing or a case in the drawing: where its label begins, and what it says."""

    x: int
    y: int
    label: str
    title: str
    tone: str = "unresolved"
    case_id: str = ""


@dataclass(frozen=True)
class LineView:
    """From a thing to a case, or from the case at hand (x 0) to a thing."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class TieView:
    """One thing as text: what it is, and the cases that share it."""

    said: str
    value: str
    cases: tuple[NodeView, ...]
    more: int


@dataclass(frozen=True)
class GraphView:
    """The drawing and the same as text; without ties both are empty."""

    width: int
    height: int
    y: int
    things: tuple[NodeView, ...]
    cases: tuple[NodeView, ...]
    lines: tuple[LineView, ...]
    ties: tuple[TieView, ...]


def graph_view(case_id: str, ties: Sequence[Tie]) -> GraphView:
    tied = {one.case_id: one for tie in ties for one in tie.cases}
    rows = max(len(tied), len(ties), 1)
    middle = _row(0, 1, rows)
    things = tuple(
        NodeView(THING_X, _row(at, len(ties), rows), _short(tie.phrase), f"{tie.phrase}: {tie.value}")
        for at, tie in enumerate(ties)
    )
    cases = {id: _node(one, _row(at, len(tied), rows)) for at, (id, one) in enumerate(tied.items())}
    lines = [LineView(0, middle, THING_X, thing.y) for thing in things]
    lines += [
        LineView(THING_X, thing.y, CASE_X, cases[one.case_id].y)
        for thing, tie in zip(things, ties, strict=True)
        for one in tie.cases
    ]
    said = tuple(
        TieView(_title(tie.phrase), tie.value, tuple(cases[one.case_id] for one in tie.cases), tie.more) for tie in ties
    )
    return GraphView(WIDTH, rows * ROW, middle, things, tuple(cases.values()), tuple(lines), said)


def _row(at: int, of: int, rows: int) -> int:
    """The height of the middle of one of so many labels, spread over the whole column."""
    return round((at + 0.5) * rows * ROW / of)


def _node(one: Tied, y: int) -> NodeView:
    ended = one.outcome or (words.action(one.action).lower() if one.action else "open")
    title = f"{one.case_id}: {one.kind}, opened {one.opened_at:%Y-%m-%d}, {ended}"
    return NodeView(CASE_X, y, _short(one.case_id), title, one.outcome or "unresolved", one.case_id)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _title(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
