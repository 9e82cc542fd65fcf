"""The shared-entity graph as it is drawn: every line has two ends on the page, and nothing of it is markup."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import pytest

from assistant.desk import Brief
from assistant.policy import load_policy
from assistant.scoring import NO_MODEL
from assistant.store import Withdrawn
from assistant.ties import Tie, Tied
from assistant.ui import rendering
from assistant.ui.graph import ROW, WIDTH, graph_view
from assistant.ui.views import CaseView, History, case_view
from tests.cases import case
from tests.conftest import NOON
from tests.sheets import sheet


def tied(id: str, outcome: str | None = None, action: str | None = None) -> Tied:
    return Tied(id, "payment", NOON - timedelta(days=3), outcome, action)  # type: ignore[arg-type]


TIES = (
    Tie("device", "device", "dev-1", (tied("a", "fraud"), tied("b", None, "request_documents")), 4),
    Tie("card", "card", "4000", (tied("b", None, "request_documents"), tied("c")), 0),
)


def view(*ties: Tie, withdrawn: Withdrawn | None = None) -> CaseView:
    advice = load_policy().advise(case("c1"), None)
    brief = Brief(case("c1"), NOON, NO_MODEL, (), advice, sheet(probability=None), "", ties, withdrawn)
    return case_view(brief, History())


@pytest.mark.parametrize("things", [1, 2, 6])
@pytest.mark.parametrize("others", [1, 3, 12])
def test_every_label_has_room_and_every_line_ends_at_one(things: int, others: int) -> None:
    ties = tuple(
        Tie("device", f"thing {n}", "x", tuple(tied(f"c{m}") for m in range(others)), 0) for n in range(things)
    )
    graph = graph_view("c0", ties)
    for column in (graph.things, graph.cases):
        heights = [node.y for node in column]
        assert all(later - earlier >= ROW for earlier, later in pairwise(heights))
        assert all(0 < node.y < graph.height and 0 <= node.x < WIDTH for node in column)
    ends = {(node.x, node.y) for node in (*graph.things, *graph.cases)}
    assert len(graph.lines) == things + things * others
    assert all((line.x2, line.y2) in ends for line in graph.lines)


def test_a_case_that_shares_two_things_is_drawn_once() -> None:
    assert [node.case_id for node in graph_view("c1", TIES).cases] == ["a", "b", "c"]


def test_the_same_is_told_as_text_with_a_button_for_each_case() -> None:
    page = rendering.precedents(view(*TIES))
    words = " ".join(re.sub(r"<[^>]*>", "", page[page.index("</svg>") :]).split())
    assert words.startswith(
        "Device dev-1: a (fraud), b (request documents) and 4 more Card 4000: b (request documents), c (open)"
    )
    assert re.findall(r'<button[^>]*data-open="(\w)" data-back="c1"', page) == ["a", "b", "b", "c"]
    assert re.findall(r'<g class="case (\w+)" data-open="(\w)"', page) == [
        ("fraud", "a"),
        ("unresolved", "b"),
        ("unresolved", "c"),
    ]


def test_without_ties_nothing_is_drawn() -> None:
    assert "<svg" not in rendering.precedents(view())


def test_what_others_wrote_stays_text_in_a_drawing_too() -> None:
    evil = '</title></svg><img src=x onerror="alert(1)">'
    hostile = Tie("device", evil, evil, (replace_id(tied("a"), evil),), 0)
    page = rendering.precedents(view(hostile))
    assert "<img" not in page
    assert page.count("</svg>") == 1


def replace_id(one: Tied, id: str) -> Tied:
    return one._replace(case_id=id)


def test_a_withdrawn_case_names_who_took_it_out_why_and_the_drafts_that_had_used_it() -> None:
    gone = Withdrawn("planted", "lead", NOON, (("r1", "p-7"), ("r2", "p-8")))
    page = rendering.precedents(view(withdrawn=gone))
    assert "Withdrawn as a precedent by lead on 2026-03-02 12:00 UTC: planted." in page
    assert re.findall(r'data-open="(p-\d)"', page) == ["p-7", "p-8"]
    assert "No draft had used it." in rendering.precedents(view(withdrawn=gone._replace(drafts=())))
