"""Which other cases touch the same things: the shared-entity graph of a case, as it was known at a moment.

Only cases that were opened before the moment are in it, each with what was known of it then. What very many cases share
(a shop, a network) is counted and not drawn: it ties nobody to anybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from assistant.case import ESCALATE, Case, Truth, known_before
from assistant.links import NETWORK, Link, entity_key, links_of
from assistant.roles import ADDRESS_ROLES
from assistant.store import Store

__all__ = ["Tie", "Tied", "ties"]

MOST_TIES = 6
MOST_CASES = 5
"""Cases that are named for one thing, the newest; the others are counted."""
CROWD = 50
"""A thing that more cases share is a crowd's."""


class Tied(NamedTuple):
    """Another case, and what was known of it: its outcome, or the action that was taken, or neither."""

    case_id: str
    kind: str
    opened_at: datetime
    outcome: Truth | None
    action: str | None


class Tie(NamedTuple):
    """One thing that other cases touch as well: what it is, as it stands in the case, and the cases, newest first."""

    type: str
    phrase: str
    value: str
    cases: tuple[Tied, ...]
    more: int


def ties(store: Store, case: Case, as_of: datetime) -> tuple[Tie, ...]:
    """What ties a case to others, the things that fewest share first."""
    own = links_of(case)
    held = store.cases.sharing(own, case.case_id, as_of, MOST_CASES)
    tying = sorted((link for link in own if 0 < held[link].total <= CROWD), key=lambda link: (held[link].total, link))
    if any(link.type == "ip" for link in tying):
        tying = [link for link in tying if link.type != NETWORK]
    tied = _tied(store, sorted({one for link in tying[:MOST_TIES] for one in held[link].newest}), as_of)
    return tuple(
        Tie(link.type, *_words(case, link), tuple(tied[one] for one in found.newest), found.total - len(found.newest))
        for link, found in ((link, held[link]) for link in tying[:MOST_TIES])
    )


def _tied(store: Store, case_ids: list[str], as_of: datetime) -> dict[str, Tied]:
    decisions, outcomes = store.cases.decisions(case_ids), store.cases.outcomes(case_ids)
    found = {}
    for case in store.cases.many(case_ids):
        known = known_before(outcomes.get(case.case_id, ()), as_of)
        made = [one for one in decisions.get(case.case_id, ()) if one.action != ESCALATE and one.decided_at < as_of]
        action = max(made, key=lambda one: one.decided_at).action if made else None
        found[case.case_id] = Tied(case.case_id, case.kind, case.opened_at, known.outcome if known else None, action)
    return found


def _words(case: Case, link: Link) -> tuple[str, str]:
    """What the column is called, and the value as it was given."""
    if link.type == NETWORK:
        return "IP network", link.key
    for fact in case.facts:
        same = link.type == ("address" if fact.role in ADDRESS_ROLES else fact.role)
        if same and entity_key(fact.role, fact.value) == link.key:
            return fact.phrase, fact.value
    return link.type.replace("_", " "), link.key
