"""Decisions and outcomes: in their order, never after the end, and not told before their time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest

from tests.world.conftest import END, World, moment

ACTIONS = {
    "payments": {"approve", "step_up", "refund", "block", "escalate"},
    "identity": {"approve", "request_documents", "reject", "escalate"},
    "merchants": {"approve", "reserve", "hold_payout", "reject", "escalate"},
}
AT_END = datetime.combine(END, time(), UTC)


def test_a_decision_comes_after_its_case_and_an_outcome_after_its_decision(made: World) -> None:
    for row in made.rows:
        known = [moment(row[name]) for name in ("opened_at", "decided_at", "outcome_known_at") if row[name]]
        assert known == sorted(known)
        assert known[-1] < AT_END


def test_what_is_undecided_has_no_trace_of_a_decision(made: World) -> None:
    for row in made.rows:
        decided = [bool(row[name]) for name in ("decision", "decided_at", "reviewer")]
        told = [bool(row[name]) for name in ("outcome", "outcome_known_at", "outcome_source")]
        assert len(set(decided)) == 1
        assert len(set(told)) == 1
        assert decided[0] or not (told[0] or row["decision_reason"])


@pytest.mark.parametrize("kind", ACTIONS)
def test_every_action_of_a_kind_is_taken_and_no_other(made: World, kind: str) -> None:
    assert {row["decision"] for row in made.by_kind[kind]} - {""} == ACTIONS[kind]


def test_old_cases_are_decided_and_young_ones_wait(made: World) -> None:
    age = {row["case_id"]: AT_END - moment(row["opened_at"]) for row in made.rows}
    decided = {row["case_id"] for row in made.rows if row["decision"]}
    young = {case_id for case_id in age if age[case_id] < timedelta(days=10)}
    old = {case_id for case_id in age if age[case_id] > timedelta(days=45)}
    assert 0.87 < len(decided) / len(age) < 0.94
    assert len(decided & young) / len(young) < 0.25
    assert len(decided & old) / len(old) > 0.98


def test_reviewers_are_wrong_in_about_one_case_of_twenty(made: World) -> None:
    decided = [row for row in made.rows if row["decision"]]
    wrong = 0
    for row in decided:
        fraud = made.truth[row["case_id"]]["fraud"] == "1"
        wrong += row["decision"] == "approve" if fraud else row["decision"] in {"block", "reject"}
    assert 0.03 < wrong / len(decided) < 0.08


def test_blocked_fraud_mostly_stays_without_an_outcome(made: World) -> None:
    blocked = [
        row
        for row in made.rows
        if row["decision"] in {"block", "reject"} and made.truth[row["case_id"]]["fraud"] == "1"
    ]
    assert sum(not row["outcome"] for row in blocked) / len(blocked) > 0.4


def test_chargebacks_take_ten_days_or_more_and_appeals_mostly_overturn(made: World) -> None:
    chargebacks = [row for row in made.rows if row["outcome_source"] == "chargeback"]
    delays = [moment(row["outcome_known_at"]) - moment(row["decided_at"]) for row in chargebacks]
    assert timedelta(days=10) <= min(delays)
    assert max(delays) <= timedelta(days=60)
    appeals = Counter(row["outcome"] for row in made.rows if row["outcome_source"] == "appeal")
    assert appeals["legit"] > 3 * appeals["fraud"] > 0


def test_outcomes_are_true_but_for_a_few_friendly_chargebacks(made: World) -> None:
    told = [row for row in made.rows if row["outcome"]]
    false = [row for row in told if (row["outcome"] == "fraud") != (made.truth[row["case_id"]]["fraud"] == "1")]
    assert len(false) / len(told) < 0.02
    assert {row["outcome_source"] for row in false} <= {"chargeback"}
