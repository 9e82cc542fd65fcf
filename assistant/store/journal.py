"""The journal: who did what, when. Entries are only added, and each one's hash covers the one before it.

The caller's transaction holds the entry and the deed together: neither is there without the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
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
    """Reads and proves the chain."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def entry(self, actor: str, verb: str, subject: str, body: dict[str, Any]) -> Iterator[None]:
        """An entry for a deed outside the database: a file that is moved into its place. Where the deed in the block
        fails, there is no entry."""
        with self._database.write() as session:
            append(session, actor, verb, subject, body)
            yield

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
