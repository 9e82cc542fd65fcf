"""The queue: a page of it, how many fit, and what is known of scores.

Promise: a page is one walk through an index from the row where the page before ended, so it takes as long at the end of
a million cases as at its beginning. What overdue and snoozed cases need is done before a page is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select, tuple_, update

from assistant.links import entity_key
from assistant.roles import ADDRESS_ROLES, ENTITY_ROLES
from assistant.store.database import Database
from assistant.store.placing import OVERDUE, WAITING, Score, is_due, save_scores, tick
from assistant.store.tables import CaseRow, ClaimRow, EntityRow, ScoreRow, SkipRow, WaitingRow
from assistant.waiting import Count, Filters, Place

__all__ = ["ORDER", "Queue", "QueueRow", "fitting"]

ORDER = (WaitingRow.tier, WaitingRow.rank, WaitingRow.case_id)
MOST_COUNTED = 1000
"""Counting ends here: whether 40,000 or 50,000 cases wait changes nothing that a reviewer does next."""
MOST_FOUND = 2000
"""Cases of one entity that a search looks at."""


class QueueRow(NamedTuple):
    """A case as the queue shows it. `expected_loss` is in major units of the policy's currency."""

    case_id: str
    kind: str
    probability: float | None
    band: str
    expected_loss: float
    status: str
    opened_at: datetime
    amount_minor: int | None
    currency: str | None
    place: Place
    due_at: datetime | None
    country: str
    assignee: str
    wake_at: datetime | None
    holder: str
    held_until: datetime | None

    @property
    def overdue(self) -> bool:
        return self.place.tier == OVERDUE


