"""Which case a row is.

Promise: every row of a file gets its own case id or a `Fault`, in memory that does not grow with the file. Without an
id column the id comes from what the row says about the case, so importing the same file again changes nothing, and a
label or decision that was filled in since updates the case instead of making a second one.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from assistant.dataset.cells import Fault
from assistant.dataset.schema import FACT_ROLES, Schema
from assistant.dataset.table import Row
from assistant.errors import NotReady

__all__ = ["CaseIds"]

ID_LIMIT = 200


class CaseIds:
    """The ids given in one pass over one file; a context manager, because what it remembers is kept on disk."""

    def __init__(self, schema: Schema, columns: Sequence[str]) -> None:
        self._source = schema.source
        id_column = schema.single("id")
        self._id_name = id_column or ""
        self._id_at = None if id_column is None else columns.index(id_column)
        told = set(schema.named("time", "amount", "currency", *FACT_ROLES))
        # by name, so that a file with its columns in another order gives the same ids
        self._told = sorted((name, at) for at, name in enumerate(columns) if name in told)
        # a nameless SQLite database lives in a temporary file that goes with the connection
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute("PRAGMA journal_mode = OFF")
        self._seen.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, row INTEGER, times INTEGER) WITHOUT ROWID")
        self._seen.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._seen.close()

    def claim(self, row: Row) -> str | Fault:
        """The case id of this row. The second row with one id is at fault, whatever became of the first."""
        if self._id_at is None:
            return self._by_content(row)
        case_id = row.cells[self._id_at].strip()
        if not case_id:
            return Fault(self._id_name, case_id, "is empty: every case needs an id")
        if len(case_id) > ID_LIMIT or not case_id.isprintable():
            return Fault(self._id_name, case_id, f"is no id: at most {ID_LIMIT} printable characters")
        first = self._row_of(case_id, row.number)
        if first is not None:
            return Fault(self._id_name, case_id, f"is the id of row {first} as well")
        return case_id

    def _row_of(self, case_id: str, number: int) -> int | None:
        """The row that had this id before; remembers this one when there was none."""
        cursor = self._remember("INSERT OR IGNORE INTO seen VALUES (?, ?, 1)", case_id, number)
        if cursor.rowcount:
            return None
        return int(self._seen.execute("SELECT row FROM seen WHERE id = ?", (case_id,)).fetchone()[0])

    def _by_content(self, row: Row) -> str:
        content = "\x1e".join(f"{name}\x1f{row.cells[at].strip()}" for name, at in self._told)
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        sql = "INSERT INTO seen VALUES (?, ?, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1 RETURNING times"
        (times,) = self._remember(sql, digest, row.number).fetchone()
        return f"{self._source}-{digest}" if times == 1 else f"{self._source}-{digest}-{times}"

    def _remember(self, sql: str, *values: str | int) -> sqlite3.Cursor:
        try:
            return self._seen.execute(sql, values)
        except sqlite3.OperationalError as error:
            raise NotReady(
                f"the ids of the file cannot be noted in {tempfile.gettempdir()} ({error}): make room there, or set "
                "TMPDIR to a larger disk, and run the same command again"
            ) from None
