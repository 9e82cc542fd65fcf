"""The demo world through the whole house."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.conftest import NOON


@pytest.fixture
def workspace(demo: Path) -> Workspace:
    return Workspace.open(settings=Settings())


def test_every_open_case_has_a_place_in_the_queue_and_the_first_costs_most(workspace: Workspace) -> None:
    counts = workspace.store.queue.counts()
    assert sum(counts.values()) == 500
    assert counts["open"] > 20
    queue = workspace.queue(limit=1000)
    assert len(queue) == counts["open"]
    assert {row.kind for row in queue} == {"payment", "identity", "merchant"}


def test_reviews_of_all_kinds_are_complete_and_every_sentence_is_checked(workspace: Workspace) -> None:
    for kind in ("payment", "identity", "merchant"):
        for row in workspace.queue(limit=4, kind=kind):
            review = workspace.review(row.case_id)
            assert review.draft.status == "scripted"
            assert review.draft.action in workspace.policy.allowed(kind)
            assert review.precedents
            cited = {cited for sentence in review.draft.sentences for cited in sentence.citations}
            assert cited <= {item.id for item in review.evidence}
            shown = {sentence.id for sentence in review.draft.sentences}
            for sentence in shown:
                assert any(check.ok and check.sentence == sentence for check in review.draft.checks)
            assert not [check for check in review.draft.checks if not check.ok]


def test_live_scores_are_those_of_the_bulk(workspace: Workspace) -> None:
    for row in workspace.queue(limit=25):
        case = workspace.case(row.case_id)
        card = workspace.records.score(case, workspace.records.signals(case))
        assert card.probability == pytest.approx(row.probability, abs=1e-6)
        assert card.band == row.band


def test_precedents_come_from_before_the_review_and_are_not_the_case(workspace: Workspace) -> None:
    for row in workspace.queue(limit=5):
        middle = workspace.case(row.case_id).opened_at
        for precedent in workspace.similar(row.case_id, k=10, as_of=middle):
            assert precedent.known_at < middle
            assert precedent.case_id != row.case_id
            assert precedent.decided_at is None or precedent.decided_at < middle


def test_importing_the_same_world_again_changes_nothing(workspace: Workspace) -> None:
    folder = workspace.settings.home / "demo"
    for name in ("payments", "identity", "merchants"):
        again = workspace.import_cases(folder / f"{name}.csv", folder / f"{name}.toml")
        assert again.unchanged == again.rows
        assert again.imported == again.updated == again.rejected == 0


@pytest.mark.slow
def test_the_champion_is_better_than_chance_on_later_cases(tmp_path: Path) -> None:
    workspace = Workspace.open(settings=Settings(home=tmp_path))
    workspace.demo(cases=2000, seed=7, end=NOON.date())
    model = workspace.records.model
    assert model is not None
    assert model.card.metrics is not None
    assert model.card.metrics.auc.low > 0.7
    assert model.card.metrics.ece < 0.1


def test_a_decision_does_not_take_the_score_away_that_it_was_made_with(workspace: Workspace) -> None:
    row = next(row for row in workspace.queue(limit=100) if row.probability is not None)
    before = workspace.review(row.case_id).score
    workspace.decide(row.case_id, action="approve", reason="fine", reviewer="kim")
    assert workspace.review(row.case_id).score == before


def test_a_world_too_small_for_a_model_is_still_a_desk(tmp_path: Path) -> None:
    workspace = Workspace.open(settings=Settings(home=tmp_path))
    found = workspace.demo(cases=60, seed=7, end=NOON.date())
    assert (found.cases, found.models) == (60, 0)
    assert "labelled cases" in found.note
    assert workspace.review(workspace.queue(limit=1)[0].case_id).draft.sentences
