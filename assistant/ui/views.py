"""What the templates of the desk show, worked out from a brief or a review. Values only, no markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from assistant.case import (
    ESCALATE,
    Band,
    Case,
    Decision,
    Evidence,
    Fact,
    Outcome,
    Polarity,
    Precedent,
    Reason,
    Sheet,
)
from assistant.desk import Brief
from assistant.roles import CHECK_ROLES
from assistant.store import Withdrawn
from assistant.ui import words
from assistant.ui.graph import GraphView, graph_view
from assistant.ui.queue_views import amount, due_words

__all__ = [
    "CaseView",
    "CostView",
    "FactView",
    "History",
    "PrecedentView",
    "ReasonView",
    "case_view",
    "strongest",
]

MOST_REASONS = 6
"""Bars that are shown at once, up to half of them kept for the weaker side; the rest is one click away."""
LONGEST_TEXT = 20_000
"""Characters of one text that go to the browser. Longer ones are cut, and say so."""


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
    because: str
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
    due: str
    overdue: bool
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


def case_view(
    brief: Brief,
    history: History,
    due_at: datetime | None = None,
    personal: Mapping[str, Sequence[Fact]] = MappingProxyType({}),
) -> CaseView:
    """All of the page but the draft. `due_at` is when the case should be decided, `personal` what identifies people in
    the past cases, which their reasons must not tell here."""
    case, score, advice = brief.case, brief.score, brief.policy
    shown, lesser = strongest(score.reasons)
    most = max((abs(reason.contribution) for reason in shown), default=0.0)
    rule = next(iter(brief.sheet.of_kind("rule")), None)
    return CaseView(
        case_id=case.case_id,
        kind=case.kind,
        opened=f"{case.opened_at:%Y-%m-%d %H:%M} UTC",
        age=words.age(case.opened_at, brief.as_of),
        due=due_words(due_at, brief.as_of) if due_at else "",
        overdue=due_at is not None and due_at <= brief.as_of,
        amount=amount(case.amount_minor, case.currency) or "not stated",
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
        precedents=tuple(
            _precedent(number, one, personal.get(one.case_id, ())) for number, one in enumerate(brief.precedents, 1)
        ),
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


def _precedent(number: int, precedent: Precedent, personal: Sequence[Fact]) -> PrecedentView:
    day = precedent.decided_at or precedent.known_at
    return PrecedentView(
        evidence=f"P{number}",
        case_id=precedent.case_id,
        outcome=words.verdict(precedent),
        tone=precedent.outcome or "unresolved",
        action=words.action(precedent.action) if precedent.action else "",
        date=f"{day:%Y-%m-%d}",
        similarity=f"{precedent.similarity:.0%} alike",
        because=words.alike(precedent.because),
        differs=precedent.differs,
        counter_example=precedent.counter_example,
        reason=words.masked(precedent.reason or "", personal),
        summary=precedent.summary,
    )


def _facts(case: Case, sheet: Sheet) -> tuple[FactView, ...]:
    """Every column but texts, checks and protected traits; personal data has no evidence id: no draft needs it."""
    ids = _by_column(sheet)
    found = []
    if case.amount_minor is not None:
        found.append(FactView(_id(ids, "amount"), "Amount", amount(case.amount_minor, case.currency)))
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


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]} … (cut: the whole text has {len(text):,} characters)"


def _title(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
