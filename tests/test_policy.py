"""The policy: least expected cost, bands from the same table, and files that are refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from assistant.errors import BadInput
from assistant.policy import DEFAULT, load_policy
from tests.cases import case
from tests.conftest import at

POLICY = load_policy()


def test_costs_follow_the_table() -> None:
    advice = POLICY.advise(case("c", amount=10_000), 0.5)
    assert advice.expected_costs["approve"] == 0.5 * (25 + 100)
    assert advice.expected_costs["block"] == 0.5 * (2 + 2) + 0.5 * (20 + 30)
    assert advice.action == min(advice.expected_costs, key=lambda action: advice.expected_costs[action])


@pytest.mark.parametrize("kind", ["payment", "identity", "merchant", "insurance claim"])
def test_more_risk_never_makes_the_advice_gentler(kind: str) -> None:
    ladder = POLICY.allowed(kind)
    steps = [ladder.index(POLICY.advise(case("c", kind=kind), step / 100).action) for step in range(101)]
    assert all(one <= other for one, other in pairwise(steps))
    assert steps[0] == 0
    assert ladder[steps[-1]] == ladder[-2]


def test_bands_follow_the_cheapest_action_at_the_usual_amount() -> None:
    low, high = POLICY.thresholds["payment"]
    assert (POLICY.band("payment", low - 0.001), POLICY.band("payment", low), POLICY.band("payment", high)) == (
        "low",
        "medium",
        "high",
    )


def test_without_a_score_a_senior_looks() -> None:
    advice = POLICY.advise(case("c"), None)
    assert advice.action == "escalate"
    assert "without a score" in advice.note


def test_an_amount_without_a_rate_is_not_guessed_in_silence() -> None:
    odd = case("c").model_copy(update={"currency": "ZWD"})
    assert "no rate for ZWD" in POLICY.advise(odd, 0.5).note


def test_the_queue_key_trades_loss_against_age() -> None:
    def key(amount: int, days: float) -> float:
        return POLICY.queue_key(case("c", at(days=days), amount=amount), 0.5)

    assert key(10_000, 0) > key(1_000, 0)
    assert key(10_000, 0) > key(10_000, 1)
    assert key(10_000, -POLICY.queue_days) > key(20_000, 0)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("review_cost = 4.0", "review_cost = -1", "review_cost"),
        ("review_cost = 4.0", "reveiw_cost = 4.0", "reveiw_cost"),
        ("if_fraud = { fixed = 25.0, share = 1.0 }", "if_fraud = { fixed = 25.0 }", "payment.actions.approve"),
        ("[other]", "[another]", "other"),
        ("version = 1", "version = ", "cannot be read"),
    ],
)
def test_a_wrong_policy_file_is_refused_by_name(tmp_path: Path, old: str, new: str, named: str) -> None:
    path = tmp_path / "policy.toml"
    text = DEFAULT.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(BadInput, match=r"policy\.toml") as error:
        load_policy(path)
    assert named in str(error.value)
