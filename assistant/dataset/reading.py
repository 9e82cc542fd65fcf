"""Opens a file of any known format, or a query, and holds it against the schema.

Promise: a `Table` that has every column that the schema uses, or one line that says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from assistant.dataset.cells import shown
from assistant.dataset.delimited import DelimitedFile
from assistant.dataset.jsonlines import JsonLinesFile
from assistant.dataset.parquet import ParquetFile
from assistant.dataset.query import Query, QueryTable
from assistant.dataset.schema import Schema
from assistant.dataset.table import Dialect, Table, head_of
from assistant.errors import BadInput

__all__ = ["Source", "format_of", "open_table"]

Format = Literal["delimited", "jsonlines", "parquet"]


Source = Path | Query
"""Where rows come from."""


def open_table(source: Source, schema: Schema) -> Table:
    """The file or query, looked through once. Raises BadInput for a fault of the whole."""
    table = QueryTable(source) if isinstance(source, Query) else _open_file(source, schema)
    _check_columns(source, table.columns, schema)
    return table


def _open_file(path: Path, schema: Schema) -> Table:
    match format_of(path):
        case "parquet":
            return ParquetFile(path, schema.each)
        case "jsonlines":
            return JsonLinesFile(path, schema.each)
        case "delimited":
            return DelimitedFile(path, Dialect(schema.delimiter, schema.quote, schema.encoding))


def format_of(path: Path) -> Format:
    """The format by what the file starts with; its name is only a name. Raises NotFound or BadInput."""
    head = head_of(path).removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"{"):
        return "jsonlines"
    if head.startswith(b"[") and path.suffix == ".json":
        raise BadInput(f"{path} is one JSON array: write one object a line instead (jq -c '.[]' does it)")
    return "delimited"


def _check_columns(source: Source, columns: Sequence[str], schema: Schema) -> None:
    """Raises BadInput unless every column that the schema uses is there."""
    absent = [name for name, column in schema.columns.items() if column.role != "ignore" and name not in columns]
    if not absent:
        return
    names = ", ".join(map(shown, absent[:5])) + (", …" if len(absent) > 5 else "")
    has = ", ".join(map(shown, columns[:40])) + (", …" if len(columns) > 40 else "")
    hint = ""
    if len(columns) == 1 and (mark := max(";\t|,", key=columns[0].count)) and mark in columns[0]:
        hint = f"; is it separated by {mark!r}? Then set delimiter"
    raise BadInput(f"{source} has no column {names}; its columns: {has}{hint}; correct the schema or the file")
