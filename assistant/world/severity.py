"""How grave what a case shows is: the worst facts first, and what earlier cases of the same account or document add.

Whoever decides speaks to the worst of them. Grave marks have honest reasons too; nothing here depends on what is true.
"""

from __future__ import annotations

from assistant.world.story import Story

__all__ = ["DIRE", "HISTORY", "grave", "noticed"]

HISTORY = ("fraud_before", "refused_before", "seen_elsewhere")
"""What the desk finds when it looks up account and document; it stands in the situation, since no column shows it."""
DIRE = (
    "watchlist", *HISTORY, "duplicate", "bank_name", "registry", "3ds", "authenticity", "name_differs", "face",
    "liveness", "new_payout",
)  # fmt: skip
"""What comes before the mark that the rule fired on, whichever that is."""
_GRAVEST = (
    *DIRE, "cvv", "hosting_ip", "foreign_ip", "ships_elsewhere", "new_device", "fresh_password", "declines",
    "undelivered", "refunds", "jump", "slump",
)  # fmt: skip


def noticed(story: Story) -> tuple[str, ...]:
    """The marks of the case, and what earlier cases say of it."""
    return (*story.facts.marks(), *(word for word in HISTORY if word in story.situation))


def grave(story: Story) -> tuple[str, ...]:
    """The marks that nobody who decides can pass over, the worst first."""
    found = {*story.facts.loud(), *(set(HISTORY) & story.situation)}
    trigger = {"unusual_country": "foreign_ip", "other_country": "foreign_ip"}.get(story.trigger, story.trigger)
    order = [mark for mark in _GRAVEST if mark in found]
    return tuple(sorted(order, key=lambda mark: mark not in DIRE and (1 if mark == trigger else 2)))
