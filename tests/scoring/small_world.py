"""A small made-up world to learn from: fraud is faster more often than not, and lives on few devices."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from assistant.case import Band, Case, Fact, Outcome
from assistant.scoring import prepare
from assistant.scoring.train import Lesson
from assistant.signals import SignalTable, compute, trace
from tests.cases import case, fact, outcome
from tests.conftest import at

NOW = at(days=120)
MATURITY = timedelta(days=45)


def world(n: int = 400, seed: int = 3, share: float = 0.2) -> tuple[list[Case], dict[str, list[Outcome]]]:
    """Cases over a hundred days with their outcomes, known two days later."""
    random = np.random.default_rng(seed)
    cases, outcomes = [], {}
    for number in range(n):
        fraud = random.random() < share
        speed = random.normal(1.5 if fraud else 0.0)
        device = f"d{random.integers(0, 5)}" if fraud and random.random() < 0.5 else f"own{number}"
        moment = at(days=100 * number / n)
        one = case(f"c{number}", moment, fact("number", f"{speed:.3f}", "speed"), fact("device", device))
        cases.append(one)
        outcomes[one.case_id] = [outcome(one.case_id, "fraud" if fraud else "legitimate", moment + timedelta(days=2))]
    return cases, outcomes


def with_fact(cases: list[Case], outcomes: dict[str, list[Outcome]], name: str, of: dict[bool, str]) -> list[Case]:
    """The cases with one more number, given by whether they were fraud."""
    found = []
    for one in cases:
        value = of[outcomes[one.case_id][0].outcome == "fraud"]
        extra: tuple[Fact, ...] = (fact("number", value, name),) if value else ()
        found.append(one.model_copy(update={"facts": (*one.facts, *extra)}))
    return found


def band(kind: str, probability: float) -> Band:
    return "high" if probability > 0.5 else "low"


def signals(cases: list[Case], outcomes: dict[str, list[Outcome]]) -> SignalTable:
    traces = [trace(one, outcomes.get(one.case_id, ())) for one in cases]
    return compute(cases, traces, traces)


def lesson(cases: list[Case], outcomes: dict[str, list[Outcome]], *, keep_leaks: bool = False) -> Lesson:
    table = signals(cases, outcomes)
    return prepare(cases, table, {}, outcomes, now=NOW, maturity=MATURITY, keep_leaks=keep_leaks)
