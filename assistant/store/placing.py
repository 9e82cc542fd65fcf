"""Scores, and the places that they give to waiting cases. Everything here runs in the caller's transaction.

Promise: a case that waits for a decision has exactly one row in the queue, at the place of its newest score; a row
changes its place only when its score, its facts or its status change, when it becomes overdue, or when it wakes up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from assistant.case import Band
from assistant.store.tables import CaseRow, ClaimRow, ScoreRow, SkipRow, WaitingRow

__all__ = ["OVERDUE", "Score", "close", "is_due", "place", "reopen", "save_scores", "tick"]

OVERDUE, IN_TIME, DECIDED = 0, 1, 2
SLICE = 500
WAITING = ("open", "escalated")
# plain inserts take a third of the time of the ORM's
SCORES = cast(Table, ScoreRow.__table__)
QUEUE = cast(Table, WaitingRow.__table__)


class Score(NamedTuple):
    """What the queue and the memory keep of a scorecard. `reasons` maps the signals that raised it most to what they
    say of the case. `amount` is what is at stake in the policy's currency, `due_at` when it should be decided."""

    case_id: str
    model: str
    probability: float | None
    band: Band
    expected_loss: float
    queue_key: float
    reasons: dict[str, str]
    due_at: datetime | None = None
    amount: float | None = None
    country: str = ""

    def row(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if name in SCORES.c}


def save_scores(session: Session, scores: Sequence[Score]) -> None:
    """Puts these scores in the place of older ones, and the cases that wait to their places."""
    for start in range(0, len(scores), SLICE):
        part = scores[start : start + SLICE]
        session.execute(delete(ScoreRow).where(ScoreRow.case_id.in_([score.case_id for score in part])))
        session.execute(insert(SCORES), [score.row() for score in part])
    place(session, scores)


def place(session: Session, scores: Sequence[Score]) -> None:
    """Gives the cases of these scores their places in the queue; decided ones get none."""
    for start in range(0, len(scores), SLICE):
        _place(session, scores[start : start + SLICE])


def _place(session: Session, scores: Sequence[Score]) -> None:
    by_id = {score.case_id: score for score in scores}
    found = select(CaseRow.case_id, CaseRow.status, CaseRow.kind, CaseRow.opened_at, WaitingRow.case_id).join(
        WaitingRow, WaitingRow.case_id == CaseRow.case_id, isouter=True
    )
    found = found.where(CaseRow.case_id.in_(list(by_id)), CaseRow.status.in_(WAITING))
    now = datetime.now(UTC)
    new: list[dict[str, Any]] = []
    old: list[dict[str, Any]] = []
    for case_id, status, kind, opened_at, known in session.execute(found):
        score = by_id[case_id]
        values = {
            "tier": OVERDUE if score.due_at and score.due_at <= now else IN_TIME,
            "rank": -score.queue_key,
            "kind": kind,
            "band": score.band,
            "country": score.country[:40] or None,
            "amount": score.amount,
            "opened_at": opened_at,
            "due_at": score.due_at,
        }
        if known is None:
            new.append({"case_id": case_id, "status": status} | values)
        else:
            old.append({"id": case_id} | values)
    if new:
        session.execute(insert(QUEUE), new)
    if old:
        slots: dict[str, Any] = {name: bindparam(name) for name in old[0] if name != "id"}
        session.connection().execute(update(QUEUE).where(QUEUE.c.case_id == bindparam("id")).values(slots), old)


def close(session: Session, case_id: str, status: str, at: datetime) -> None:
    """A case was decided or escalated: nobody holds it or has it skipped any more."""
    values: dict[str, Any] = {"status": status, "wake_at": None, "assignee": None}
    if status == "decided":  # the newest first
        values |= {"rank": -at.timestamp(), "tier": DECIDED}
    session.execute(update(WaitingRow).where(WaitingRow.case_id == case_id).values(values))
    session.execute(delete(ClaimRow).where(ClaimRow.case_id == case_id))
    session.execute(delete(SkipRow).where(SkipRow.case_id == case_id))


def reopen(session: Session, case_id: str, status: str) -> None:
    """A decision was taken back: the case waits where its score puts it."""
    key = session.scalar(select(ScoreRow.queue_key).where(ScoreRow.case_id == case_id))
    row = session.get(WaitingRow, case_id)
    if row is not None and key is not None:
        overdue = row.due_at is not None and row.due_at <= datetime.now(UTC)
        row.status, row.rank, row.tier = status, -key, OVERDUE if overdue else IN_TIME


def tick(session: Session, now: datetime) -> None:
    """Moves what has become overdue, and wakes what was snoozed until now."""
    for condition, values in _due(now):
        session.execute(update(WaitingRow).where(*condition).values(values))


def is_due(session: Session, now: datetime) -> bool:
    """Whether `tick` has anything to do."""
    return any(session.scalar(select(WaitingRow.case_id).where(*condition).limit(1)) for condition, _ in _due(now))


def _due(now: datetime) -> list[tuple[list[Any], dict[str, Any]]]:
    late = [WaitingRow.tier == IN_TIME, WaitingRow.due_at <= now]
    awake = [WaitingRow.wake_at <= now]
    return [(late, {"tier": OVERDUE}), (awake, {"status": "open", "wake_at": None})]
