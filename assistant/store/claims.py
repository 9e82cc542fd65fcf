"""Who has which case in hand: next, keep, let go, skip, pass on, put off.

Promise: a case is in one person's hands at a time. A claim is taken under the database's write lock and ends by itself
when nobody keeps it up; a case that somebody skipped is never offered to them again, so that going on always ends.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, select
from sqlalchemy.orm import Session

from assistant.errors import BadInput, NotFound
from assistant.store.database import Database
from assistant.store.journal import append
from assistant.store.placing import tick
from assistant.store.queue import ORDER, fitting
from assistant.store.tables import CaseRow, ClaimRow, SkipRow, WaitingRow
from assistant.waiting import Claim, Filters, Nothing

__all__ = ["Claims", "refuse_held"]


class Claims:
    """Cases in people's hands. Every method that changes something returns only after the commit is on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next(self, reviewer: str, filters: Filters, lease: timedelta) -> Claim | Nothing:
        """Claims the best case for this reviewer: first what was passed to them, then what is nobody's."""
        now = datetime.now(UTC)
        with self._database.write() as session:
            tick(session, now)
            fits = fitting(filters.model_copy(update={"assignee": ""}), now)
            own = and_(SkipRow.case_id == WaitingRow.case_id, SkipRow.reviewer == reviewer)
            held = and_(ClaimRow.case_id == WaitingRow.case_id, ClaimRow.expires_at > now)
            free = [~exists().where(held)]
            if not filters.skipped_by:
                free.append(~exists().where(own))
            for assigned in (WaitingRow.assignee == reviewer, WaitingRow.assignee.is_(None)):
                query = select(WaitingRow.case_id).where(*fits, assigned, *free).order_by(*ORDER).limit(1)
                if case_id := session.scalar(query):
                    return _take(session, case_id, reviewer, now, lease)
            rest = select(func.count()).select_from(WaitingRow).where(*fits)
            skipped = session.scalar(rest.where(exists().where(own))) or 0
            return Nothing(skipped, (session.scalar(rest) or 0) - skipped)

    def take(self, case_id: str, reviewer: str, lease: timedelta) -> Claim:
        """Claims this case, or keeps what the reviewer has already. Raises BadInput when it is somebody else's."""
        now = datetime.now(UTC)
        with self._database.write() as session:
            refuse_held(session, case_id, reviewer, now)
            return _take(session, case_id, reviewer, now, lease)

    def of(self, case_id: str) -> Claim | None:
        """Who has a case now."""
        with self._database.read() as session:
            row = session.get(ClaimRow, case_id)
        return _claim(row) if row and row.expires_at > datetime.now(UTC) else None

    def release(self, case_id: str, reviewer: str) -> bool:
        """Lets a case go that this reviewer has; whether they had it."""
        with self._database.write() as session:
            return _let_go(session, case_id, reviewer)

    def skip(self, case_id: str, reviewer: str, reason: str) -> None:
        """Leaves a case to others, for good as far as this reviewer is concerned."""
        with self._database.write() as session:
            _waiting(session, case_id)
            session.merge(SkipRow(reviewer=reviewer, case_id=case_id, reason=reason, at=datetime.now(UTC)))
            _let_go(session, case_id, reviewer)
            append(session, actor=reviewer, verb="skip", subject=case_id, body={"reason": reason})

    def unskip(self, reviewer: str) -> int:
        """Offers a reviewer again what they had skipped; how many cases that are."""
        with self._database.write() as session:
            number = session.scalar(select(func.count()).where(SkipRow.reviewer == reviewer)) or 0
            session.execute(delete(SkipRow).where(SkipRow.reviewer == reviewer))
            if number:
                append(session, actor=reviewer, verb="unskip", subject=reviewer, body={"cases": number})
        return number

    def assign(self, case_id: str, to: str, actor: str, reason: str) -> None:
        """Passes a case on to one person, or with an empty name back to all."""
        with self._database.write() as session:
            refuse_held(session, case_id, actor, datetime.now(UTC))
            _waiting(session, case_id).assignee = to or None
            _let_go(session, case_id, actor)
            # to be given a case is more than not to want it
            session.execute(delete(SkipRow).where(SkipRow.case_id == case_id, SkipRow.reviewer == to))
            append(session, actor=actor, verb="assign", subject=case_id, body={"to": to, "reason": reason})

    def snooze(self, case_id: str, until: datetime, actor: str, reason: str) -> None:
        """Puts a case off: until then nobody is offered it."""
        with self._database.write() as session:
            refuse_held(session, case_id, actor, datetime.now(UTC))
            row = _waiting(session, case_id)
            if row.status == "escalated":
                raise BadInput(f"case {case_id} is escalated and cannot be put off; decide it or pass it on")
            row.status, row.wake_at = "snoozed", until
            _let_go(session, case_id, actor)
            body = {"until": until.isoformat(), "reason": reason}
            append(session, actor=actor, verb="snooze", subject=case_id, body=body)

    def wake(self, case_id: str, actor: str) -> None:
        """Ends a snooze before its time."""
        with self._database.write() as session:
            row = _waiting(session, case_id)
            if row.status != "snoozed":
                raise BadInput(f"case {case_id} is not put off; nothing to do")
            row.status, row.wake_at = "open", None
            append(session, actor=actor, verb="wake", subject=case_id, body={})


def refuse_held(session: Session, case_id: str, reviewer: str, now: datetime) -> None:
    """Raises BadInput when somebody else has the case in hand."""
    row = session.get(ClaimRow, case_id)
    if row is not None and row.reviewer != reviewer and row.expires_at > now:
        raise BadInput(
            f"case {case_id} is in the hands of {row.reviewer} until {row.expires_at:%H:%M} UTC; nothing was changed. "
            "Wait, or ask them to let it go"
        )


def _take(session: Session, case_id: str, reviewer: str, now: datetime, lease: timedelta) -> Claim:
    _waiting(session, case_id)
    row = session.get(ClaimRow, case_id)
    if row is None or row.reviewer != reviewer or row.expires_at <= now:
        row = session.merge(ClaimRow(case_id=case_id, reviewer=reviewer, claimed_at=now, expires_at=now))
    row.expires_at = now + lease
    return _claim(row)


def _let_go(session: Session, case_id: str, reviewer: str) -> bool:
    own = ClaimRow.case_id == case_id, ClaimRow.reviewer == reviewer
    had = session.scalar(select(ClaimRow.expires_at).where(*own))
    session.execute(delete(ClaimRow).where(*own))
    return had is not None and had > datetime.now(UTC)


def _waiting(session: Session, case_id: str) -> WaitingRow:
    row = session.get(WaitingRow, case_id)
    if row is None or row.status == "decided":
        if session.get(CaseRow, case_id) is None:
            raise NotFound(f"there is no case {case_id!r}; 'fra queue' lists open cases")
        raise BadInput(f"case {case_id} does not wait for a decision; open the next one")
    return row


def _claim(row: Any) -> Claim:
    return Claim(row.case_id, row.reviewer, row.claimed_at, row.expires_at)
