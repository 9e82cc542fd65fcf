"""How cases wait: what the queue can be narrowed to, a page of it, who holds a case, and why one was left.

Values only. The order is `tier`, then `rank`: overdue cases first, then log(expected loss) − opened_at / τ, which does
not move as time passes, so that a page is one walk through an index however many cases there are.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from assistant.case import Moment

__all__ = ["Claim", "Context", "Count", "Filters", "Nothing", "Place", "Status", "Undone", "View"]

Status = Literal["open", "snoozed", "escalated", "decided"]
"""`decided` is what was decided at this desk, newest first; cases that came decided never waited here."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Filters(_Value):
    """What the queue is narrowed to; empty fields do not narrow. Amounts are in the policy's currency."""

    status: Status = "open"
    kind: str = Field(default="", max_length=40)
    band: Literal["", "low", "medium", "high", "abstain"] = ""
    country: str = Field(default="", max_length=40)
    assignee: str = Field(default="", max_length=120)
    overdue: bool = False
    amount_from: float | None = Field(default=None, ge=0)
    amount_to: float | None = Field(default=None, ge=0)
    days_from: float | None = Field(default=None, ge=0, le=40_000)
    """Waiting for at least so many days."""
    days_to: float | None = Field(default=None, ge=0, le=40_000)
    skipped_by: str = Field(default="", max_length=120)
    text: str = Field(default="", max_length=200)
    """The beginning of a case's id, or an entity of it in full: an email address, a device, a card, an account."""

    @property
    def narrows(self) -> bool:
        return self != Filters(status=self.status)


class Place(NamedTuple):
    """Where a row stands in the queue, for the page that begins behind it."""

    tier: int
    rank: float
    case_id: str


class Claim(NamedTuple):
    """Who has a case in hand, and until when, unless it is kept by a heartbeat."""

    case_id: str
    reviewer: str
    claimed_at: datetime
    expires_at: datetime


class Nothing(NamedTuple):
    """Why there is no next case: how many of those that fit are skipped by this reviewer, or somebody else's."""

    skipped: int
    others: int


class Count(NamedTuple):
    """How many cases fit; `more` where counting ended before all were seen."""

    number: int
    more: bool


class View(_Value):
    """Filters under a name, of one reviewer."""

    name: str = Field(min_length=1, max_length=60)
    filters: Filters


class Context(_Value):
    """What stood before the person who decided, and why they went another way than policy or draft, in a word of the
    policy and in their own words."""

    policy_action: str | None = None
    draft_action: str | None = None
    override: str = ""
    override_words: str = ""


class Undone(_Value):
    """A decision that was taken back, and the reviews that had shown it as a precedent meanwhile."""

    case_id: str
    action: str
    reason: str
    note: str
    undone_at: Moment
    drafts: tuple[str, ...] = ()
