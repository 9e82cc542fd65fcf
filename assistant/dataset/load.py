"""Imports a file or a query into the store, and accounts for every row of it.

Promise: imported + updated + unchanged + rejected = rows. A fault of the whole file imports nothing and raises
`BadInput`; a fault of a row rejects that row with its reason and goes on. Importing the same file again changes
nothing. Memory does not grow with the file.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from assistant.case import CaseRecord
from assistant.dataset.cells import Fault
from assistant.dataset.ids import CaseIds
from assistant.dataset.reading import Source, open_table
from assistant.dataset.records import RecordReader
from assistant.dataset.rejects import ADDED, Rejects, is_rejects_file, original_cells
from assistant.dataset.schema import Schema
from assistant.dataset.table import Row, Table

__all__ = ["ImportResult", "Progress", "Sink", "Verdict", "foreign", "import_file", "read_records"]

Verdict = Literal["imported", "updated", "unchanged", "foreign"]
"""`foreign`: the id is taken by a case of another source; the row is rejected."""
Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are."""


BATCH_SIZE = 16_000_000
"""Characters of the rows of a batch at most: 5,000 usual rows have a million, hostile ones would have five billion."""


class Sink(Protocol):
    """Where records go. Gives one verdict a record, in their order; takes all of them or raises."""

    def upsert(self, source: str, records: Sequence[CaseRecord]) -> Sequence[Verdict]: ...


class ImportResult(BaseModel):
    """The account of one import."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    imported: int
    updated: int
    unchanged: int
    rejected: int
    rejects_file: Path | None
    ignored_columns: tuple[str, ...]


def import_file(
    source: Source,
    schema: Schema,
    sink: Sink,
    *,
    rejects_dir: Path,
    progress: Progress | None = None,
    batch: int = 5000,
) -> ImportResult:
    """Import a file or query into `sink`, at most `batch` records at a time. After BadInput nothing was imported.

    `progress` may raise to stop: the rows that it was told of stay, and importing again goes on behind them."""
    table = open_table(source, schema)
    verdicts: Counter[Verdict] = Counter()
    waiting: list[tuple[Row, CaseRecord]] = []
    size = 0

    def deliver() -> None:
        if not waiting:
            return
        given = sink.upsert(schema.source, [record for _, record in waiting])
        if len(given) != len(waiting):
            raise RuntimeError(f"the sink gave {len(given)} verdicts for {len(waiting)} records")
        for verdict, (row, record) in zip(given, waiting, strict=True):
            verdicts[verdict] += 1
            if verdict == "foreign":
                rejects.add(row, foreign(record))
        waiting.clear()
        gc.collect(1)

    done = 0
    with _own_collection(), Rejects(rejects_dir, source.stem, _own_columns(table, schema), schema) as rejects:
        for done, (row, found) in enumerate(read_records(table, schema), start=1):
            if isinstance(found, CaseRecord):
                waiting.append((row, found))
                size += sum(map(len, row.cells))
            else:
                rejects.add(row, "; ".join(map(str, found)))
            if len(waiting) >= batch or size >= BATCH_SIZE or done % batch == 0:
                deliver()  # before progress is told, so that whoever stops there knows what is on disk
                size = 0
                if progress:
                    progress(done, table.count)
        deliver()
    if progress:
        progress(done, table.count)
    return ImportResult(
        rows=done,
        imported=verdicts["imported"],
        updated=verdicts["updated"],
        unchanged=verdicts["unchanged"],
        rejected=rejects.count,
        rejects_file=rejects.file,
        ignored_columns=tuple(name for name in _own_columns(table, schema) if name not in schema.columns),
    )


def read_records(table: Table, schema: Schema) -> Iterator[tuple[Row, CaseRecord | tuple[Fault, ...]]]:
    """Every row of the file with the record that it gives, or with everything that is wrong with it."""
    reader = RecordReader(schema, table.columns)
    mended = is_rejects_file(table.columns, schema)
    with CaseIds(schema, table.columns) as ids:
        for row in table.rows():
            if row.fault:
                yield row, (Fault("", "", row.fault),)
                continue
            if mended:
                row = Row(row.number, original_cells(row.cells))
            case_id = ids.claim(row)
            if isinstance(case_id, Fault):
                found = reader.read(row, "-")
                yield row, (case_id, *(found if isinstance(found, tuple) else ()))
            else:
                yield row, reader.read(row, case_id)


def foreign(record: CaseRecord) -> str:
    """Why a record is rejected whose id another source has."""
    return f"the id {record.case.case_id!r} belongs to another source; make ids differ by source"


@contextmanager
def _own_collection() -> Iterator[None]:
    """Cycles are collected after each batch only: looking for them in a batch that is still being made, a hundred
    thousand values that are all in use, took a third of the time of an import."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _own_columns(table: Table, schema: Schema) -> tuple[str, ...]:
    """The columns of the file, without those that a rejects file added."""
    return table.columns[: -len(ADDED)] if is_rejects_file(table.columns, schema) else table.columns
