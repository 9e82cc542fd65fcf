"""Confidence: calibrated on later cases, used where it is better beyond noise, and honest about which it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant.case import Precedent, Truth
from assistant.confidence import PastCase, Weighing, confidence, lean, learn
from assistant.errors import NotReady
from assistant.policy import Policy, load_policy
from tests.cases import case
from tests.conftest import NOON, at

NOW = at(days=400)


def precedents(fraud: int, legitimate: int, similarity: float = 0.8) -> tuple[Precedent, ...]:
    ends: list[Truth] = ["fraud"] * fraud + ["legitimate"] * legitimate
    return tuple(
        Precedent(
            case_id=f"p{number}",
            similarity=similarity,
            outcome=end,
            action=None,
            reason=None,
            decided_at=None,
            known_at=NOON - timedelta(days=1),
            because=("same device",),
        )
        for number, end in enumerate(ends)
    )


def past(number: int, said: float, fraud: bool, shown: Sequence[Precedent] = (), leaning: int = 0) -> PastCase:
    seen_at = at(hours=6 * number)
    known_at = seen_at + timedelta(days=20)
    return PastCase("payment", seen_at, known_at, fraud, said, tuple(shown), leaning)


def told_cases(number: int = 900, strength: float = 1.5, lean_strength: float = 0.0) -> list[PastCase]:
    """Cases whose truth follows the score, the precedents as strongly as said, and the writer's lean."""
    chance = np.random.default_rng(3)
    found = []
    for index in range(number):
        said = float(chance.uniform(0.05, 0.6))
        frauds = int(chance.integers(0, 6))
        leaning = int(chance.integers(-1, 2)) if lean_strength else 0
        odds = np.log(said / (1 - said)) + strength * (frauds - 2.5) / 2 + lean_strength * leaning
        fraud = bool(chance.random() < 1 / (1 + np.exp(-odds)))
        found.append(past(index, said, fraud, precedents(frauds, 5 - frauds), leaning))
    return found


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy()


@pytest.mark.parametrize(
    ("kind", "action", "expected"),
    [
        ("payment", "block", 0.9),
        ("payment", "approve", 0.1),
        ("payment", "step_up", None),
        ("payment", "escalate", None),
        ("identity", "reject", 0.9),
        ("identity", "request_documents", None),
        ("merchant", "reject", 0.9),
        ("merchant", "hold_payout", None),
    ],
)
def test_an_outcome_calls_for_the_action_that_costs_least_in_hindsight(
    policy: Policy, kind: str, action: str, expected: float | None
) -> None:
    assert confidence(action, case("a", kind=kind), 0.9, policy) == expected


def test_what_an_outcome_calls_for_follows_the_costs_of_the_policy() -> None:
    """Where blocking costs more than the fraud, even a fraud calls for approval, and approving is surely right."""
    table = load_policy().model_dump()
    table["kinds"]["payment"]["actions"] = {
        "approve": {"if_fraud": {"fixed": 1, "share": 0}, "if_legitimate": {"fixed": 0, "share": 0}},
        "block": {"if_fraud": {"fixed": 5, "share": 0}, "if_legitimate": {"fixed": 5, "share": 0}},
    }
    mild = Policy.model_validate(table)
    assert confidence("approve", case("a"), 0.9, mild) == 1.0
    assert confidence("block", case("a"), 0.9, mild) is None


def test_without_a_score_or_an_action_nothing_is_claimed(policy: Policy) -> None:
    assert confidence("block", case("a"), None, policy) is None
    assert confidence(None, case("a"), 0.9, policy) is None


def test_outcomes_of_precedents_are_weighed_where_they_are_better_on_later_cases() -> None:
    weighing = learn(told_cases(), NOW)
    found = weighing.kinds["payment"]
    assert weighing.used("payment")
    assert found.difference.high < 0
    assert found.brier_weighed < found.brier_score
    assert found.ece_weighed < found.ece_score
    alone = weighing.chance("payment", 0.3, precedents(2, 2), 0)
    assert (
        weighing.chance("payment", 0.3, precedents(5, 0), 0)
        > alone
        > weighing.chance("payment", 0.3, precedents(0, 5), 0)
    )
    assert "better on" in weighing.told("payment")


