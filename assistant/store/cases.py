"""Cases with the decisions and outcomes that came with them: written in batches, read as frozen values."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from assistant.case import Case, CaseRecord, Decision, Fact, Outcome
from assistant.errors import NotFound
from assistant.links import Link, links_of
from assistant.store.database import Database
from assistant.store.tables import (
    CaseRow,
    DecisionRow,
    EntityRow,
    OutboxRow,
    OutcomeRow,
    ScoreRow,
    SourceRow,
)

__all__ = ["Cases", "Upserted", "decision_of", "outcome_of"]

Upserted = Literal["imported", "updated", "unchanged", "foreign"]
"""`foreign`: the id belongs to another source already, and nothing was written."""
SLICE = 500
"""Ids in one IN clause; SQLite allows 32,766 parameters, other databases fewer."""


class Cases:
    """The cases of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def upsert(self, source: str, records: Sequence[CaseRecord]) -> list[Upserted]:
        """Writes a batch in one transaction and says for each record what happened to it."""
        with self._database.write() as session:
            self._remember_columns(session, source, records)
            verdicts = _verdicts(session, source, records)
            by_verdict: dict[Upserted, list[CaseRecord]] = {"imported": [], "updated": []}
            for verdict, record in zip(verdicts, records, strict=True):
                by_verdict.setdefault(verdict, []).append(record)
            _replace(session, by_verdict["updated"])
            _insert(session, by_verdict["imported"])
        return verdicts

    def compare(self, source: str, records: Sequence[CaseRecord]) -> list[Upserted]:
        """What `upsert` would say of each record now. Writes nothing."""
        with self._database.read() as session:
            return _verdicts(session, source, records)

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
                for row in session.scalars(select(CaseRow).where(CaseRow.case_id.in_(part))):
                    found[row.case_id] = _case(row, columns[row.source])
        return [found[case_id] for case_id in case_ids if case_id in found]

    def all(self, *, unscored_by: str | None = None) -> Iterator[Case]:
        """Every case, oldest first; with `unscored_by`, only those without a score of this model."""
        query = select(CaseRow).order_by(CaseRow.opened_at, CaseRow.case_id)
        if unscored_by is not None:
            scored = select(ScoreRow.case_id).where(ScoreRow.model == unscored_by)
            query = query.where(CaseRow.case_id.not_in(scored))
        with self._database.read() as session:
            columns = _columns(session)
            for row in session.scalars(query.execution_options(yield_per=2000)):
                yield _case(row, columns[row.source])

    def neighbours(self, links: Sequence[Link], before: datetime) -> list[str]:
        """Ids of the cases that touch any of these entities and were opened before a moment."""
        found: set[str] = set()
        with self._database.read() as session:
            for link in links:
                query = (
                    select(EntityRow.case_id)
                    .join(CaseRow, CaseRow.case_id == EntityRow.case_id)
                    .where(EntityRow.type == link.type, EntityRow.key == link.key, CaseRow.opened_at < before)
                )
                found.update(session.scalars(query))
        return sorted(found)

    def count(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(CaseRow)) or 0

    def decisions(self, case_ids: Sequence[str] | None = None) -> dict[str, list[Decision]]:
        """Decisions by case, oldest first; of all cases when no ids are given."""
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

    def _remember_columns(self, session: Session, source: str, records: Sequence[CaseRecord]) -> None:
        seen = {fact.name: [fact.role, fact.phrase] for record in records for fact in record.case.facts}
        row = session.get(SourceRow, source)
        if row is None:
            session.add(SourceRow(source=source, columns=seen))
        elif row.columns | seen != row.columns:
            row.columns = row.columns | seen
        session.flush()


def decision_of(row: DecisionRow) -> Decision:
    return Decision(
        case_id=row.case_id,
        action=row.action,
        reason=row.reason,
        reviewer=row.reviewer,
        decided_at=row.decided_at,
        note=row.note,
        followed_draft=row.followed_draft,
        review_id=row.review_id,
    )


