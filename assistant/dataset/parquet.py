"""Rows of a Parquet file, read in batches by polars.

A value of a few bytes can stand for gigabytes (a repeated text is stored once), so texts are cut just above the limit
before they become Python strings, and the row is then rejected for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import polars as pl

from assistant.dataset.nested import DEPTH, flat_rows, lists_in, unjoined
from assistant.dataset.table import CELL_LIMIT, COLUMN_LIMIT, Row, head_of, too_long, unusable
from assistant.errors import BadInput

__all__ = ["ParquetFile"]

BATCH = 500
LOOKED_AT = 200
_DAMAGE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


class ParquetFile:
    """A Parquet file. `each` is the path of the list whose items are the rows. Rows are counted from 1."""

    def __init__(self, path: Path, each: str | None) -> None:
        head_of(path)
        self._path, self._each = path, each
        try:
            self._schema = pl.read_parquet_schema(path)
        except _DAMAGE as error:
            self._refuse(error)
        self.columns = tuple(_columns(self._schema.items(), "", 0, each))
        if len(self.columns) > COLUMN_LIMIT:
            raise BadInput(f"{path} has more than {COLUMN_LIMIT} columns: give a file with fewer")
        # the last page may be the damaged one, and then nothing must be imported
        self.count = sum(1 for _ in self.rows()) if each else sum(batch.height for batch in self._batches())

    def lists(self) -> list[str]:
        """The paths of lists of objects in the first records."""
        return list(dict.fromkeys(path for record in self._first() for path in lists_in(record)))

    def unjoined(self, each: str) -> frozenset[str]:
        """The lists beside `each` whose objects say nowhere to which of its items they belong."""
        return unjoined(self._first(), each)

    def _first(self) -> Iterator[dict[str, Any]]:
        return islice((record for batch in self._batches() for record in batch.iter_rows(named=True)), LOOKED_AT)

    def rows(self) -> Iterator[Row]:
        """All rows. Raises BadInput where the file is damaged."""
        number = 0
        for batch in self._batches():
            for record in batch.iter_rows(named=True):
                for cells, fault in self._cells(record):
                    number += 1
                    yield Row(number, cells, fault)

    def _cells(self, record: dict[str, object]) -> Iterator[tuple[list[str], str]]:
        try:
            found = list(flat_rows(record, self._each))
        except ValueError as error:
            yield [], str(error)
            return
        for flat in found:
            cells = [flat.get(name, "") for name in self.columns]
            fault = too_long(cells) or unusable(cells)
            yield ([], fault) if fault else (cells, "")

    def _batches(self) -> Iterator[pl.DataFrame]:
        try:
            frame = pl.scan_parquet(self._path, glob=False).select(_cut(self._schema))
            yield from frame.collect_batches(chunk_size=BATCH, maintain_order=True)
        except _DAMAGE as error:
            self._refuse(error)

    def _refuse(self, error: BaseException) -> NoReturn:
        said = " ".join(str(error).split())[:160]
        raise BadInput(f"{self._path} is no readable Parquet file: write it again ({said})") from None


def _cut(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    """Every column, texts cut just above the limit."""
    return [
        pl.col(name).str.slice(0, CELL_LIMIT + 1) if dtype == pl.String else pl.col(name)
        for name, dtype in schema.items()
    ]


def _columns(fields: Iterable[tuple[str, pl.DataType]], prefix: str, depth: int, each: str | None) -> Iterator[str]:
    """The columns that `flat_rows` gives for records of these fields."""
    for name, dtype in fields:
        path = f"{prefix}{name}"
        if path == each and isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct):
            yield from _columns(_fields(dtype.inner), f"{path}.", 0, None)
        elif isinstance(dtype, pl.Struct) and depth < DEPTH:
            yield from _columns(_fields(dtype), f"{path}.", depth + 1, each)
        elif isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Struct) and depth < DEPTH:
            yield from _columns(_fields(dtype.inner), f"{path}.", depth + 1, None)
        else:
            yield path


def _fields(struct: pl.Struct) -> list[tuple[str, pl.DataType]]:
    return [(field.name, field.dtype) for field in struct.fields if isinstance(field.dtype, pl.DataType)]