def test_precedents_that_say_nothing_leave_the_score_as_it_is_and_that_is_told() -> None:
    weighing = learn(told_cases(strength=0.0), NOW)
    assert not weighing.used("payment")
    assert weighing.chance("payment", 0.3, precedents(5, 0), 1) == 0.3
    assert "do not better it beyond noise" in weighing.told("payment")


def test_a_kind_that_was_not_measured_keeps_its_score_and_says_why() -> None:
    weighing = learn(told_cases(), NOW)
    assert weighing.chance("merchant", 0.3, precedents(5, 0), 0) == 0.3
    assert "too few later merchant cases" in weighing.told("merchant")
    few = learn(told_cases(60), NOW)
    assert few.kinds == {}
    assert few.chance("payment", 0.3, precedents(5, 0), 0) == 0.3


def test_labels_of_fraud_that_come_first_do_not_make_every_case_look_more_like_fraud() -> None:
    """Half of the legitimate cases have no label yet."""
    cases = told_cases()
    labelled = [one for number, one in enumerate(cases) if one.fraud or number % 2]
    weighing = learn(labelled, NOW)
    assert weighing.used("payment")
    chances = [weighing.chance("payment", one.probability, one.precedents, 0) for one in cases]
    said, labelled_share = np.mean([one.probability for one in cases]), np.mean([one.fraud for one in labelled])
    assert labelled_share > said + 0.1
    assert said - 0.05 < np.mean(chances) < said + 0.01


def test_a_later_outcome_changes_nothing_of_what_was_predicted_before_it_was_known() -> None:
    """Labels that become known only after the last case was seen are turned round: every measured prediction stays."""
    cases = told_cases()
    late = [
        PastCase(one.kind, one.seen_at, NOW - timedelta(days=1), one.fraud, one.probability, one.precedents)
        for one in cases[:170]
    ]
    turned = [
        PastCase(one.kind, one.seen_at, one.known_at, not one.fraud, one.probability, one.precedents) for one in late
    ]
    first, second = (learn([*early, *cases[170:]], NOW) for early in (late, turned))
    assert first.kinds["payment"] == second.kinds["payment"]
    assert first.past != second.past  # they do count in what is used from now on


def test_the_writers_disagreement_with_the_policy_counts_as_far_as_outcomes_bear_it_out() -> None:
    weighing = learn(told_cases(lean_strength=1.5), NOW)
    even = weighing.chance("payment", 0.3, precedents(2, 2), 0)
    assert (
        weighing.chance("payment", 0.3, precedents(2, 2), 1)
        > even
        > weighing.chance("payment", 0.3, precedents(2, 2), -1)
    )
    unseen = learn(told_cases(), NOW)
    assert unseen.lean == 0
    assert unseen.chance("payment", 0.3, precedents(2, 2), 1) == unseen.chance("payment", 0.3, precedents(2, 2), 0)


def test_a_writer_leans_by_the_ladder_of_actions(policy: Policy) -> None:
    advice = policy.advise(case("a"), 0.2)
    allowed = policy.allowed("payment")
    assert advice.action == "step_up"
    found = {action: lean(action, advice, allowed) for action in allowed}
    assert found == {"approve": -1, "step_up": 0, "refund": 1, "block": 1, "escalate": 0}
    assert lean(None, advice, allowed) == 0


def test_what_was_learned_is_kept_beside_the_model_and_a_damaged_file_is_named(tmp_path: Path) -> None:
    assert Weighing.load(tmp_path) is None
    weighing = learn(told_cases(), NOW)
    weighing.save(tmp_path)
    assert Weighing.load(tmp_path) == weighing
    assert [path.name for path in tmp_path.iterdir()] == ["confidence.json"]
    (tmp_path / "confidence.json").write_text("{")
    with pytest.raises(NotReady, match=r"confidence\.json is damaged .* 'fra index'"):
        Weighing.load(tmp_path)
