"""The journal: who did what, when. Entries are only added, and each one's hash covers the one before it.

The caller's transaction holds the entry and the deed together: neither is there without the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.store.database import Database
from assistant.store.tables import JournalRow

__all__ = ["Audit", "Journal", "append"]

GENESIS = "0" * 64


class Audit(BaseModel):
    """The result of reading the whole journal again. `broken_at` is the first entry that does not hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entries: int
    ok: bool
    broken_at: int | None = None
    why: str = ""


def append(session: Session, actor: str, verb: str, subject: str, body: dict[str, Any]) -> None:
    """Adds an entry inside the caller's write transaction, whose lock keeps the chain single-file."""
    last = session.scalars(select(JournalRow).order_by(JournalRow.seq.desc()).limit(1)).first()
    row = JournalRow(
        seq=(last.seq + 1) if last else 1,
        at=datetime.now(UTC),
        actor=actor,
        verb=verb,
        subject=subject,
        body=body,
        previous=last.hash if last else GENESIS,
    )
    row.hash = _digest(row)
    session.add(row)
    session.flush()


class Journal:
    """Reads and proves the chain, and holds deeds that leave no other row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def deed(self, actor: str, verb: str, subject: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """An entry for what is done inside, which may add to its body; none where that fails."""
        with self._database.write() as session:
            yield body
            append(session, actor, verb, subject, body)

    def note(self, actor: str, verb: str, subjects: Sequence[str], body: dict[str, Any]) -> None:
        """One entry for each of them, all or none."""
        if subjects:
            with self._database.write() as session:
                for subject in subjects:
                    append(session, actor, verb, subject, body)

    def subjects(self, verb: str) -> dict[str, dict[str, Any]]:
        """What a verb was done to: subject → body of its newest entry."""
        query = select(JournalRow.subject, JournalRow.body).where(JournalRow.verb == verb).order_by(JournalRow.seq)
        with self._database.read() as session:
            return {row.subject: row.body for row in session.execute(query)}

    def verify(self) -> Audit:
        """Recomputes every hash from the first entry on."""
        previous, entries = GENESIS, 0
        with self._database.read() as session:
            for row in session.scalars(select(JournalRow).order_by(JournalRow.seq).execution_options(yield_per=1000)):
                entries += 1
                if row.seq != entries:
                    return Audit(entries=entries, ok=False, broken_at=row.seq, why=f"entry {entries} is missing")
                if row.previous != previous or row.hash != _digest(row):
                    return Audit(entries=entries, ok=False, broken_at=row.seq, why=f"entry {row.seq} was changed")
                previous = row.hash
        return Audit(entries=entries, ok=True)


def _digest(row: JournalRow) -> str:
    content = [row.seq, row.at.isoformat(), row.actor, row.verb, row.subject, row.body, row.previous]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
