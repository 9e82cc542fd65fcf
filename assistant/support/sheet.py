"""The evidence sheet of a support answer: what its audience may know of a case, and nothing else.

F facts of the case, R approved texts, A articles, N the question. Built from the table of what may be told, so score,
signals, other people's data and the reviewers' words are not on it, whoever writes from it. The same case seen by the
same role gives the same sheet whatever is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from babel.dates import format_date

from assistant.case import ESCALATE, Case, Decision, Evidence, Sheet
from assistant.money import words
from assistant.policy import Policy
from assistant.support.articles import Section
from assistant.support.disclosure import TEXT_FIELDS, Audience, Disclosure, State, filled, texts

__all__ = ["ANSWER", "ASK_A_LEAD", "OPEN", "Seen", "answer_sheet", "seen"]

ANSWER, ASK_A_LEAD = "answer", "ask_a_lead"
"""What a support answer can come to; for the verifier, the actions of such a sheet."""
OPEN = "open"
_DECLINED = ("declin", "refus", "05", "51", "54", "61", "65", "N7")
"""How a bank says no; which no it said is not for customers."""


class Seen(NamedTuple):
    """How a case looks to somebody who may see nothing that is hidden. `slots` fill the approved texts."""

    case: Case
    state: str
    decision: Decision | None
    due: datetime
    late: bool


def seen(case: Case, decisions: Sequence[Decision], policy: Policy, as_of: datetime) -> Seen:
    """The case as it stood at a moment. A decision that only passed it on is none: the case is still open."""
    told = [one for one in decisions if one.decided_at < as_of and one.action != ESCALATE]
    last = told[-1] if told else None
    due = case.opened_at + timedelta(hours=policy.of(case.kind).due_hours)
    return Seen(case, last.action if last else OPEN, last, due, last is None and due <= as_of)


def answer_sheet(
    one: Seen | None,
    question: str,
    sections: Sequence[Section],
    disclosure: Disclosure,
    audience: Audience,
    as_of: datetime,
    language: str = "en",
) -> Sheet:
    """All that may be said to this audience, numbered."""
    evidence: list[Evidence] = []
    if one is not None:
        allowed = disclosure.columns(one.case.kind, audience).allowed
        evidence += _facts(one, allowed, language)
        evidence += _texts(one, allowed, audience, language)
    evidence += [
        Evidence(
            id=f"A{number}",
            kind="article",
            polarity="neutral",
            statement=section.text,
            source=section.source,
        )
        for number, section in enumerate(sections, 1)
    ]
    if question:
        evidence.append(
            Evidence(
                id="N1",
                kind="note",
                polarity="neutral",
                statement=f"question: {question}",
                source="question",
                untrusted=True,
            )
        )
    return Sheet(
        case_id=one.case.case_id if one else "",
        kind=one.case.kind if one else "question",
        as_of=as_of,
        audience=audience,
        probability=None,
        band="abstain",
        evidence=tuple(evidence),
        allowed_actions=(ANSWER, ASK_A_LEAD),
        policy_action=ANSWER,
    )


def slots(one: Seen, allowed: frozenset[str], language: str) -> dict[str, str]:
    """What the approved texts may be filled with."""
    case = one.case

    def day(moment: datetime) -> str:
        return format_date(moment.date(), format="long", locale=language)

    found = {"reference": case.case_id, "opened": day(case.opened_at), "due": day(one.due)}
    if one.decision:
        found["decided"] = day(one.decision.decided_at)
    if case.amount_minor is not None and case.currency:
        found["amount"] = words(case.amount_minor, case.currency)
    return {name: value for name, value in found.items() if name in allowed or name == "due"}


def _facts(one: Seen, allowed: frozenset[str], language: str) -> list[Evidence]:
    case, known = one.case, slots(one, allowed, language)
    told = {
        "reference": ("reference", case.case_id),
        "opened": ("opened on", known.get("opened", "")),
        "decided": ("decided on", known.get("decided", "")),
        "amount": ("amount", known.get("amount", "")),
        "merchant": ("shop", next(iter(case.values("merchant")), "")),
        "bank": ("answer of the bank", _bank(case)),
        "delivery": ("refund asked for", next(iter(case.values("refund")), "")),
    }
    shown = [(name, *entry) for name, entry in told.items() if name in allowed and entry[1]]
    return [
        Evidence(
            id=f"F{number}",
            kind="fact",
            polarity="neutral",
            statement=f"{phrase}: {value}",
            values=(value,),
            source=f"case field {name}",
            untrusted=name == "merchant",
        )
        for number, (name, phrase, value) in enumerate(shown, 1)
    ]


def _bank(case: Case) -> str:
    said = " ".join(case.values("authorisation")).casefold()
    return "the bank declined it" if any(sign.casefold() in said for sign in _DECLINED) else ""


def _texts(one: Seen, allowed: frozenset[str], audience: Audience, language: str) -> list[Evidence]:
    found = texts(audience, language).of(one.case.kind, one.state)
    if found is None:
        return []
    known = slots(one, allowed, language)
    told = [pair for name in TEXT_FIELDS if name in allowed for pair in _said(name, found, one, known)]
    return [
        Evidence(
            id=f"R{number}",
            kind="rule",
            polarity="neutral",
            statement=text,
            values=(name,),
            source=f"approved text {one.case.kind}.{one.state}.{name}",
        )
        for number, (name, text) in enumerate(told, 1)
    ]


def _said(name: str, state: State, one: Seen, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """The texts of one field, and what they tell: where nothing has to be sent, `nothing`."""
    if name == "send":
        given = [("send", text) for text in state.send] or [("nothing", state.nothing)]
    elif name == "time" and one.late and state.late:
        given = [("time", state.late)]
    else:
        given = [(name, getattr(state, name))]
    found = [(told, filled(text, known)) for told, text in given if text]
    return [(told, text) for told, text in found if text]
