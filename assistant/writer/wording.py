"""The phrases of the scripted writer: lists, counts, outcomes and actions in plain English.

Promise: what comes out is grammatical for any count and adds no number beside the counts it was given.
Which sentences are written, and in what order, is decided in `scripted`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

from assistant.case import Evidence, Sheet
from assistant.prompt import plain

__all__ = [
    "PURPOSE",
    "SUBJECT",
    "listed",
    "outcome",
    "quotable",
    "reasons",
    "said",
    "shared",
    "tally",
    "ties",
    "would_change",
]

SUBJECT = {"payment": "payment", "identity": "identity check", "merchant": "merchant"}
PURPOSE = {
    "approve": "approve the {subject}",
    "step_up": "ask the customer for a further proof before going on",
    "refund": "refund the {subject}",
    "block": "block the {subject}",
    "request_documents": "request further documents",
    "reject": "reject the {subject}",
    "reserve": "keep a reserve",
    "hold_payout": "hold the payout",
    "escalate": "escalate the {subject} to a colleague with more authority",
}
"""What follows "the recommended action is to"; an action that is not here is named in its own words."""

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LONGEST = 240
MOST_REASONS = 3
MOST_IDS = 4
MOST_TIES = 2
"""Groups of past cases that a clause names, and things for each: more are a list and no longer read."""
OWN_THINGS = frozenset({"same device", "same card", "same document", "same receiving account"})
"""What strangers do not share. Told before all else: even where fraud and honest cases share it, it ties them all."""
OPEN_THINGS = frozenset({"same merchant", "same web site", "same IP network"})
"""What anybody shares: told last."""
_CONFIRMATION = {
    "payment": ("confirmation of the payment by the cardholder", "a dispute by the cardholder"),
    "identity": ("another document that agrees with this", "another document that contradicts this"),
    "merchant": ("proof of trade, such as deliveries to buyers", "complaints by buyers"),
}

Outcome = Literal["fraud", "legitimate", "open"]


@lru_cache(maxsize=4096)
def said(item: Evidence) -> str:
    """The statement as part of a sentence: one line, no closing mark, cut between words and never inside a number."""
    text = plain(item.statement, limit=1_000_000).rstrip(" .;:,!?…")
    if len(text) <= _LONGEST:
        return text
    head, space, _ = text[: _LONGEST + 1].rpartition(" ")
    return f"{head.rstrip(' .;:,')} …" if space else ""


def quotable(item: Evidence) -> bool:
    return not item.untrusted and item.kind != "note" and bool(said(item))


def listed(items: Sequence[Evidence]) -> str:
    """`a`, `a; and b`, `a; b; and c`. Statements may hold commas, so semicolons part them."""
    return _joined([said(item) for item in items], "; ")


def outcome(item: Evidence) -> Outcome:
    """How a precedent ended, read from its own statement; one that does not say is open, whatever its polarity."""
    found = re.search(r"\b(?:was|turned out to be) (fraud|legitimate)\b", item.statement.partition(": ")[0])
    if found is None:
        return "open"
    return "fraud" if found[1] == "fraud" else "legitimate"


def tally(counts: Mapping[Outcome, int] | Mapping[str, int]) -> str:
    """How many similar cases ended in which way."""
    total = sum(counts.values())
    ends = [(count, _end(name, count)) for name, count in counts.items() if count]
    if len(ends) == 1:
        noun = {1: "The similar case", 2: "Both similar cases"}.get(total, f"All {_count(total)} similar cases")
        return f"{noun} {ends[0][1]}"
    if ends[0][0] == ends[1][0] and len(ends) == 2:
        return f"The similar cases are split: {_joined([f'{_count(count)} {end}' for count, end in ends], ', ')}"
    return f"Of the {_count(total)} similar cases, {_joined([f'{_count(count)} {end}' for count, end in ends], ', ')}"


def shared(items: Sequence[Evidence]) -> str:
    """What the precedents have in common with the case, each reason with the ids that it holds for.

    Things that strangers do not share come first, and what anybody shares last, so that what is cut tells least; then
    reasons that only fraud or only legitimate cases have, because they tell the two apart.
    """
    holders: dict[str, list[Evidence]] = {}
    for item in items:
        for reason in reasons(item):
            holders.setdefault(reason, []).append(item)

    def rank(reason: str) -> tuple[bool, bool, int, int]:
        ends = {outcome(item) for item in holders[reason]}
        return reason not in OWN_THINGS, reason in OPEN_THINGS, len(ends), -len(holders[reason])

    told = sorted(holders, key=rank)
    parts = [f"{reason} ({_ids(holders[reason])})" for reason in told[:MOST_REASONS]]
    return f"; shared with this case: {_joined(parts, ', ')}" if parts else ""


def ties(items: Sequence[Evidence]) -> str:
    """What the precedents share with this case, as a clause: `P1 was fraud and has the same card; P2 and P3 have the
    same shop`. What a past fraud shares is never left out for what honest cases share; else things that only fraud or
    only legitimate cases share come first. Empty where nothing is shared."""
    holders: dict[str, list[Evidence]] = {}
    for item in items:
        for reason in reasons(item):
            if reason.startswith("same "):
                holders.setdefault(reason, []).append(item)
    told = sorted(holders, key=lambda reason: (len({outcome(item) for item in holders[reason]}), -len(holders[reason])))
    groups: dict[tuple[str, ...], list[str]] = {}
    for reason in told:
        groups.setdefault(tuple(item.id for item in holders[reason]), []).append(reason)
    parts, apart = [], len({outcome(item) for item in items}) > 1
    frauds = {item.id for item in items if outcome(item) == "fraud"}
    first = next((ids for ids in groups if frauds & set(ids)), None)
    told_first = sorted(groups.items(), key=lambda group: group[0] != first)
    for ids, named in told_first[:MOST_TIES]:
        things = _joined([f"the {one}" for one in named[:MOST_TIES]], ", ")
        ended = {outcome(item) for item in holders[named[0]]}
        parts.append(
            f"{_those(ids, len(items), ended if apart else set())} {'has' if len(ids) == 1 else 'have'} {things}"
        )
    return "; ".join(parts)


def would_change(
    sheet: Sheet, raising: Sequence[Evidence], lowering: Sequence[Evidence], precedents: Sequence[Evidence]
) -> list[str]:
    """Two or three things that would speak for another action."""
    approving = sheet.policy_action == "approve"
    if approving:
        lines = [f"proof that this does not hold: {said(lowering[0])}" if lowering else "new evidence of fraud"]
    elif raising:
        lines = [f"proof of an innocent reason for this: {said(raising[0])}"]
    else:
        lines = ["new evidence that the customer is genuine"]
    if sheet.kind in _CONFIRMATION:
        lines.append(_CONFIRMATION[sheet.kind][approving])
    if open_cases := sum(outcome(item) == "open" for item in precedents):
        lines.append(f"the outcome of the similar case{'s' * (open_cases > 1)} still open")
    elif precedents:
        lines.append(f"a similar case that turns out to be {'fraud' if approving else 'legitimate'}")
    if sheet.probability is None or sheet.band == "abstain":
        lines.insert(1, "a score from a model that has learned this kind of case")
    return lines[:3]


def _count(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def _end(name: str, count: int) -> str:
    if name == "open":
        return "has no known outcome" if count == 1 else "have no known outcome"
    return f"{'was' if count == 1 else 'were'} {name}"


def _joined(parts: Sequence[str], comma: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    before_and = comma if comma == "; " else " "
    return f"{comma.join(parts[:-1])}{before_and}and {parts[-1]}"


def reasons(item: Evidence) -> list[str]:
    """Why a precedent is similar, as its statement gives it after the colon."""
    given = [reason.removeprefix("also ") for reason in said(item).partition(": ")[2].split("; ")]
    return [one for one in dict.fromkeys(given) if one and one != "reads alike" and not one.endswith("…")]


def _those(ids: Sequence[str], every: int, ended: set[Outcome]) -> str:
    """The past cases with these ids, and how they ended where that is one and the same."""
    named = _joined([*ids[:MOST_IDS], *(["others"] if len(ids) > MOST_IDS else [])], ", ")
    if len(ids) == every > 2:
        named = "all of them"
    (end,) = ended if len(ended) == 1 else ("open",)
    return named if end == "open" else f"{named} {_end(end, len(ids))} and"


def _ids(items: Sequence[Evidence]) -> str:
    shown = [item.id for item in items[:MOST_IDS]]
    return ", ".join(shown) + (" and others" if len(items) > len(shown) else "")
