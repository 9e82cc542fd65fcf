"""The evidence sheet: everything that writer and verifier may know, numbered.

E signals behind the score, F facts of the case, P precedents, N notes, D document checks, R what the policy says.
Personal data stays off the sheet: an analyst reads it on the page, a draft does not need it. Text that somebody outside
could have written is marked `untrusted`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from assistant.case import Advice, Case, Evidence, Polarity, Precedent, Scorecard, Sheet
from assistant.money import words
from assistant.roles import PERSONAL_ROLES, UNTRUSTED_ROLES
from assistant.signals import MRZ_SIGNALS, Signal, Value

__all__ = ["build_sheet", "precedent_statement"]

LONGEST_TEXT = 2000
LONGEST_FACT = 120
MOST_FACTS = 30
PAST = {"approve": "approved", "block": "blocked", "reject": "rejected", "refund": "refunded", "escalate": "escalated"}
DOCUMENT_NAMES = {signal.name for signal in MRZ_SIGNALS}


def build_sheet(
    case: Case,
    as_of: datetime,
    scorecard: Scorecard,
    values: Mapping[str, Value],
    signals: Mapping[str, Signal],
    precedents: Sequence[Precedent],
    advice: Advice,
    allowed_actions: tuple[str, ...],
) -> Sheet:
    """Numbers the evidence. E ids agree with the reasons of the scorecard, P ids with the order of the precedents."""
    said = {reason.signal for reason in scorecard.reasons}
    evidence = [
        Evidence(
            id=reason.evidence,
            kind="signal",
            polarity=reason.polarity,
            statement=reason.statement,
            source=f"signal {reason.signal}",
        )
        for reason in scorecard.reasons
    ]
    evidence += _facts(case)
    evidence += [
        Evidence(
            id=f"P{number}",
            kind="precedent",
            polarity=_outcome_polarity(precedent),
            statement=precedent_statement(precedent),
            values=tuple(filter(None, (precedent.case_id, precedent.outcome, precedent.action))),
            source=f"case {precedent.case_id}",
        )
        for number, precedent in enumerate(precedents, 1)
    ]
    evidence += [
        Evidence(
            id=f"N{number}",
            kind="note",
            polarity="neutral",
            statement=f"{phrase}: {_flat(text, LONGEST_TEXT)}",
            source=source,
            untrusted=True,
        )
        for number, (phrase, source, text) in enumerate(_texts(case), 1)
    ]
    evidence += [
        Evidence(
            id=f"D{number}",
            kind="document",
            polarity="raises" if _bad(signals[name], values[name]) else "neutral",
            statement=signals[name].say(values[name]),
            source=f"check {name}",
        )
        for number, name in enumerate(sorted(DOCUMENT_NAMES & set(values) - said), 1)
    ]
    if advice.expected_costs:
        evidence.append(
            Evidence(
                id="R1",
                kind="rule",
                polarity="neutral",
                statement=f"policy: {advice.action.replace('_', ' ')} has the least expected cost, "
                f"{advice.currency} {advice.expected_costs[advice.action]:,.2f}",
                values=(advice.action,),
                source="policy",
            )
        )
    return Sheet(
        case_id=case.case_id,
        kind=case.kind,
        as_of=as_of,
        probability=scorecard.probability,
        band=scorecard.band,
        evidence=tuple(evidence),
        allowed_actions=allowed_actions,
        policy_action=advice.action,
    )


def precedent_statement(precedent: Precedent) -> str:
    """What happened to a precedent and why it is alike, in one clause."""
    parts = []
    if precedent.outcome is not None:
        parts.append(
            f"turned out to be {precedent.outcome}" if precedent.outcome != "unresolved" else "stayed unresolved"
        )
    if precedent.action is not None:
        done = PAST.get(precedent.action, f"answered with {precedent.action.replace('_', ' ')}")
        day = f" on {precedent.decided_at:%Y-%m-%d}" if precedent.decided_at else ""
        parts.append(f"was {done}{day}")
    because = f": {'; '.join(precedent.shared)}" if precedent.shared else ""
    return f"case {precedent.case_id} {' and '.join(parts)}{because}"


def _facts(case: Case) -> list[Evidence]:
    found = []
    if case.amount_minor is not None and case.currency is not None:
        found.append(("amount", "amount", words(case.amount_minor, case.currency), False))
    for fact in case.facts:
        if fact.role not in PERSONAL_ROLES and fact.role not in {"free_text", "note", "user_agent", "protected"}:
            found.append((fact.name, fact.phrase, _flat(fact.value, LONGEST_FACT), fact.role in UNTRUSTED_ROLES))
    return [
        Evidence(
            id=f"F{number}",
            kind="fact",
            polarity="neutral",
            statement=f"{phrase}: {value}",
            values=(value,),
            source=f"column {name}",
            untrusted=untrusted,
        )
        for number, (name, phrase, value, untrusted) in enumerate(found[:MOST_FACTS], 1)
    ]


def _texts(case: Case) -> list[tuple[str, str, str]]:
    return [
        (fact.phrase, f"column {fact.name}", fact.value) for fact in case.facts if fact.role in {"free_text", "note"}
    ]


def _outcome_polarity(precedent: Precedent) -> Polarity:
    return {"fraud": "raises", "legitimate": "lowers"}.get(precedent.outcome or "", "neutral")  # type: ignore[return-value]


def _bad(signal: Signal, value: Value) -> bool:
    if isinstance(value, str) or signal.bad is None:
        return False
    return value > 0 if signal.bad == "high" else value < 0.5


def _flat(text: str, limit: int) -> str:
    """One line without control characters, cut with a sign that it was."""
    flat = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    return flat if len(flat) <= limit else f"{flat[:limit]} … (cut)"
