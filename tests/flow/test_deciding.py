"""Deciding: what must not stand together is refused, and a decision can be taken back for a while."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from assistant import store as store_package
from assistant.errors import BadInput
from assistant.settings import Settings
from assistant.waiting import Context, Filters
from assistant.workspace import Workspace
from tests.flow.test_loop import HEADER, ROWS, SCHEMA


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    return opened(tmp_path)


def opened(tmp_path: Path, **settings: float) -> Workspace:
    (tmp_path / "shop.csv").write_text(HEADER + ROWS)
    (tmp_path / "shop.toml").write_text(SCHEMA)
    given = {"home": tmp_path / "home", "embedder": "hash", "writer": "scripted"} | settings
    workspace = Workspace.open(settings=Settings.model_validate(given))
    workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    return workspace


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"action": "approve", "reason": "stolen card"}, "'stolen card' is no reason to approve; choose one of: known"),
        ({"action": "block", "reason": "known good customer"}, "is no reason to block"),
        ({"action": "block", "reason": "because"}, "'because' is not a reason of the policy"),
        ({"action": "block", "reason": "stolen card"}, "the policy says approve, and you chose block; say why"),
        ({"action": "block", "reason": "stolen card", "override": "other"}, "'other' says nothing by itself"),
        ({"action": "block", "reason": "stolen card", "override": "I like it"}, "not a reason to go another way"),
    ],
)
def test_what_contradicts_itself_or_says_too_little_is_refused_and_nothing_is_recorded(
    tmp_path: Path, said: dict[str, str], told: str
) -> None:
    shop = opened(tmp_path)
    advised_to_approve(shop, "new")
    with pytest.raises(BadInput) as refused:
        shop.decide("new", reviewer="kim", complete=True, **said)  # type: ignore[arg-type]
    assert told in str(refused.value)
    assert shop.history("new") == ([], [])


def advised_to_approve(shop: Workspace, case_id: str) -> None:
    """Gives a case a score at which approving costs least."""
    (score,) = [shop.records.first_score(shop.case(case_id))]
    shop.store.queue.save([score._replace(probability=0.001, band="low")])


def test_why_somebody_went_another_way_is_kept_as_data(shop: Workspace) -> None:
    advised_to_approve(shop, "new")
    shop.decide(
        "new", action="block", reason="stolen card", reviewer="kim", complete=True,
        override="other", override_words="the bank called",
    )  # fmt: skip
    kept = Context(policy_action="approve", override="other", override_words="the bank called")
    assert shop.store.verdicts.context("new") == kept
    review = shop.review("twin")
    shop.decide("twin", action="approve", reason="fine", reviewer="kim")
    found = shop.store.verdicts.context("twin")
    assert found is not None
    assert (found.policy_action, found.draft_action) == (review.policy.action, review.draft.action)
    assert shop.store.verdicts.context("other") is None


def test_free_words_are_a_reason_for_a_program_and_contradict_nothing(shop: Workspace) -> None:
    assert shop.decide("new", action="approve", reason="my own words", reviewer="kim").reason == "my own words"


def test_a_decision_taken_back_is_no_precedent_and_the_case_waits_again(shop: Workspace) -> None:
    order = [row.case_id for row in shop.queue()]
    shop.decide("new", action="block", reason="stolen card", reviewer="kim", note="the bank called")
    seen = shop.review("twin")
    assert [one.case_id for one in seen.precedents] == ["new"]
    undone = shop.undo("new", "kim")
    assert (undone.action, undone.reason, undone.note) == ("block", "stolen card", "the bank called")
    assert undone.drafts == (seen.review_id,)
    assert shop.similar("twin") == []
    shop.index()
    assert shop.similar("twin") == []
    assert [row.case_id for row in shop.queue()] == order
    assert shop.history("new") == ([], [])
    assert shop.counts() == {"open": 3, "decided": 0}
    shop.decide("new", action="approve", reason="fine", reviewer="lee")
    assert [one.action for one in shop.similar("twin")] == ["approve"]
    shop.index(rebuild=True)
    assert [one.action for one in shop.similar("twin")] == ["approve"]
    assert shop.audit().ok


def test_only_ones_own_last_decision_can_be_taken_back(shop: Workspace) -> None:
    with pytest.raises(BadInput, match="no decision"):
        shop.undo("new", "kim")
    shop.decide("new", action="escalate", reason="other", reviewer="kim")
    shop.decide("new", action="block", reason="stolen card", reviewer="lead")
    with pytest.raises(BadInput, match="decided by lead"):
        shop.undo("new", "kim")
    shop.undo("new", "lead")
    assert [one.action for one in shop.history("new")[0]] == ["escalate"]
    assert [row.case_id for row in shop.caseload.page(Filters(status="escalated"))] == ["new"]
    shop.undo("new", "kim")
    assert "new" in [row.case_id for row in shop.queue()]
    shop.decide("new", action="block", reason="stolen card", reviewer="kim")
    shop.record_outcome("new", outcome="fraud", source="chargeback", actor="lead")
    with pytest.raises(BadInput, match="known how case new turned out"):
        shop.undo("new", "kim")


def test_after_a_while_a_decision_stays(tmp_path: Path) -> None:
    shop = opened(tmp_path, undo_minutes=0)
    shop.decide("new", action="block", reason="stolen card", reviewer="kim")
    with pytest.raises(BadInput, match="too long ago to undo it"):
        shop.undo("new", "kim")
    assert len(shop.history("new")[0]) == 1


def test_an_import_again_does_not_bring_an_undone_decision_back(shop: Workspace, tmp_path: Path) -> None:
    shop.decide("new", action="block", reason="stolen card", reviewer="kim")
    shop.undo("new", "kim")
    (tmp_path / "shop.csv").write_text((HEADER + ROWS).replace("shoes", "boots"))
    shop.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml")
    assert shop.history("new") == ([], [])
    assert "new" in [row.case_id for row in shop.queue()]


def test_a_page_hears_what_happened_to_its_case(shop: Workspace) -> None:
    shop.caseload.take("new", "kim")
    assert shop.caseload.keep("new", "kim") == (True, "", False)
    shop.withdraw("new", reason="a test order", actor="lead")
    assert "withdrawn by lead: a test order" in shop.caseload.keep("new", "kim").said
    assert "in the hands of kim" in shop.caseload.keep("new", "lee").said
    with pytest.raises(BadInput, match="in the hands of kim"):
        shop.decide("new", action="approve", reason="fine", reviewer="lee")
    shop.decide("new", action="approve", reason="fine", reviewer="kim")
    told = shop.caseload.keep("new", "lee")
    assert (told.yours, told.decided) == (False, True)
    assert "decided by kim" in told.said
    assert shop.similar("twin") == [], "a withdrawn case teaches nothing"


def test_a_queue_of_before_is_complete_when_the_home_is_opened(shop: Workspace) -> None:
    shop.decide("other", action="escalate", reason="other", reviewer="kim")
    before = [(row.case_id, row.due_at, row.place) for row in shop.queue()]
    home = shop.settings.home
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    with shop.store.database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    shop.close()
    with sqlite3.connect(home / "fra.db") as old:
        assert old.execute("SELECT status FROM cases WHERE case_id = 'other'").fetchone() == ("decided",)
    again = Workspace.open(settings=shop.settings)
    # a page reads only after what is overdue was moved
    assert [(row.case_id, row.due_at, row.place) for row in again.queue()] == before
    assert [row.case_id for row in again.caseload.page(Filters(status="escalated"))] == ["other"]
    assert all(row.due_at and row.due_at < datetime.now(UTC) for row in again.queue())
