"""What the templates of the desk show, worked out from a brief or a review. Values only, no markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.case import (
    ESCALATE,
    Band,
    Case,
    Decision,
    Evidence,
    Outcome,
    Polarity,
    Precedent,
    Reason,
    Sheet,
)
from assistant.desk import Brief
from assistant.money import words as amount_words
from assistant.roles import CHECK_ROLES
from assistant.store import QueueRow, Withdrawn
from assistant.ui import words
from assistant.ui.graph import GraphView, graph_view

__all__ = [
    "CaseView",
    "CostView",
    "FactView",
    "History",
    "PrecedentView",
    "QueueView",
    "ReasonView",
    "case_view",
    "queue_view",
    "strongest",
]

MOST_REASONS = 6
"""Bars that are shown at once, up to half of them kept for the weaker side; the rest is one click away."""
LONGEST_TEXT = 20_000
"""Characters of one text that go to the browser. Longer ones are cut, and say so."""


@dataclass(frozen=True)
class QueueView:
    """One line of the queue."""

    case_id: str
    kind: str
    band: str
    band_words: str
    probability: str
    amount: str
    age: str
    current: bool
    skipped: bool


@dataclass(frozen=True)
class ReasonView:
    """One bar: how far it reaches to its side, in percent of the strongest one."""

    evidence: str
    polarity: Polarity
    said: str
    normal: str
    width: int


@dataclass(frozen=True)
class FactView:
    """A fact with its evidence id, if the draft may cite it."""

    evidence: str
    phrase: str
    value: str
    untrusted: bool = False
    polarity: Polarity = "neutral"


@dataclass(frozen=True)
class PrecedentView:
    """A past case on its card."""

    evidence: str
    case_id: str
    outcome: str
    tone: str
    action: str
    date: str
    similarity: str
    because: tuple[str, ...]
    differs: str
    counter_example: str
    reason: str
    summary: str


@dataclass(frozen=True)
class CostView:
    """One action with what it is expected to cost."""

    action: str
    cost: str
    width: int
    least: bool


@dataclass(frozen=True)
class History:
    """What people decided about a case, and what it turned out to be. An open case has neither, or was escalated."""

    decisions: tuple[Decision, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def open(self) -> bool:
        return not self.outcomes and all(one.action == ESCALATE for one in self.decisions)


@dataclass(frozen=True)
class CaseView:
    """All that the page says about a case but the draft."""

    case_id: str
    kind: str
    opened: str
    age: str
    amount: str
    probability: str
    interval: str
    band: Band
    band_words: str
    score_note: str
    policy_action: str
    policy_note: str
    policy_evidence: str
    reasons: tuple[ReasonView, ...]
    lesser: tuple[ReasonView, ...]
    unexpected: tuple[str, ...]
    precedents: tuple[PrecedentView, ...]
    missing: str
    facts: tuple[FactView, ...]
    texts: tuple[FactView, ...]
    checks: tuple[FactView, ...]
    costs: tuple[CostView, ...]
    history: History
    graph: GraphView
    withdrawn: Withdrawn | None


def queue_view(row: QueueRow, now: datetime, current: str, skipped: frozenset[str]) -> QueueView:
    return QueueView(
        case_id=row.case_id,
        kind=row.kind,
        band=row.band,
        band_words=words.band(row.band),
        probability=words.percent(row.probability),
        amount=_amount(row.amount_minor, row.currency),
        age=words.age(row.opened_at, now),
        current=row.case_id == current,
        skipped=row.case_id in skipped,
    )


def case_view(brief: Brief, history: History) -> CaseView:
    case, score, advice = brief.case, brief.score, brief.policy
    shown, lesser = strongest(score.reasons)
    most = max((abs(reason.contribution) for reason in shown), default=0.0)
    rule = next(iter(brief.sheet.of_kind("rule")), None)
    return CaseView(
        case_id=case.case_id,
        kind=case.kind,
        opened=f"{case.opened_at:%Y-%m-%d %H:%M} UTC",
        age=words.age(case.opened_at, brief.as_of),
        amount=_amount(case.amount_minor, case.currency) or "not stated",
        probability=words.percent(score.probability),
        interval=words.interval(score.interval),
        band=score.band,
        band_words=words.band(score.band),
        score_note=score.note,
        policy_action=words.action(advice.action),
        policy_note=advice.note,
        policy_evidence=rule.id if rule else "",
        reasons=tuple(_reason(reason, most) for reason in shown),
        lesser=tuple(_reason(reason, most) for reason in lesser),
        unexpected=tuple(words.statement(one.statement)[0] for one in score.interactions),
        precedents=tuple(_precedent(number, one) for number, one in enumerate(brief.precedents, 1)),
        missing=brief.missing,
        facts=_facts(case, brief.sheet),
        texts=_texts(case, brief.sheet),
        checks=_checks(case, brief.sheet),
        costs=_costs(advice.expected_costs, advice.currency, advice.action),
        history=history,
        graph=graph_view(case.case_id, brief.ties),
        withdrawn=brief.withdrawn,
    )


def strongest(reasons: Sequence[Reason]) -> tuple[list[Reason], list[Reason]]:
    """The reasons to show at once and the others, each strongest first. Both sides of a case are heard."""
    ranked = sorted(reasons, key=lambda reason: -abs(reason.contribution))
    half = MOST_REASONS // 2
    kept = [
        reason for side in ("raises", "lowers") for reason in [one for one in ranked if one.polarity == side][:half]
    ]
    kept += [reason for reason in ranked if reason not in kept][: MOST_REASONS - len(kept)]
    return [reason for reason in ranked if reason in kept], [reason for reason in ranked if reason not in kept]


def _reason(reason: Reason, most: float) -> ReasonView:
    said, normal = words.statement(reason.statement)
    width = round(100 * abs(reason.contribution) / most) if most else 0
    return ReasonView(reason.evidence, reason.polarity, said, normal, max(width, 2))


def _precedent(number: int, precedent: Precedent) -> PrecedentView:
    day = precedent.decided_at or precedent.known_at
    return PrecedentView(
        evidence=f"P{number}",
        case_id=precedent.case_id,
        outcome=words.verdict(precedent),
        tone=precedent.outcome or "unresolved",
        action=words.action(precedent.action) if precedent.action else "",
        date=f"{day:%Y-%m-%d}",
        similarity=f"{precedent.similarity:.0%} alike",
        because=precedent.because,
        differs=precedent.differs,
        counter_example=precedent.counter_example,
        reason=precedent.reason or "",
        summary=precedent.summary,
    )


def _facts(case: Case, sheet: Sheet) -> tuple[FactView, ...]:
    """Every column but texts, checks and protected traits; personal data has no evidence id: no draft needs it."""
    ids = _by_column(sheet)
    found = []
    if case.amount_minor is not None:
        amount = _amount(case.amount_minor, case.currency)
        found.append(FactView(_id(ids, "amount"), "Amount", amount))
    found += [
        FactView(_id(ids, fact.name), _title(fact.phrase), _cut(fact.value))
        for fact in case.facts
        if fact.role not in {"free_text", "note", "protected", *CHECK_ROLES} and fact.value
    ]
    return tuple(found)


def _texts(case: Case, sheet: Sheet) -> tuple[FactView, ...]:
    ids = _by_column(sheet)
    return tuple(
        FactView(_id(ids, fact.name), _title(fact.phrase), _cut(fact.value), untrusted=True)
        for fact in case.facts
        if fact.role in {"free_text", "note"} and fact.value
    )


def _checks(case: Case, sheet: Sheet) -> tuple[FactView, ...]:
    ids = _by_column(sheet)
    given = [
        FactView(_id(ids, fact.name), _title(fact.phrase), _cut(fact.value))
        for fact in case.facts
        if fact.role in CHECK_ROLES and fact.value
    ]
    found = [
        FactView(item.id, "", words.statement(item.statement)[0], polarity=item.polarity)
        for item in sheet.of_kind("document")
    ]
    return (*given, *found)


def _costs(costs: dict[str, float], currency: str, least: str) -> tuple[CostView, ...]:
    most = max(costs.values(), default=0.0)
    return tuple(
        CostView(
            words.action(name), words.money(currency, cost), round(100 * cost / most) if most else 0, name == least
        )
        for name, cost in sorted(costs.items(), key=lambda item: item[1])
    )


def _by_column(sheet: Sheet) -> dict[str, Evidence]:
    return {item.source.removeprefix("column "): item for item in sheet.of_kind("fact", "note")}


def _id(ids: dict[str, Evidence], name: str) -> str:
    return ids[name].id if name in ids else ""


def _amount(amount_minor: int | None, currency: str | None) -> str:
    if amount_minor is None:
        return ""
    return amount_words(amount_minor, currency) if currency else f"{amount_minor:,} (no currency)"


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]} … (cut: the whole text has {len(text):,} characters)"


def _title(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
