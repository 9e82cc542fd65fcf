"""How sure a draft is, through the whole house: learned after train and index, in whichever order they come."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import records
from assistant.case import Outcome
from assistant.confidence import Measured, Weighing
from assistant.scoring import Interval
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.conftest import built_demo
from tests.flow.test_loop import HEADER, ROWS, SCHEMA


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo world that is large enough to be learned from: with 500 cases no labelled one is younger than a model."""
    return built_demo(tmp_path_factory.mktemp("grown"), cases=1000)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest 45 cases are enough to see what is looked at; each costs a search of the memory."""
    monkeypatch.setattr(records, "MOST_CASES", 45)


@pytest.fixture
def workspace(grown: Path, own_home: Path) -> Workspace:
    shutil.copytree(grown, own_home)
    return Workspace.open(settings=Settings())


def kept(workspace: Workspace) -> Path:
    (found,) = (workspace.settings.home / "models").glob("*/confidence.json")
    return found


def past_cases(workspace: Workspace) -> dict[tuple[str, datetime], tuple[float, tuple[object, ...]]]:
    """What the desk saw of each labelled case: score and precedents."""
    model = workspace.records.model
    assert model is not None
    seen = workspace.records.past_cases(model, datetime.now(UTC))
    return {(one.kind, one.seen_at): (one.probability, one.precedents) for one in seen}


def test_the_demo_has_learned_from_its_outcomes_and_every_draft_says_what_stands_behind_it(
    workspace: Workspace,
) -> None:
    weighing = workspace.records.weighing()
    assert weighing is not None
    assert weighing.cases > 20
    claimed = 0
    for row in workspace.queue(limit=1000)[-30:]:  # the least doubtful
        draft = workspace.review(row.case_id).draft
        assert (draft.confidence is None) == (draft.provenance.confidence == "")
        claimed += draft.confidence is not None
    assert claimed > 5


def test_a_kind_where_it_is_better_uses_the_precedents_and_another_does_not(workspace: Workspace) -> None:
    def measured(high: float) -> Measured:
        return Measured(
            cases=500, frauds=60, brier_score=0.06, brier_weighed=0.05, ece_score=0.03, ece_weighed=0.02,
            difference=Interval(value=-0.01, low=-0.02, high=high),
        )  # fmt: skip

    weighing = Weighing(
        learned_at=datetime.now(UTC),
        cases=900,
        shift=0.4,
        past=0.5,
        lean=0.0,
        kinds={"payment": measured(-0.001), "identity": measured(0.001)},
    )
    weighing.save(kept(workspace).parent)
    moved = {"payment": 0, "identity": 0}
    for kind in moved:
        for row in workspace.queue(limit=1000, kind=kind)[-40:]:  # the least doubtful
            review = workspace.review(row.case_id)
            chance = review.score.probability
            if review.draft.confidence is None or chance is None:
                continue
            plain = chance if review.draft.action in {"block", "reject"} else 1 - chance
            moved[kind] += abs(review.draft.confidence - plain) > 0.0001
            told = "score, precedents' outcomes" if kind == "payment" else "the score's probability: the precedents"
            assert review.draft.provenance.confidence.startswith(told)
    assert moved["payment"] > 3
    assert moved["identity"] == 0


def test_an_outcome_that_becomes_known_later_changes_nothing_that_was_seen_of_a_case(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_CASES", 1500)  # new labels must not push the earlier cases out of sight
    before = past_cases(workspace)
    now = datetime.now(UTC)
    last = max(moment for _, moment in before)
    cases = [case for case in workspace.store.cases.all() if case.opened_at <= last]
    for case in cases[::3]:
        known_at = max(last + timedelta(seconds=1), now - timedelta(minutes=1))
        turned = Outcome(case_id=case.case_id, outcome="fraud", source="chargeback", known_at=known_at)
        workspace.store.verdicts.record_outcome(turned, "kim")
    workspace.records.recall.index()
    after = past_cases(workspace)
    assert len(before) > 20
    assert {moment: after[moment] for moment in before if moment in after} == {
        moment: seen for moment, seen in before.items() if moment in after
    }
    assert len(set(before) & set(after)) > 20


def test_no_case_is_its_own_precedent_and_none_is_seen_after_its_outcome(workspace: Workspace) -> None:
    model = workspace.records.model
    assert model is not None
    for one in workspace.records.past_cases(model, datetime.now(UTC)):
        assert one.seen_at < one.known_at
        assert all(past.known_at < one.seen_at for past in one.precedents)


def test_it_is_learned_once_for_a_model_and_again_after_training(workspace: Workspace) -> None:
    first = kept(workspace)
    written = first.read_text()
    assert not workspace.weigh()
    assert first.read_text() == written
    card = workspace.train()
    assert (workspace.settings.home / "models" / card.model_id / "confidence.json").exists()


def test_a_damaged_file_is_made_again_by_the_index(workspace: Workspace) -> None:
    kept(workspace).write_text("{")
    workspace.index()
    assert workspace.records.weighing() is not None


def test_before_the_memory_is_made_nothing_is_weighed_and_the_draft_says_so(workspace: Workspace) -> None:
    kept(workspace).unlink()
    workspace.store.outbox.refill()
    assert not workspace.weigh()
    told = [workspace.review(row.case_id).draft.provenance.confidence for row in workspace.queue(limit=1000)[-10:]]
    assert {one for one in told if one} == {
        "the score's probability; the precedents' outcomes are not weighed yet, 'fra index' does that"
    }
    workspace.index()
    assert workspace.records.weighing() is not None


def test_a_brief_without_its_memory_falls_back_to_the_score_and_says_so(workspace: Workspace) -> None:
    for row in workspace.queue(limit=1000)[-20:]:
        *_, review = workspace.draft(workspace.brief(row.case_id, memory=False), "kim")
        if review.draft.confidence is not None:
            assert "without the precedents" in review.draft.provenance.confidence
            return
    pytest.fail("no draft had a confidence")


def test_a_desk_without_a_model_learns_nothing_and_claims_nothing(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(HEADER + ROWS)
    (tmp_path / "shop.toml").write_text(SCHEMA)
    shop = Workspace.open(settings=Settings())
    shop.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    shop.index()
    assert not shop.weigh()
    draft = shop.review("new").draft
    assert (draft.confidence, draft.provenance.confidence) == (None, "")
