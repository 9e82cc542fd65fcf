"""Who works on which case: the queue and its views, the next case for a reviewer, and the ways to leave one.

Promise: a case is in one person's hands at a time, for as long as they keep it up; whoever leaves a case says why, in a
word that the policy knows, and it is journaled. A name is an identity here: two people need two names.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from assistant.case import ESCALATE
from assistant.errors import BadInput
from assistant.policy import Policy
from assistant.settings import Settings
from assistant.store import QueueRow, Store
from assistant.waiting import Claim, Count, Filters, Nothing, Place, View

__all__ = ["Caseload", "Standing"]

LONGEST_SNOOZE = timedelta(days=90)
FILL = 2000
COMMON = ("Open", "Overdue", "Mine", "Escalated", "Put off", "Skipped", "Decided")
"""The views that everybody has; a saved view cannot take their names."""


class Standing(NamedTuple):
    """How a case stands for somebody who has it on the screen. `said` is what they must be told, if anything."""

    yours: bool
    said: str = ""
    decided: bool = False


class Caseload:
    """The cases that wait, and the people who work on them."""

    def __init__(self, store: Store, policy: Policy, settings: Settings) -> None:
        self._store = store
        self._policy = policy
        self._lease = timedelta(minutes=settings.lease_minutes)
        self._place_rest()

    # the queue

    def page(self, filters: Filters, limit: int = 50, after: Place | None = None) -> list[QueueRow]:
        """The rows that fit, behind the row where the last page ended."""
        return self._store.queue.page(filters, limit, after)

    def count(self, filters: Filters) -> Count:
        """How many fit, as far as anybody counts."""
        return self._store.queue.count(filters)

    def row(self, case_id: str) -> QueueRow | None:
        """One case as the queue shows it; None for one that never waited here."""
        return self._store.queue.row(case_id)

    def choices(self) -> dict[str, list[str]]:
        """What there is to narrow the queue to: kinds, countries, people."""
        return self._store.queue.choices()

    @property
    def order(self) -> str:
        """The order of the queue in one sentence."""
        days = f"{self._policy.queue_days:g}"
        return (
            f"Overdue cases first, then by log(expected loss in {self._policy.currency}) − day opened / {days}: "
            f"a case that waits {days} days longer goes before one with 2.7 times its expected loss."
        )

    def views(self, reviewer: str) -> list[View]:
        """The views that everybody has, then the reviewer's own."""
        filters = (
            Filters(),
            Filters(overdue=True),
            Filters(assignee=reviewer),
            Filters(status="escalated"),
            Filters(status="snoozed"),
            Filters(skipped_by=reviewer),
            Filters(status="decided"),
        )
        common = [View(name=name, filters=one) for name, one in zip(COMMON, filters, strict=True)]
        return common + self._store.views.of(reviewer)

    @property
    def common_views(self) -> frozenset[str]:
        """The names of the views that everybody has."""
        return frozenset(COMMON)

    def save_view(self, reviewer: str, name: str, filters: Filters) -> View:
        """Keeps filters under a name; an own view of that name is replaced."""
        name = " ".join(name.split())[:60]
        if not name or name.casefold() in {one.casefold() for one in COMMON}:
            raise BadInput("a view needs a name of its own; give it one")
        view = View(name=name, filters=filters)
        self._store.views.save(_person(reviewer), view)
        return view

    def remove_view(self, reviewer: str, name: str) -> None:
        self._store.views.remove(reviewer, name)

    # one case

    def next(self, reviewer: str, filters: Filters | None = None) -> Claim | Nothing:
        """Claims the best case that fits and is nobody else's, or says why there is none."""
        filters = filters or Filters()
        if filters.status not in ("open", "escalated"):
            filters = Filters()
        return self._store.claims.next(_person(reviewer), filters, self._lease)

    def take(self, case_id: str, reviewer: str) -> Claim:
        """Claims this case. Raises BadInput when it is in somebody else's hands or waits for nothing."""
        return self._store.claims.take(case_id, _person(reviewer), self._lease)

    def keep(self, case_id: str, reviewer: str) -> Standing:
        """The heartbeat of a page that shows a case: keeps the claim up, or says what happened meanwhile."""
        self._store.cases.get(case_id)
        decisions = self._store.cases.decisions([case_id]).get(case_id, [])
        last = decisions[-1] if decisions else None
        if last is not None and last.action != ESCALATE:
            at = f"{last.decided_at:%Y-%m-%d %H:%M} UTC"
            return Standing(
                False, f"case {case_id} was decided by {last.reviewer} at {at}: {last.action}", decided=True
            )
        if self._store.cases.outcomes([case_id]).get(case_id):
            return Standing(False, f"it is known by now how {case_id} turned out", decided=True)
        withdrawn = self._store.verdicts.withdrawal(case_id)
        said = (
            f"case {case_id} was withdrawn by {withdrawn.actor}: {withdrawn.reason}. No later case learns from it"
            if withdrawn
            else ""
        )
        try:
            self.take(case_id, reviewer)
        except BadInput as error:
            return Standing(False, str(error))
        return Standing(True, said)

    def holder(self, case_id: str) -> Claim | None:
        """Who has a case in hand now."""
        return self._store.claims.of(case_id)

    def release(self, case_id: str, reviewer: str) -> bool:
        """Gives a case back to all; whether this reviewer had it."""
        return self._store.claims.release(case_id, _person(reviewer))

    def skip(self, case_id: str, reviewer: str, reason: str) -> None:
        """Leaves a case to others: this reviewer is not offered it again."""
        if reason not in self._policy.skips:
            raise BadInput(f"{reason!r} is no reason to skip a case; choose one of: {', '.join(self._policy.skips)}")
        self._store.claims.skip(case_id, _person(reviewer), reason)

    def unskip(self, reviewer: str) -> int:
        """Offers a reviewer again what they had skipped."""
        return self._store.claims.unskip(_person(reviewer))

    def assign(self, case_id: str, to: str, actor: str, reason: str = "") -> None:
        """Passes a case on to somebody, or with an empty name back to all."""
        self._store.claims.assign(case_id, to.strip()[:120], _person(actor), reason.strip()[:500])

    def snooze(self, case_id: str, until: datetime, actor: str, reason: str = "") -> None:
        """Puts a case off until a moment in the next 90 days."""
        now = datetime.now(UTC)
        if not now < until <= now + LONGEST_SNOOZE:
            raise BadInput(f"a case can be put off for up to {LONGEST_SNOOZE.days} days, from now on; give such a time")
        self._store.claims.snooze(case_id, until, _person(actor), reason.strip()[:500])

    def wake(self, case_id: str, actor: str) -> None:
        """Ends a snooze before its time."""
        self._store.claims.wake(case_id, _person(actor))

    def _place_rest(self) -> None:
        """Places what a database of an earlier version brought along; afterwards there is nothing to do."""
        while ids := self._store.queue.unplaced(FILL):
            cases = self._store.cases.many(ids)
            policy = self._policy
            self._store.queue.fill(
                [(case.case_id, policy.due_at(case), policy.at_stake(case), case.country) for case in cases]
            )


def _person(name: str) -> str:
    name = name.strip()[:120]
    if not name:
        raise BadInput("nobody is named; say who is reviewing")
    return name