class Queue:
    """Scores, and the cases that wait, in their order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, scores: Sequence[Score]) -> None:
        with self._database.write() as session:
            save_scores(session, scores)

    def page(
        self, filters: Filters, limit: int, after: Place | None = None, now: datetime | None = None
    ) -> list[QueueRow]:
        """The next rows behind `after`. A case without a score is not in the queue: import and train give it one."""
        now = now or datetime.now(UTC)
        self._tick(now)
        found = select(WaitingRow.case_id).where(*fitting(filters, now)).order_by(*ORDER).limit(limit)
        if after is not None:
            found = found.where(tuple_(*ORDER) > tuple_(*after))
        with self._database.read() as session:
            rows = session.execute(_rows(list(session.scalars(found)), now))
            return [_queue_row(row) for row in rows]

    def count(self, filters: Filters, now: datetime | None = None) -> Count:
        """How many cases fit, up to MOST_COUNTED."""
        now = now or datetime.now(UTC)
        found = select(WaitingRow.case_id).where(*fitting(filters, now)).limit(MOST_COUNTED + 1)
        with self._database.read() as session:
            number = session.scalar(select(func.count()).select_from(found.subquery())) or 0
        return Count(min(number, MOST_COUNTED), number > MOST_COUNTED)

    def choices(self) -> dict[str, list[str]]:
        """What the filters can be set to: kinds, countries and people that there are."""
        columns = {"kind": WaitingRow.kind, "country": WaitingRow.country, "assignee": WaitingRow.assignee}
        with self._database.read() as session:
            return {name: list(session.scalars(_distinct(column))) for name, column in columns.items()}

    def open_cases(self, limit: int, skip: Sequence[str] = (), kind: str | None = None) -> list[QueueRow]:
        """The next open cases, whoever has them, but for those to skip."""
        found = self.page(Filters(kind=kind or ""), limit + len(skip))
        return [row for row in found if row.case_id not in set(skip)][:limit]

    def row(self, case_id: str) -> QueueRow | None:
        """One case as the queue shows it; None for a case that never waited here."""
        with self._database.read() as session:
            rows = session.execute(_rows([case_id], datetime.now(UTC))).all()
        return _queue_row(rows[0]) if rows else None

    def unplaced(self, limit: int) -> list[str]:
        """Cases whose place is still to be worked out."""
        query = select(WaitingRow.case_id).where(WaitingRow.tier == 1, WaitingRow.due_at.is_(None)).limit(limit)
        with self._database.read() as session:
            return list(session.scalars(query))

    def fill(self, places: Sequence[tuple[str, datetime, float, str]]) -> None:
        """Completes rows of before: when they are due, how much is at stake, where they come from."""
        rows = [{"id": one[0], "due": one[1], "stake": one[2], "land": one[3][:40] or None} for one in places]
        table: Any = WaitingRow.__table__
        change = update(table).where(table.c.case_id == bindparam("id"))
        values: dict[str, Any] = {
            "due_at": bindparam("due"),
            "amount": bindparam("stake"),
            "country": bindparam("land"),
        }
        with self._database.write() as session:
            session.connection().execute(change.values(values), rows)

    def waiting(self, case_ids: Sequence[str], model: str = "") -> frozenset[str]:
        """Those of these cases that wait for a decision, an escalated one too; with a model, only those whose score is
        of that one."""
        found: set[str] = set()
        query = select(CaseRow.case_id).where(CaseRow.status.in_(WAITING))
        if model:
            query = query.join(ScoreRow, ScoreRow.case_id == CaseRow.case_id).where(ScoreRow.model == model)
        with self._database.read() as session:
            for start in range(0, len(case_ids), 500):
                found.update(session.scalars(query.where(CaseRow.case_id.in_(case_ids[start : start + 500]))))
        return frozenset(found)

    def counts(self) -> dict[str, int]:
        """How many cases are open and decided, and how many wait for somebody with more authority."""
        with self._database.read() as session:
            rows = session.execute(select(CaseRow.status, func.count()).group_by(CaseRow.status))
            return {"open": 0, "decided": 0} | {row[0]: row[1] for row in rows}

    def probability(self, case_id: str) -> float | None:
        """The newest score of a case; None where there is none."""
        with self._database.read() as session:
            return session.scalar(select(ScoreRow.probability).where(ScoreRow.case_id == case_id))

    def probabilities(self, model: str) -> dict[str, float]:
        """The score of each case that this model could score."""
        query = select(ScoreRow.case_id, ScoreRow.probability).where(ScoreRow.model == model)
        with self._database.read() as session:
            return {case_id: chance for case_id, chance in session.execute(query) if chance is not None}

    def reasons(self, case_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """What raised the score of each case most: signal → words."""
        with self._database.read() as session:
            rows = session.execute(
                select(ScoreRow.case_id, ScoreRow.reasons).where(ScoreRow.case_id.in_(list(case_ids)))
            )
            return {case_id: dict(reasons) for case_id, reasons in rows}

    def _tick(self, now: datetime) -> None:
        with self._database.read() as session:
            due = is_due(session, now)
        if due:
            with self._database.write() as session:
                tick(session, now)


def fitting(filters: Filters, now: datetime) -> list[Any]:
    """What a row of the queue must be to fit."""
    row, given, text = WaitingRow, filters, filters.text.strip()
    equal: list[tuple[Any, str]] = [(row.status, given.status), (row.kind, given.kind), (row.band, given.band)]
    equal += [(row.country, given.country), (row.assignee, given.assignee)]
    if text or given.skipped_by:  # a list of cases to begin with: an index of the queue would be the long way round
        equal = [(func.coalesce(column, ""), wanted) for column, wanted in equal]
    conditions: list[Any] = [column == wanted for column, wanted in equal if wanted]
    if given.overdue:
        conditions.append(row.tier == OVERDUE)
    if given.amount_from is not None:
        conditions.append(row.amount >= given.amount_from)
    if given.amount_to is not None:
        conditions.append(row.amount <= given.amount_to)
    if given.days_from is not None:
        conditions.append(row.opened_at <= now - timedelta(days=given.days_from))
    if given.days_to is not None:
        conditions.append(row.opened_at >= now - timedelta(days=given.days_to))
    if given.skipped_by:
        conditions.append(row.case_id.in_(select(SkipRow.case_id).where(SkipRow.reviewer == given.skipped_by)))
    if text:
        conditions.append(row.case_id.in_(_meant(text)))
    return conditions


def _meant(text: str) -> Any:
    """The cases that a text means: by the beginning of their id, or by an entity that is written out."""
    keys = {("address" if role in ADDRESS_ROLES else role, entity_key(role, text)) for role in ENTITY_ROLES}
    by_entity = or_(*(and_(EntityRow.type == type_, EntityRow.key == key) for type_, key in sorted(keys) if key))
    begins = and_(WaitingRow.case_id >= text, WaitingRow.case_id < text + "\U0010ffff")
    by_id = select(WaitingRow.case_id).where(begins).limit(MOST_FOUND).subquery()
    by_key = select(EntityRow.case_id).where(by_entity).limit(MOST_FOUND).subquery()
    return select(by_id.c.case_id).union(select(by_key.c.case_id))


def _rows(case_ids: Sequence[str], now: datetime) -> Any:
    """The rows of these cases. They are chosen before anything is joined, so that a page joins no more than a page."""
    held = and_(ClaimRow.case_id == WaitingRow.case_id, ClaimRow.expires_at > now)
    return (
        select(
            WaitingRow.case_id,
            WaitingRow.kind,
            ScoreRow.probability,
            WaitingRow.band,
            ScoreRow.expected_loss,
            WaitingRow.status,
            WaitingRow.opened_at,
            CaseRow.amount_minor,
            CaseRow.currency,
            WaitingRow.tier,
            WaitingRow.rank,
            WaitingRow.due_at,
            WaitingRow.country,
            WaitingRow.assignee,
            WaitingRow.wake_at,
            ClaimRow.reviewer,
            ClaimRow.expires_at,
        )
        .join(CaseRow, CaseRow.case_id == WaitingRow.case_id)
        .join(ScoreRow, ScoreRow.case_id == WaitingRow.case_id)
        .join(ClaimRow, held, isouter=True)
        .where(WaitingRow.case_id.in_(case_ids))
        .order_by(*ORDER)
    )


def _queue_row(row: Any) -> QueueRow:
    return QueueRow(
        case_id=row.case_id,
        kind=row.kind,
        probability=row.probability,
        band=row.band,
        expected_loss=row.expected_loss,
        status=row.status,
        opened_at=row.opened_at,
        amount_minor=row.amount_minor,
        currency=row.currency,
        place=Place(row.tier, row.rank, row.case_id),
        due_at=row.due_at,
        country=row.country or "",
        assignee=row.assignee or "",
        wake_at=row.wake_at,
        holder=row.reviewer or "",
        held_until=row.expires_at,
    )


def _distinct(column: Any) -> Any:
    """The values of an indexed column: one step in its index for each, however many rows have it."""
    steps = select(func.min(column).label("value")).cte("steps", recursive=True)
    behind = select(func.min(column)).where(column > steps.c.value).scalar_subquery()
    steps = steps.union_all(select(behind).where(steps.c.value.is_not(None)))
    return select(steps.c.value).where(steps.c.value.is_not(None)).limit(MOST_COUNTED)
