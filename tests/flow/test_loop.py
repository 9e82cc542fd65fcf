"""The loop to its end: queue, review, decide, remember, learn what turned out, withdraw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.errors import BadInput, NotFound
from assistant.settings import Settings
from assistant.workspace import Workspace

HEADER = "id,time,amount,email,device,product,text\n"
ROWS = (
    "new,2026-01-02T10:00:00Z,129.00,a@example.com,dev-1,shoes,please ship fast\n"
    "twin,2026-01-02T12:00:00Z,131.00,b@example.com,dev-1,shoes,please ship it fast\n"
    "other,2026-01-02T13:00:00Z,9.00,c@example.com,dev-9,book,a gift\n"
)
SCHEMA = """
source = "shop"
kind = "payment"
currency = "EUR"
[columns]
id = { role = "id" }
time = { role = "time" }
amount = { role = "amount" }
email = { role = "email" }
device = { role = "device" }
product = { role = "category" }
text = { role = "free_text", phrase = "customer text" }
"""


@pytest.fixture(params=["hash", pytest.param("minilm", marks=pytest.mark.weights)])
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Workspace:
    """Three open cases of a shop, two of them from one device, with each embedder."""
    (tmp_path / "shop.csv").write_text(HEADER + ROWS)
    (tmp_path / "shop.toml").write_text(SCHEMA)
    workspace = Workspace.open(settings=Settings(home=tmp_path / "home", embedder=request.param, writer="scripted"))
    assert workspace.import_cases(tmp_path / "shop.csv", tmp_path / "shop.toml").imported == 3
    return workspace


def test_a_decision_is_a_precedent_for_the_next_review_at_once_and_a_withdrawn_one_no_longer(shop: Workspace) -> None:
    assert shop.review("twin").precedents == ()

    shop.decide("new", action="block", reason="stolen card", reviewer="kim")
    review = shop.review("twin")
    assert [(one.case_id, one.action) for one in review.precedents] == [("new", "block")]
    assert "same device" in review.precedents[0].because
    assert any(item.id == "P1" and "new" in item.statement for item in review.evidence)

    withdrawal = shop.withdraw("new", reason="decided on a wrong document", actor="lead")
    assert withdrawal.drafts == (review.review_id,)
    assert shop.review("twin").precedents == ()
    assert shop.similar("twin") == []
    assert shop.audit().ok


def test_an_outcome_changes_what_a_precedent_says_and_its_history_stays(shop: Workspace) -> None:
    shop.decide("new", action="block", reason="stolen card", reviewer="kim")
    shop.record_outcome("new", outcome="legitimate", source="appeal", actor="lead")
    (found,) = shop.similar("twin")
    assert (found.action, found.outcome) == ("block", "legitimate")


def test_the_memory_knows_only_what_was_known_at_the_moment_asked_about(shop: Workspace) -> None:
    before = datetime.now(UTC)
    shop.decide("new", action="block", reason="stolen card", reviewer="kim")
    between = datetime.now(UTC)
    shop.record_outcome("new", outcome="fraud", source="chargeback", actor="lead")
    assert shop.similar("twin", as_of=before) == []
    assert [(one.action, one.outcome) for one in shop.similar("twin", as_of=between)] == [("block", None)]
    assert [one.outcome for one in shop.similar("twin", as_of=datetime.now(UTC))] == ["fraud"]


def test_a_case_is_never_its_own_precedent(shop: Workspace) -> None:
    shop.decide("twin", action="approve", reason="known customer", reviewer="kim")
    assert "twin" not in [one.case_id for one in shop.similar("twin", as_of=datetime.now(UTC) + timedelta(days=1))]


def test_a_rebuilt_memory_gives_the_same_answers(shop: Workspace) -> None:
    for case_id in ("new", "other"):
        shop.decide(case_id, action="approve", reason="fine", reviewer="kim")
    before = shop.similar("twin")
    shop.withdraw("other", reason="wrong", actor="lead")
    shop.index(rebuild=True)
    assert shop.similar("twin") == [one for one in before if one.case_id != "other"]


def test_the_decision_remembers_whether_it_followed_the_draft(shop: Workspace) -> None:
    advice = shop.review("new").draft.action
    assert advice is not None
    assert shop.decide("new", action=advice, reason="agreed", reviewer="kim").followed_draft is True
    other = "block" if shop.review("twin").draft.action != "block" else "approve"
    assert shop.decide("twin", action=other, reason="I know better", reviewer="kim").followed_draft is False
    assert shop.decide("other", action="approve", reason="unread", reviewer="kim").followed_draft is None


@pytest.mark.parametrize(
    ("case_id", "action", "reason", "reviewer", "named"),
    [
        ("new", "reject", "r", "kim", "approve, step_up, refund, block, escalate"),
        ("new", "block", "  ", "kim", "reason"),
        ("new", "block", "r", "", "reviewer"),
        ("nwe", "block", "r", "kim", "nwe"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused_and_nothing_is_recorded(
    shop: Workspace, case_id: str, action: str, reason: str, reviewer: str, named: str
) -> None:
    with pytest.raises((BadInput, NotFound), match=named):
        shop.decide(case_id, action=action, reason=reason, reviewer=reviewer)
    assert shop.store.queue.counts()["decided"] == 0


def test_a_review_can_be_read_again_word_for_word(shop: Workspace) -> None:
    review = shop.review("new")
    again = shop.store.reviews.get(review.review_id)
    assert again == review
    assert again.sheet.hash == review.draft.provenance.sheet_hash


def test_without_a_model_the_review_goes_on_and_says_so(shop: Workspace) -> None:
    review = shop.review("new")
    assert review.score.band == "abstain"
    assert "fra train" in review.score.note
    assert review.policy.action == "escalate"
    assert review.draft.sentences


def test_a_lost_memory_is_said_and_the_review_goes_on(shop: Workspace) -> None:
    import shutil

    shop.decide("new", action="block", reason="stolen card", reviewer="kim")
    shop.similar("twin")
    shop.records.memory.close()
    memory = shop.settings.home / "memory"
    for part in memory.iterdir():
        if part.is_dir():
            shutil.rmtree(part)
    review = shop.review("twin")
    assert "'fra index' mends that" in review.missing
    assert review.draft.sentences
    shop.index()
    assert [one.case_id for one in shop.review("twin").precedents] == ["new"]


def test_an_escalated_case_still_waits_for_its_decision_and_is_no_precedent(shop: Workspace) -> None:
    shop.decide("new", action="escalate", reason="above my limit", reviewer="kim")
    assert shop.similar("twin") == []
    shop.decide("new", action="block", reason="stolen card", reviewer="lead")
    assert [one.action for one in shop.similar("twin")] == ["block"]
    with pytest.raises(BadInput, match="lead chose block"):
        shop.decide("new", action="approve", reason="changed my mind", reviewer="kim")
