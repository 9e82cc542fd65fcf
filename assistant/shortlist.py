"""Which of the found cases are shown: a ring as one entry, and the nearest case that turned out the other way.

Promise: at most k entries, most alike first, no two of one ring; and where the shown outcomes lean to one side, the
nearest case of the other outcome is among them if one lies near enough (`COUNTER_DISTANCE`). To let it in, the last
entry leaves, and never another one. It is left to others to know what was known at the moment asked about: everything
here is worked out from the cases that were given, and what was missing among them is said, so that it can be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.case import Case, Decision, Outcome, Truth
from assistant.links import NETWORK, links_of
from retrieval import Match

__all__ = ["COUNTER_DISTANCE", "Entry", "Found", "Shortlist", "shortlist"]

COUNTER_DISTANCE = 0.5
"""How far a counter-example may be, as 1 − similarity. In the demo world the fourth match lies nearer than 0.43 for
nine cases in ten: what is farther than 0.5 is less alike than those."""
COUNTER_DISTANCE_BY_PROFILE = 0.3
"""The same where a profile counts, with which similarities are larger: there the fourth lies nearer than 0.26."""
RING_TYPES = frozenset({"device", "card", "document_number", "payout_account"})
"""Things that strangers do not share: a chain of them is one ring, or one person."""
WEAK_TYPES = frozenset({NETWORK, "ip", "merchant", "site"})
"""Things that strangers share, so that even with one text they make no copy."""
SAME_TEXT = 0.9
"""The share of their words that two texts have in common when one is a copy of the other."""


@dataclass(frozen=True)
class Found:
    """A match with its case and what was known of it: never both None."""

    match: Match
    case: Case
    text: str
    outcome: Outcome | None
    decided: Decision | None

    @property
    def truth(self) -> Truth | None:
        return self.outcome.outcome if self.outcome else None


@dataclass(frozen=True)
class Entry:
    """One place in the answer: a case, and the ids of others of its ring that turned out the same, most alike first."""

    found: Found
    ring: tuple[str, ...] = ()
    counter_example: bool = False


@dataclass(frozen=True)
class Shortlist:
    """The entries; whether a longer list of matches could bring another; and which outcome a counter-example must have
    that none of the given cases near enough has."""

    entries: tuple[Entry, ...]
    wants_more: bool
    wants_other: Truth | None = None


def shortlist(found: Sequence[Found], k: int) -> Shortlist:
    """Up to k entries of the found cases, which come most alike first. A single place has no room for a contrast."""
    entries = [Entry(ring[0], tuple(one.case.case_id for one in ring[1:])) for ring in _rings(found)]
    shown = entries[:k]
    other = _other_side(shown) if k > 1 else None
    if other is None:
        return Shortlist(tuple(shown), wants_more=len(shown) < k)
    near = (one for one in entries if one.found.truth == other and _is_near(one))
    counter = next(near, None)
    if counter is None:
        return Shortlist(tuple(shown), wants_more=len(shown) < k, wants_other=other)
    if counter not in shown:
        shown = [*shown[: k - 1], counter]
    marked = [Entry(one.found, one.ring, counter_example=one is counter) for one in shown]
    return Shortlist(tuple(marked), wants_more=len(shown) < k)


def _other_side(shown: Sequence[Entry]) -> Truth | None:
    """The outcome that fewer of the shown ones have; None where neither prevails."""
    truths = [one.found.truth for one in shown]
    fraud, legitimate = truths.count("fraud"), truths.count("legitimate")
    if fraud == legitimate:
        return None
    return "legitimate" if fraud > legitimate else "fraud"


def _is_near(entry: Entry) -> bool:
    match = entry.found.match
    return 1 - match.similarity <= (COUNTER_DISTANCE_BY_PROFILE if "profile" in match.by_view else COUNTER_DISTANCE)


def _rings(found: Sequence[Found]) -> list[list[Found]]:
    """The found cases in parts of one ring and one outcome each, parts and members in the order given.

    Cases of different outcomes stay apart even on one device: that they ended differently is what a reviewer must see.
    """
    leader = list(range(len(found)))

    def lead(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    holders: dict[tuple[Truth | None, str], list[int]] = {}
    words = [_words(one.text) for one in found]
    for row, one in enumerate(found):
        for link in links_of(one.case):
            if link.type in WEAK_TYPES:
                continue
            held = holders.setdefault((one.truth, str(link)), [])
            for other in held[:1] if link.type in RING_TYPES else held:
                if link.type in RING_TYPES or _alike(words[row], words[other]):
                    first, second = sorted((lead(row), lead(other)))
                    leader[second] = first
            held.append(row)
    rings: dict[int, list[Found]] = {}
    for row, one in enumerate(found):
        rings.setdefault(lead(row), []).append(one)
    return list(rings.values())


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= SAME_TEXT * len(one | other)