def outcome_of(row: OutcomeRow) -> Outcome:
    return Outcome.model_validate(
        {
            "case_id": row.case_id,
            "outcome": row.outcome,
            "source": row.source,
            "known_at": row.known_at,
            "assumed_delay": row.assumed_delay,
        }
    )


def _verdicts(session: Session, source: str, records: Sequence[CaseRecord]) -> list[Upserted]:
    query = select(CaseRow.case_id, CaseRow.source, CaseRow.row_hash)
    known = {
        row.case_id: (row.source, row.row_hash)
        for part in _slices([record.case.case_id for record in records])
        for row in session.execute(query.where(CaseRow.case_id.in_(part)))
    }
    verdicts: list[Upserted] = []
    for record in records:
        found = known.get(record.case.case_id)
        if found is None:
            verdicts.append("imported")
        elif found[0] != source:
            verdicts.append("foreign")
        else:
            verdicts.append("unchanged" if found[1] == _hash(record) else "updated")
    return verdicts


def _insert(session: Session, records: Sequence[CaseRecord]) -> None:
    if not records:
        return
    session.execute(insert(CaseRow), [_values(record) for record in records])
    _insert_entities(session, records)
    session.execute(insert(OutboxRow), [{"case_id": record.case.case_id} for record in records])
    if decisions := [record.decision.model_dump() for record in records if record.decision]:
        session.execute(insert(DecisionRow), decisions)
    if outcomes := [record.outcome.model_dump() for record in records if record.outcome]:
        session.execute(insert(OutcomeRow), outcomes)


def _replace(session: Session, records: Sequence[CaseRecord]) -> None:
    """Case facts are replaced; decisions and outcomes are history, so new ones are added beside the old."""
    if not records:
        return
    ids = [record.case.case_id for record in records]
    for record in records:
        row = session.get_one(CaseRow, record.case.case_id)
        decided_here = row.status == "decided"
        for name, value in _values(record).items():
            setattr(row, name, value)
        if decided_here:
            row.status = "decided"
        decision, outcome = record.decision, record.outcome
        if decision and decision not in map(decision_of, _rows(session, DecisionRow, [row.case_id])):
            session.add(DecisionRow(**decision.model_dump()))
        if outcome and outcome not in map(outcome_of, _rows(session, OutcomeRow, [row.case_id])):
            session.add(OutcomeRow(**outcome.model_dump()))
    session.execute(delete(EntityRow).where(EntityRow.case_id.in_(ids)))
    session.execute(delete(ScoreRow).where(ScoreRow.case_id.in_(ids)))
    session.flush()
    _insert_entities(session, records)
    session.execute(insert(OutboxRow), [{"case_id": case_id} for case_id in ids])


def _insert_entities(session: Session, records: Sequence[CaseRecord]) -> None:
    entities = [
        {"type": link.type, "key": link.key, "case_id": record.case.case_id}
        for record in records
        for link in links_of(record.case)
    ]
    if entities:
        session.execute(insert(EntityRow), entities)


def _values(record: CaseRecord) -> dict[str, Any]:
    case = record.case
    return {
        "case_id": case.case_id,
        "source": case.source,
        "kind": case.kind,
        "opened_at": case.opened_at,
        "utc_offset_min": case.utc_offset_min,
        "amount_minor": case.amount_minor,
        "currency": case.currency,
        "facts": [[fact.name, fact.value] for fact in case.facts],
        "status": "decided" if record.decision or record.outcome else "open",
        "row_hash": _hash(record),
    }


def _hash(record: CaseRecord) -> str:
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()


def _columns(session: Session) -> dict[str, dict[str, Any]]:
    return {row.source: row.columns for row in session.scalars(select(SourceRow))}


def _case(row: CaseRow, columns: dict[str, Any]) -> Case:
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
    if case_ids is None:
        yield from session.scalars(query)
        return
    for part in _slices(list(case_ids)):
        yield from session.scalars(query.where(table.case_id.in_(part)))


def _slices(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]
