"""Small cases for tests, built through the public types."""

from __future__ import annotations

from datetime import datetime

from assistant.case import Case, CaseRecord, Decision, Fact, Outcome, Truth
from assistant.roles import Role
from tests.conftest import NOON

__all__ = ["case", "decided", "fact", "outcome", "record"]


def fact(role: Role, value: str, name: str | None = None) -> Fact:
    name = name or role
    return Fact(name=name, role=role, phrase=name.replace("_", " "), value=value)


def case(
    case_id: str, opened_at: datetime = NOON, *facts: Fact, kind: str = "payment", amount: int | None = 5000
) -> Case:
    return Case(
        case_id=case_id,
        source="test",
        kind=kind,
        opened_at=opened_at,
        amount_minor=amount,
        currency=None if amount is None else "EUR",
        facts=facts,
    )


def outcome(case_id: str, truth: Truth, known_at: datetime) -> Outcome:
    return Outcome(case_id=case_id, outcome=truth, source="chargeback", known_at=known_at)


def decided(case_id: str, action: str, decided_at: datetime) -> Decision:
    return Decision(case_id=case_id, action=action, reason="because", reviewer="kim", decided_at=decided_at)


def record(one: Case, decision: Decision | None = None, truth: Outcome | None = None) -> CaseRecord:
    return CaseRecord(case=one, decision=decision, outcome=truth)
