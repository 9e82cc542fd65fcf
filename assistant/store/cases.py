"""Cases with the decisions and outcomes that came with them, read as frozen values. `intake` writes them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assistant.case import Case, CaseRecord, Decision, Fact, Outcome
from assistant.errors import NotFound
from assistant.links import Link
from assistant.store.database import Database
from assistant.store.intake import Batch, Upserted, decision_of, outcome_of
from assistant.store.tables import CaseRow, DecisionRow, EntityRow, OutcomeRow, ScoreRow, SourceRow, UndoRow

__all__ = ["Cases", "Footprint", "Sharing", "Upserted"]

SLICE = 500
"""Ids in one IN clause; SQLite allows 32,766 parameters, other databases fewer."""
CASE = (
    CaseRow.case_id, CaseRow.source, CaseRow.kind, CaseRow.opened_at, CaseRow.utc_offset_min, CaseRow.amount_minor,
    CaseRow.currency, CaseRow.facts,
)  # fmt: skip
"""What a case is read from. Whole rows of the ORM take twice the time."""


class Footprint(NamedTuple):
    """What later cases are compared with: when, how much, which entities, and what turned out."""

    case_id: str
    opened_at: datetime
    amount_minor: int | None
    currency: str | None
    links: tuple[Link, ...]
    outcomes: list[Outcome]


class Sharing(NamedTuple):
    """How many cases share an entity, and the newest of them."""

    total: int
    newest: tuple[str, ...]


class Cases:
    """The cases of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def upsert(self, source: str, records: Sequence[CaseRecord]) -> list[Upserted]:
        """Writes a batch in one transaction, without scores, and says for each record what happened to it."""
        batch = Batch(source, records)
        with self._database.write() as session:
            return batch.write(session)

    def compare(self, source: str, records: Sequence[CaseRecord]) -> list[Upserted]:
        """What `upsert` would say of each record now. Writes nothing."""
        batch = Batch(source, records)
        with self._database.read() as session:
            return batch.compare(session)

    def get(self, case_id: str) -> Case:
        """One case. Raises NotFound with the nearest ids there are."""
        found = self.many([case_id])
        if found:
            return found[0]
        with self._database.read() as session:
            near = session.scalars(select(CaseRow.case_id).where(CaseRow.case_id >= case_id[:3]).limit(500)).all()
        hint = difflib.get_close_matches(case_id, near, n=1)
        nearest = f"; the nearest id is {hint[0]}" if hint else ""
        raise NotFound(f"there is no case {case_id!r}{nearest}; 'fra queue' lists open cases")

    def many(self, case_ids: Sequence[str]) -> list[Case]:
        """The cases with these ids, in this order; ids that are not there are left out."""
        found: dict[str, Case] = {}
        with self._database.read() as session:
            columns = _columns(session)
            for part in _slices(case_ids):
                for row in session.execute(select(*CASE).where(CaseRow.case_id.in_(part))):
                    found[row.case_id] = _case(row, columns[row.source])
        return [found[case_id] for case_id in case_ids if case_id in found]

    def all(self) -> Iterator[Case]:
        """Every case, oldest first."""
        query = select(*CASE).order_by(CaseRow.opened_at, CaseRow.case_id)
        with self._database.read() as session:
            columns = _columns(session)
            for row in session.execute(query.execution_options(yield_per=2000)):
                yield _case(row, columns[row.source])

    def unscored(self, model: str, after: str, limit: int) -> list[str]:
        """Ids of cases without a score of this model, in the order of ids, from behind `after` on."""
        query = (
            select(CaseRow.case_id)
            .join(ScoreRow, ScoreRow.case_id == CaseRow.case_id, isouter=True)
            .where(CaseRow.case_id > after, or_(ScoreRow.model.is_(None), ScoreRow.model != model))
            .order_by(CaseRow.case_id)
            .limit(limit)
        )
        with self._database.read() as session:
            return list(session.scalars(query))

    def neighbours(self, links: Iterable[Link]) -> list[str]:
        """Ids of the cases that touch any of these entities, sorted."""
        by_type: dict[str, list[str]] = {}
        for link in links:
            by_type.setdefault(link.type, []).append(link.key)
        found: set[str] = set()
        with self._database.read() as session:
            for type_, keys in by_type.items():
                for part in _slices(keys):
                    query = select(EntityRow.case_id).where(EntityRow.type == type_, EntityRow.key.in_(part))
                    found.update(session.scalars(query))
        return sorted(found)

    def sharing(self, links: Sequence[Link], but: str, before: datetime, most: int) -> dict[Link, Sharing]:
        """For each entity the cases but one that touch it and were opened before a moment."""
        found = {}
        with self._database.read() as session:
            for link in links:
                holders = (
                    select(EntityRow.case_id)
                    .join(CaseRow, CaseRow.case_id == EntityRow.case_id)
                    .where(EntityRow.type == link.type, EntityRow.key == link.key, EntityRow.case_id != but)
                    .where(CaseRow.opened_at < before)
                )
                count = session.scalar(select(func.count()).select_from(holders.subquery())) or 0
                newest = session.scalars(holders.order_by(CaseRow.opened_at.desc(), CaseRow.case_id).limit(most))
                found[link] = Sharing(count, tuple(newest) if count else ())
        return found

    def frauds(self, links: Iterable[Link]) -> list[str]:
        """Ids of the cases that touch any of these entities and were ever called fraud, sorted."""
        by_type: dict[str, list[str]] = {}
        for link in links:
            by_type.setdefault(link.type, []).append(link.key)
        query = select(EntityRow.case_id).join(OutcomeRow, OutcomeRow.case_id == EntityRow.case_id)
        found: set[str] = set()
        with self._database.read() as session:
            for type_, keys in by_type.items():
                for part in _slices(keys):
                    asked = query.where(EntityRow.type == type_, EntityRow.key.in_(part), OutcomeRow.outcome == "fraud")
                    found.update(session.scalars(asked))
        return sorted(found)

    def footprints(self, case_ids: Sequence[str], before: datetime) -> Iterator[Footprint]:
        """What the cases with these ids left behind, of those that were opened before a moment."""
        columns = (CaseRow.case_id, CaseRow.opened_at, CaseRow.amount_minor, CaseRow.currency)
        for part in _slices(case_ids):
            outcomes = self.outcomes(part)
            links: dict[str, list[Link]] = {}
            with self._database.read() as session:
                for case_id, type_, key in session.execute(
                    select(EntityRow.case_id, EntityRow.type, EntityRow.key).where(EntityRow.case_id.in_(part))
                ):
                    links.setdefault(case_id, []).append(Link(type_, key))
                rows = session.execute(select(*columns).where(CaseRow.case_id.in_(part), CaseRow.opened_at < before))
                found = rows.all()
            for case_id, opened_at, amount_minor, currency in found:
                own = tuple(sorted(links.get(case_id, ())))
                yield Footprint(case_id, opened_at, amount_minor, currency, own, outcomes.get(case_id, []))

    def count(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(CaseRow)) or 0

    def decisions(self, case_ids: Sequence[str] | None = None) -> dict[str, list[Decision]]:
        """Decisions that stand, by case, oldest first; of all cases when no ids are given."""
        found: dict[str, list[Decision]] = {}
        with self._database.read() as session:
            for row in _rows(session, DecisionRow, case_ids, DecisionRow.decided_at):
                found.setdefault(row.case_id, []).append(decision_of(row))
        return found

    def outcomes(self, case_ids: Sequence[str] | None = None) -> dict[str, list[Outcome]]:
        """Outcomes by case, oldest known first; of all cases when no ids are given."""
        found: dict[str, list[Outcome]] = {}
        with self._database.read() as session:
            for row in _rows(session, OutcomeRow, case_ids, OutcomeRow.known_at):
                found.setdefault(row.case_id, []).append(outcome_of(row))
        return found


def _columns(session: Session) -> dict[str, dict[str, Any]]:
    return {row.source: row.columns for row in session.scalars(select(SourceRow))}


def _case(row: Any, columns: dict[str, Any]) -> Case:
    # the row was validated on the way in; building it again unchecked is four times faster for a whole table
    facts = tuple(
        Fact.model_construct(name=name, role=columns[name][0], phrase=columns[name][1], value=value)
        for name, value in row.facts
    )
    return Case.model_construct(
        case_id=row.case_id,
        source=row.source,
        kind=row.kind,
        opened_at=row.opened_at,
        utc_offset_min=row.utc_offset_min,
        amount_minor=row.amount_minor,
        currency=row.currency,
        facts=facts,
    )


def _rows(session: Session, table: Any, case_ids: Iterable[str] | None, order: Any = None) -> Iterator[Any]:
    query = select(table) if order is None else select(table).order_by(order, table.seq)
    if table is DecisionRow:
        query = query.where(DecisionRow.seq.not_in(select(UndoRow.decision)))
    if case_ids is None:
        yield from session.scalars(query)
        return
    for part in _slices(list(case_ids)):
        yield from session.scalars(query.where(table.case_id.in_(part)))


def _slices(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]
