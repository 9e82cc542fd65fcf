"""Precedents: what the memory keeps of a case, and what it says about one that it finds.

Only people's decisions and what turned out to be true make a case a precedent, and only what was known strictly before
`as_of` is told of it. The text that is remembered holds no personal data and nothing of the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from assistant.case import ESCALATE, Case, Decision, Outcome, Precedent, known_before
from assistant.links import NETWORK, links_of
from assistant.money import words
from assistant.roles import CHECK_ROLES, CHOICE_ROLES, COUNTRY_ROLES
from assistant.shortlist import Entry, Found
from retrieval import Item, Lens, Match, Query

__all__ = ["found_before", "memory_item", "memory_query", "precedent"]

ROLE_WORDS = {
    "email": "email address",
    "phone": "phone number",
    "ip": "IP address",
    NETWORK: "IP network",
    "document_number": "document",
    "site": "web site",
    "beneficial_owner": "beneficial owner",
    "payout_account": "receiving account",
}
TOLD = frozenset({*CHOICE_ROLES, *COUNTRY_ROLES, *CHECK_ROLES})
"""Roles that say what a case is about without saying whose it is."""
MOST_REASONS = 3
MOST_ALIKE = 2
LONGEST_NARRATIVE = 600
"""Characters; the embedding reads no more than about 1,300, and its time grows with length."""
_NUMBER = re.compile(r"\d[\d.,]*")
Why = Mapping[str, str]
"""Signal name → what it says of a case in words, for the signals that raised its score most."""


def narrative(case: Case) -> str:
    """A case as text for the embedding: what it is about and what people wrote, without what identifies anybody."""
    parts = [f"{case.kind} case"]
    if case.amount_minor is not None and case.currency is not None:
        parts.append(f"amount {words(case.amount_minor, case.currency)}")
    told = [fact.value for fact in case.facts if fact.role in {"free_text", "note"}]
    parts += [f"{fact.phrase} {fact.value}" for fact in case.facts if fact.role in TOLD]
    return ". ".join([*parts, *told])[:LONGEST_NARRATIVE]


def memory_item(
    case: Case, decisions: Sequence[Decision], outcomes: Sequence[Outcome], profile: Mapping[str, float]
) -> Item | None:
    """The item of a decided case, known from its first decision or outcome on; None while it is undecided. To escalate
    is to pass the decision on, so it makes no precedent."""
    decisions = [one for one in decisions if one.action != ESCALATE]
    moments = [one.decided_at for one in decisions] + [one.known_at for one in outcomes]
    if not moments:
        return None
    links = frozenset(str(link) for link in links_of(case))
    turns: dict[datetime, str] = {}
    for one in outcomes:
        turns.setdefault(one.known_at, one.outcome)  # of two at one moment the first counts, as in `known_before`
    tags = {"kind": case.kind}
    return Item(case.case_id, min(moments), narrative(case), links, tags=tags, profile=profile, turns=turns)


def memory_query(
    case: Case,
    as_of: datetime,
    withdrawn: frozenset[str],
    profile: Mapping[str, float],
    lens: Mapping[str, Lens],
) -> Query:
    """What to look for: cases like this one, never the case itself, never a withdrawn one. Without a lens, only text
    and links count."""
    return Query(
        text=narrative(case),
        links=frozenset(str(link) for link in links_of(case)),
        as_of=as_of,
        exclude=withdrawn | {case.case_id},
        profile=profile,
        lens=lens,
    )


def found_before(
    match: Match, past: Case, decisions: Sequence[Decision], outcomes: Sequence[Outcome], as_of: datetime
) -> Found | None:
    """A match with what was known of its case before `as_of`; None where that was nothing yet."""
    decided = [one for one in decisions if one.action != ESCALATE and one.decided_at < as_of]
    outcome = known_before(outcomes, as_of)
    if outcome is None and not decided:
        return None
    return Found(match, past, narrative(past), outcome, max(decided, key=lambda one: one.decided_at, default=None))


def precedent(entry: Entry, own_why: Why, past_why: Why, differs: str = "", agrees: Sequence[str] = ()) -> Precedent:
    """An entry of the answer in words. `differs` says what tells its case from the one at hand, empty if nothing, and
    `agrees` what the two have alike, for one that shares neither a thing nor a reason."""
    found, match = entry.found, entry.found.match
    because = _because(match, own_why, past_why) or tuple(f"also {said}" for said in agrees[:MOST_ALIKE])
    because = because or ("reads alike",)
    decided = found.decided
    return Precedent(
        case_id=found.case.case_id,
        similarity=round(match.similarity, 4),
        outcome=found.truth,
        action=decided.action if decided else None,
        reason=decided.reason if decided else None,
        decided_at=decided.decided_at if decided else None,
        known_at=match.known_at,
        because=(*because, _of_the_ring(entry)) if entry.ring else because,
        summary=_summary(found.case),
        ring=entry.ring,
        differs=differs,
        counter_example=_contrast(found, because, differs) if entry.counter_example else "",
    )


def _of_the_ring(entry: Entry) -> str:
    """How many others one entry stands for. Honest cases on one device are no ring: mostly they are one customer."""
    tied = "from the same ring" if entry.found.truth == "fraud" else "tied to this one"
    return f"and {len(entry.ring)} more {tied}"


def _contrast(found: Found, because: Sequence[str], differs: str) -> str:
    """What a counter-example shares and how it differs."""
    end = f"; what differs: {differs}" if differs else ""
    return f"turned out to be {found.truth}, unlike most of these; what it shares: {', '.join(because)}{end}"


def _because(match: Match, own_why: Why, past_why: Why) -> tuple[str, ...]:
    """Why it is alike, strongest first: shared entities, then shared reasons; empty where it shares neither."""
    types = [link.partition(":")[0] for link in match.shared_links]
    if "ip" in types:
        types = [one for one in types if one != NETWORK]
    because = [f"same {ROLE_WORDS.get(one, one)}" for one in dict.fromkeys(types)]
    shared = [past_why[name] for name, said in own_why.items() if _as_said(past_why.get(name, "")) == _as_said(said)]
    because += [f"also {said}" for said in shared[:MOST_REASONS]]
    return tuple(because)


def _as_said(reason: str) -> str:
    """A reason without its numbers: "reviewed for a short session" is no reason that one of a duplicate shares."""
    return _NUMBER.sub("#", reason)


def _summary(case: Case) -> str:
    """One line for a list: kind, amount and the plain categories."""
    parts = [case.kind]
    if case.amount_minor is not None and case.currency is not None:
        parts.append(words(case.amount_minor, case.currency))
    parts += [fact.value for fact in case.facts if fact.role in CHOICE_ROLES and len(fact.value) <= 40][:3]
    return ", ".join(parts)
