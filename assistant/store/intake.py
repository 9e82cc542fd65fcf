"""Writes a batch of imported records, all of it in the caller's transaction.

Promise: a case never stands in the store without its entities, its history and, where the caller gives one, a first
score, so that a reader sees it whole or not at all. Facts are replaced by newer ones; decisions and outcomes are
history and only added. Plain inserts instead of the ORM's: they take a third of the time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from assistant.case import ESCALATE, Case, CaseRecord, Decision, Outcome
from assistant.handles import handles_of
from assistant.links import links_of
from assistant.store.placing import Score, close, place
from assistant.store.tables import (
    CaseRow,
    DecisionRow,
    EntityRow,
    HandleRow,
    OutboxRow,
    OutcomeRow,
    ScoreRow,
    SourceRow,
)

__all__ = ["Batch", "FirstScore", "Upserted", "decision_of", "outcome_of"]

Upserted = Literal["imported", "updated", "unchanged", "foreign"]
"""`foreign`: the id belongs to another source already, and nothing was written."""
FirstScore = Callable[[Case], Score]
"""What the queue shows of a case that no model has seen."""
ENTITY = f"INSERT INTO {EntityRow.__tablename__} (type, key, case_id) VALUES (?, ?, ?)"
HANDLE = f"INSERT INTO {HandleRow.__tablename__} (type, key, case_id) VALUES (?, ?, ?)"
STATUSES = ("open", "escalated", "decided")
"""A case goes this way, and back only when its decision is undone."""
SLICE = 500
"""Ids in one IN clause; SQLite allows 32,766 parameters, other databases fewer."""


class Batch:
    """Records of one source. What needs no database is done when it is made, outside of the write lock."""

    def __init__(self, source: str, records: Sequence[CaseRecord], first_score: FirstScore | None = None) -> None:
        self._source = source
        self._records = records
        self._hashes = [_hash(record) for record in records]
        self._first_score = first_score

    def compare(self, session: Session) -> list[Upserted]:
        """What `write` would say of each record now. Writes nothing."""
        known = _known(session, [record.case.case_id for record in self._records])
        return [
            self._verdict(known.get(record.case.case_id), row_hash)
            for record, row_hash in zip(self._records, self._hashes, strict=True)
        ]

    def _verdict(self, found: Any, row_hash: str) -> Upserted:
        if found is None:
            return "imported"
        if found.source != self._source:
            return "foreign"
        return "unchanged" if found.row_hash == row_hash else "updated"

    def write(self, session: Session) -> list[Upserted]:
        """Writes what is new or changed and says for each record what happened to it."""
        _remember_columns(session, self._source, self._records)
        known = _known(session, [record.case.case_id for record in self._records])
        verdicts: list[Upserted] = []
        by_verdict: dict[Upserted, list[tuple[CaseRecord, str]]] = {"imported": [], "updated": []}
        for record, row_hash in zip(self._records, self._hashes, strict=True):
            verdicts.append(self._verdict(known.get(record.case.case_id), row_hash))
            by_verdict.setdefault(verdicts[-1], []).append((record, row_hash))
        fresh, stale = by_verdict["imported"], by_verdict["updated"]
        if fresh:
            _add(session, CaseRow, [_values(record, row_hash) for record, row_hash in fresh])
            _add(session, DecisionRow, [record.decision.model_dump() for record, _ in fresh if record.decision])
            _add(session, OutcomeRow, [record.outcome.model_dump() for record, _ in fresh if record.outcome])
            self._derive(session, [record for record, _ in fresh])
        if stale:
            _replace(session, stale, {case_id: row.status for case_id, row in known.items()})
            self._derive(session, [record for record, _ in stale])
        # an undecided new case is nothing that the memory holds
        changed = {record.case.case_id for record, _ in stale}
        changed |= {record.case.case_id for record, _ in fresh if record.decision or record.outcome}
        _add(session, OutboxRow, [{"case_id": case_id} for case_id in sorted(changed)])
        return verdicts

    def _derive(self, session: Session, records: Sequence[CaseRecord]) -> None:
        """Entities, handles, the first score. Sorted, because neighbours in the index lie on one page of the file."""
        entities = sorted(
            (link.type, link.key, record.case.case_id) for record in records for link in links_of(record.case)
        )
        if entities:
            # plain tuples: making a dict of each of forty thousand entities takes as long as writing them
            session.connection().exec_driver_sql(ENTITY, entities)
        handles = sorted(
            (handle.type, handle.key, record.case.case_id) for record in records for handle in handles_of(record.case)
        )
        if handles:
            session.connection().exec_driver_sql(HANDLE, handles)
        if self._first_score:
            scores = [self._first_score(record.case) for record in records]
            _add(session, ScoreRow, [score.row() for score in scores])
            undecided = {record.case.case_id for record in records if _status(record) != "decided"}
            place(session, [score for score in scores if score.case_id in undecided])


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
        draft_edit=row.draft_edit,
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


def _remember_columns(session: Session, source: str, records: Sequence[CaseRecord]) -> None:
    seen = {fact.name: [fact.role, fact.phrase] for record in records for fact in record.case.facts}
    row = session.get(SourceRow, source)
    if row is None:
        session.add(SourceRow(source=source, columns=seen))
    elif row.columns | seen != row.columns:
        row.columns = row.columns | seen
    session.flush()


def _known(session: Session, ids: Sequence[str]) -> dict[str, Any]:
    query = select(CaseRow.case_id, CaseRow.source, CaseRow.row_hash, CaseRow.status)
    return {
        row.case_id: row for part in _slices(ids) for row in session.execute(query.where(CaseRow.case_id.in_(part)))
    }


def _replace(session: Session, stale: Sequence[tuple[CaseRecord, str]], before: Mapping[str, str]) -> None:
    """Newer facts, and the decisions and outcomes that are not there yet; entities and scores are made anew. What was
    decided or escalated here stays that, whatever the file knows of it."""
    rows = []
    for record, row_hash in stale:
        values = _values(record, row_hash)
        values["status"] = max(values["status"], before[record.case.case_id], key=STATUSES.index)
        if values["status"] != before[record.case.case_id]:
            close(session, record.case.case_id, values["status"], datetime.now(UTC))
        rows.append({"id": values.pop("case_id"), **values})
    table: Any = CaseRow.__table__
    session.execute(update(table).where(table.c.case_id == bindparam("id")).values(_slots(rows[0])), rows)
    decisions: set[Decision] = set()
    outcomes: set[Outcome] = set()
    for part in _slices([row["id"] for row in rows]):
        had_decisions = session.scalars(select(DecisionRow).where(DecisionRow.case_id.in_(part)))
        had_outcomes = session.scalars(select(OutcomeRow).where(OutcomeRow.case_id.in_(part)))
        decisions.update(map(decision_of, had_decisions))
        outcomes.update(map(outcome_of, had_outcomes))
        session.execute(delete(EntityRow).where(EntityRow.case_id.in_(part)))
        session.execute(delete(HandleRow).where(HandleRow.case_id.in_(part)))
        session.execute(delete(ScoreRow).where(ScoreRow.case_id.in_(part)))
    given = [record for record, _ in stale]
    _add(
        session,
        DecisionRow,
        [one.decision.model_dump() for one in given if one.decision and one.decision not in decisions],
    )
    _add(
        session, OutcomeRow, [one.outcome.model_dump() for one in given if one.outcome and one.outcome not in outcomes]
    )


def _slots(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bindparam(name) for name in row if name != "id"}


def _add(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table.__table__), rows)


def _values(record: CaseRecord, row_hash: str) -> dict[str, Any]:
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
        "status": _status(record),
        "row_hash": row_hash,
    }


def _status(record: CaseRecord) -> str:
    if record.outcome is None and record.decision is not None and record.decision.action == ESCALATE:
        return "escalated"
    return "decided" if record.decision or record.outcome else "open"


def _hash(record: CaseRecord) -> str:
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()


def _slices(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]
