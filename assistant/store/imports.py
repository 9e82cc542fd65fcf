"""Runs of imports: what is in, and which run did not come to its end.

Promise: a batch, its account and its place in the queue are one transaction, so a process that is killed leaves whole
batches and a right account behind, and running the same command again completes it. Holds the name of a file and
counts; nothing from inside the file.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from assistant.case import CaseRecord
from assistant.store.database import Database
from assistant.store.intake import Batch, FirstScore, Upserted
from assistant.store.tables import ImportRow

__all__ = ["ImportRun", "Imports", "Interrupted"]

SILENT = timedelta(minutes=10)
"""After this long without a batch a process with the number of the import is another one."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """An import that did not come to its end and was not run again since."""

    source: str
    file: str
    started_at: datetime
    rows_in: int
    is_running: bool


class Imports:
    """The runs of imports of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(self, source: str, file: str, first_score: FirstScore | None = None) -> ImportRun:
        """A run that takes records until `finish`. `first_score` puts every new case into the queue."""
        return ImportRun(self._database, source, file, first_score)

    def unfinished(self) -> list[Interrupted]:
        """Runs without an end, newest first, but for those that a later run of the same file made good."""
        later = aliased(ImportRow)
        done_since = exists().where(
            and_(
                later.source == ImportRow.source,
                later.file == ImportRow.file,
                later.seq > ImportRow.seq,
                later.finished_at.is_not(None),
            )
        )
        query = select(ImportRow).where(ImportRow.finished_at.is_(None), ~done_since).order_by(ImportRow.seq.desc())
        found: dict[tuple[str, str], Interrupted] = {}
        with self._database.read() as session:
            for row in session.scalars(query):
                one = Interrupted(
                    source=row.source,
                    file=row.file,
                    started_at=row.started_at,
                    rows_in=row.imported + row.updated + row.unchanged,
                    is_running=_runs(row.process) and datetime.now(UTC) - row.seen_at < SILENT,
                )
                found.setdefault((row.source, row.file), one)
        return list(found.values())


class ImportRun:
    """One run: a sink for records that keeps its own account. Before its first batch there is nothing to tell."""

    def __init__(self, database: Database, source: str, file: str, first_score: FirstScore | None) -> None:
        self._database = database
        self._source, self._file = source, file[-200:]
        self._first_score = first_score
        self._seq: int | None = None
        self._verdicts: Counter[Upserted] = Counter()

    def upsert(self, source: str, records: Sequence[CaseRecord]) -> list[Upserted]:
        """Writes a batch in one transaction and says for each record what happened to it."""
        batch = Batch(source, records, self._first_score)
        with self._database.write() as session:
            verdicts = batch.write(session)
            counts = self._verdicts + Counter(verdicts)
            seq = self._account(session, counts, rejected=counts["foreign"])
        self._seq, self._verdicts = seq, counts
        return verdicts

    def finish(self, rejected: int) -> None:
        """Says that every row of the file was accounted for."""
        with self._database.write() as session:
            self._account(session, self._verdicts, rejected=rejected, finished_at=datetime.now(UTC))

    @property
    def rows_in(self) -> int:
        """How many rows this run brought in or found there already."""
        with self._database.read() as session:
            row = session.get(ImportRow, self._seq) if self._seq else None
            return row.imported + row.updated + row.unchanged if row else 0

    def _account(
        self, session: Session, counts: Counter[Upserted], rejected: int, finished_at: datetime | None = None
    ) -> int:
        now = datetime.now(UTC)
        row = session.get(ImportRow, self._seq) if self._seq else None
        if row is None:
            row = ImportRow(source=self._source, file=self._file, process=os.getpid(), started_at=now)
            session.add(row)
        row.seen_at, row.finished_at = now, finished_at
        row.imported, row.updated, row.unchanged = counts["imported"], counts["updated"], counts["unchanged"]
        row.rejected = rejected
        session.flush()
        return row.seq


def _runs(process: int) -> bool:
    """Whether there is a process with this number. On Windows, where asking would end it, time alone decides."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is there and belongs to somebody else
        return True
    return True
