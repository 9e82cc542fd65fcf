"""Rings, counter-examples and differences among precedents, through the whole house and by its clocks."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.case import Precedent
from assistant.settings import Settings
from assistant.sheet import precedent_statement
from assistant.shortlist import COUNTER_DISTANCE
from assistant.workspace import Workspace
from retrieval import Match, Query
from tests.flow.test_loop import HEADER, SCHEMA

RING = 12


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    """Twelve frauds of one device, another fraud, one that turned out legitimate, and an open case of the device."""
    rows = [
        f"r{n:02d},2026-01-02T10:{n:02d}:00Z,129.00,r{n}@example.com,dev-1,shoes,please ship fast" for n in range(RING)
    ]
    rows += [
        "alone,2026-01-02T11:00:00Z,125.00,x@example.com,dev-7,shoes,please ship it fast",
        "honest,2026-01-02T11:10:00Z,131.00,h@example.com,dev-8,shoes,please ship it fast now",
        "open,2026-01-03T10:00:00Z,130.00,o@example.com,dev-1,shoes,please ship fast",
    ]
    (tmp_path / "shop.csv").write_text(HEADER + "\n".join(rows) + "\n")
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = Workspace.open(settings=Settings(home=tmp_path / "home", embedder="hash", writer="scripted"))
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    for case_id in [*(f"r{n:02d}" for n in range(RING)), "alone"]:
        workspace.record_outcome(case_id, outcome="fraud", source="chargeback", actor="lead")
    return workspace


def told(found: list[Precedent]) -> list[tuple[str, int, bool]]:
    """Id, how many of its ring it stands for, and whether it is a counter-example."""
    return [(one.case_id, len(one.ring), bool(one.counter_example)) for one in found]


def test_a_ring_is_one_precedent_that_says_how_many_and_which_and_the_sheet_keeps_its_words(shop: Workspace) -> None:
    first, second = shop.similar("open")
    assert first.because == ("same device", f"and {RING - 1} more from the same ring")
    assert {first.case_id, *first.ring} == {f"r{n:02d}" for n in range(RING)}
    assert (second.case_id, second.ring) == ("alone", ())
    assert precedent_statement(first) == f"case {first.case_id} turned out to be fraud: same device"


def test_a_draft_counts_a_ring_once(shop: Workspace) -> None:
    sentences = " ".join(one.text for one in shop.review("open").draft.sentences)
    assert "Both similar cases were fraud" in sentences
    assert "ring" not in sentences


def test_a_withdrawn_member_leaves_its_ring(shop: Workspace) -> None:
    gone = shop.similar("open")[0].ring[0]
    shop.withdraw(gone, reason="wrong", actor="lead")
    first = shop.similar("open")[0]
    assert gone not in {first.case_id, *first.ring}
    assert first.because[-1] == f"and {RING - 2} more from the same ring"


def test_a_case_is_not_in_a_ring_of_its_own_precedents(shop: Workspace) -> None:
    first = shop.similar("r03")[0]
    assert "r03" not in {first.case_id, *first.ring}
    assert len(first.ring) == RING - 2


def test_the_one_that_turned_out_the_other_way_is_marked_once_that_is_known_and_never_before(shop: Workspace) -> None:
    before = datetime.now(UTC)
    without = shop.similar("open", k=2, as_of=before)
    assert told(without) == [(without[0].case_id, RING - 1, False), ("alone", 0, False)]
    shop.record_outcome("honest", outcome="legitimate", source="appeal", actor="lead")
    first, counter = shop.similar("open", k=2)
    assert (first.case_id, counter.case_id) == (without[0].case_id, "honest")
    assert counter.counter_example.startswith(
        "turned out to be legitimate, unlike most of these; what it shares: reads alike"
    )
    assert 1 - counter.similarity <= COUNTER_DISTANCE
    assert shop.similar("open", k=2, as_of=before) == without


def test_an_outcome_that_is_learned_later_moves_nobody_out_of_a_ring_before(shop: Workspace) -> None:
    before = datetime.now(UTC)
    without = shop.similar("open", as_of=before)
    shop.record_outcome("r05", outcome="legitimate", source="appeal", actor="lead")
    assert shop.similar("open", as_of=before) == without
    after = shop.similar("open")
    assert {one.case_id: one.outcome for one in after}["r05"] == "legitimate"
    assert all("r05" not in one.ring for one in after)


def test_every_precedent_of_the_demo_says_where_it_differs_by_what_was_known_when_it_was_opened(demo: Path) -> None:
    workspace = Workspace.open(settings=Settings())
    cases = [row.case_id for row in workspace.queue(limit=1000) if row.probability is not None][:15]
    before = {case_id: workspace.similar(case_id) for case_id in cases}
    said = [one.differs for found in before.values() for one in found]
    assert sum(map(bool, said)) > 0.8 * len(said)
    assert all(one.startswith("here ") and ", there " in one for one in said if one)
    as_of = datetime.now(UTC)
    for found in before.values():
        for one in found[:1]:
            workspace.record_outcome(one.case_id, outcome="unresolved", source="review", actor="lead")
    assert {case_id: workspace.similar(case_id, as_of=as_of) for case_id in cases} == before


def test_what_a_precedent_also_has_is_true_of_both_and_hardly_any_only_reads_alike(demo: Path) -> None:
    workspace = Workspace.open(settings=Settings())
    because: list[str] = []
    for row in [row for row in workspace.queue(limit=1000) if row.probability is not None][:15]:
        own = {fact.phrase: fact.value for fact in workspace.case(row.case_id).facts}
        for one in workspace.similar(row.case_id):
            because += one.because
            for phrase in ("reason for review", "kind of connection"):
                said = [why for why in one.because if why.startswith(f"also {phrase} is ")]
                assert said in ([], [f"also {phrase} is {own.get(phrase)}"])
    assert because.count("reads alike") < 0.05 * len(because), because


def test_the_demo_holds_counter_examples_that_turned_out_the_other_way_than_most(demo: Path) -> None:
    workspace = Workspace.open(settings=Settings())
    late = datetime.now(UTC) + timedelta(days=1)
    seen = 0
    for row in workspace.queue(limit=40):
        found = workspace.similar(row.case_id, as_of=late)
        for counter in (one for one in found if one.counter_example):
            rest = [one.outcome for one in found if one is not counter]
            other = "fraud" if counter.outcome == "legitimate" else "legitimate"
            assert rest.count(other) >= rest.count(counter.outcome)
            seen += 1
    assert seen > 10


def test_the_profile_counts_only_where_a_model_was_there_at_the_moment_asked_about(demo: Path) -> None:
    workspace = Workspace.open(settings=Settings())
    scored = next(row.case_id for row in workspace.queue(limit=1000) if row.probability is not None)
    case, model = workspace.case(scored), workspace.records.model
    assert model is not None
    first = min(one.recipe.cutoff for one in model.vintages if one.recipe.kind == case.kind)
    views = []
    search = workspace.records.memory.similar

    def watched(query: Query, k: int) -> list[Match]:
        found = search(query, k)
        views.extend({*match.by_view} for match in found)
        return found

    workspace.records.memory.similar = watched  # type: ignore[method-assign]
    workspace.similar(scored)
    with_model, views = views, []
    workspace.similar(scored, as_of=first - timedelta(seconds=1))
    # the counter-example may be asked for as well, through the same views
    assert with_model
    assert views
    assert all(seen == {"text", "words", "links", "profile"} for seen in with_model)
    assert all(seen == {"text", "words", "links"} for seen in views)


def test_a_new_model_changes_nothing_in_the_memory(demo: Path) -> None:
    workspace = Workspace.open(settings=Settings())
    workspace.similar(workspace.queue(limit=1)[0].case_id)
    items = memory_item_of(workspace)
    workspace.index(rebuild=True, weigh=False)
    assert memory_item_of(workspace) == items
    shutil.rmtree(demo / "models")
    workspace.index(rebuild=True, weigh=False)
    assert memory_item_of(workspace) == items
    assert any(profile for _, profile in items.values())


def memory_item_of(workspace: Workspace) -> dict[str, tuple[int, str]]:
    """What the memory's side table keeps of each case: since when it is known, and its profile."""
    with sqlite3.connect(workspace.settings.home / "memory" / "memory.sqlite") as table:
        return {
            id: (known_at, profile) for id, known_at, profile in table.execute("SELECT id, known_at, profile FROM item")
        }


def test_without_a_model_nothing_is_said_to_differ(shop: Workspace) -> None:
    assert [one.differs for one in shop.similar("open")] == ["", ""]


def test_a_counter_example_is_found_behind_any_number_that_turned_out_the_same(tmp_path: Path) -> None:
    line = "{0},2026-01-02T10:00:{1:02d}Z,129.00,{0}@example.com,dev-{0},shoes,{2}\n"
    frauds = [f"f{n}" for n in range(150)]
    rows = [line.format(id, n % 60, "please ship fast") for n, id in enumerate([*frauds, "open"])]
    rows.append(line.format("honest", 0, "please ship fast to my mother"))
    (tmp_path / "shop.csv").write_text(HEADER + "".join(rows))
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = Workspace.open(settings=Settings(home=tmp_path / "home", embedder="hash", writer="scripted"))
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    for case_id in frauds:
        workspace.record_outcome(case_id, outcome="fraud", source="chargeback", actor="lead")
    workspace.record_outcome("honest", outcome="legitimate", source="appeal", actor="lead")
    workspace.index(weigh=False)
    found = workspace.similar("open", k=3)
    assert [one.outcome for one in found] == ["fraud", "fraud", "legitimate"]
    assert told(found)[-1] == ("honest", 0, True)
