"""What an import would do, without doing it.

Promise: the whole file is read as an import reads it, by the same code, and the account is the one that an import would
give now; nothing is written but what SQLite keeps of the ids in a temporary file. Memory does not grow with the file:
the first cases are kept, and refusals are counted by column and reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from assistant.case import Case, CaseRecord, Truth
from assistant.dataset.cells import Fault
from assistant.dataset.load import Progress, Verdict, foreign, read_records
from assistant.dataset.reading import open_table
from assistant.dataset.schema import Schema
from assistant.dataset.table import Row

__all__ = ["DryRun", "Foresight", "Refusal", "dry_run"]

FIRST_CASES = 3
MOST_REFUSALS = 20
"""Different reasons that are told apart; the rows of any others are only counted."""


class Foresight(Protocol):
    """Knows what would become of records, and changes nothing."""

    def compare(self, source: str, records: Sequence[CaseRecord]) -> Sequence[Verdict]: ...


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Refusal(_Value):
    """Rows that would be rejected for one reason. A row with two faults counts under both."""

    column: str
    value: str
    why: str
    first_row: int
    rows: int


class DryRun(_Value):
    """The account that an import would give. `outcomes` and `decisions` count what comes with the good rows."""

    rows: int
    imported: int
    updated: int
    unchanged: int
    rejected: int
    refusals: tuple[Refusal, ...]
    other_reasons: int
    first: tuple[Case, ...]
    outcomes: dict[Truth, int]
    decisions: int


def dry_run(
    path: Path, schema: Schema, store: Foresight, *, progress: Progress | None = None, batch: int = 500
) -> DryRun:
    """Reads the whole of `path` and says what importing it would do. Raises BadInput where an import would."""
    table = open_table(path, schema)
    tally = _Tally()
    waiting: list[tuple[Row, CaseRecord]] = []

    def look() -> None:
        verdicts = store.compare(schema.source, [record for _, record in waiting])
        for verdict, (row, record) in zip(verdicts, waiting, strict=True):
            tally.add(verdict, row, record)
        waiting.clear()

    done = 0
    for done, (row, found) in enumerate(read_records(table, schema), start=1):
        if isinstance(found, CaseRecord):
            waiting.append((row, found))
        else:
            tally.refuse(row, found)
        if done % batch == 0:
            look()
            if progress:
                progress(done, table.count)
    look()
    if progress:
        progress(done, table.count)
    return tally.account(done)


class _Tally:
    """Counts while rows go by."""

    def __init__(self) -> None:
        self._verdicts: Counter[Verdict] = Counter()
        self._refusals: dict[tuple[str, str], Refusal] = {}
        self._outcomes: Counter[Truth] = Counter()
        self._first: list[Case] = []
        self._rejected = self._decisions = self._other = 0

    def add(self, verdict: Verdict, row: Row, record: CaseRecord) -> None:
        if verdict == "foreign":
            self.refuse(row, (Fault("", "", foreign(record)),))
            return
        self._verdicts[verdict] += 1
        self._decisions += record.decision is not None
        if record.outcome is not None:
            self._outcomes[record.outcome.outcome] += 1
        if len(self._first) < FIRST_CASES:
            self._first.append(record.case)

    def refuse(self, row: Row, faults: Sequence[Fault]) -> None:
        self._rejected += 1
        for fault in faults:
            key = (fault.column, fault.why)
            known = self._refusals.get(key)
            if known is not None:
                self._refusals[key] = known.model_copy(update={"rows": known.rows + 1})
            elif len(self._refusals) < MOST_REFUSALS:
                self._refusals[key] = Refusal(
                    column=fault.column, value=fault.value[:200], why=fault.why[:500], first_row=row.number, rows=1
                )
            else:
                self._other += 1

    def account(self, rows: int) -> DryRun:
        return DryRun(
            rows=rows,
            imported=self._verdicts["imported"],
            updated=self._verdicts["updated"],
            unchanged=self._verdicts["unchanged"],
            rejected=self._rejected,
            refusals=tuple(sorted(self._refusals.values(), key=lambda one: (-one.rows, one.first_row))),
            other_reasons=self._other,
            first=tuple(self._first),
            outcomes=dict(self._outcomes),
            decisions=self._decisions,
        )
