"""What a file of rows is, whatever its format.

Promise: rows come one at a time and memory does not grow with the file; a fault of the whole file is raised before the
first row is given, so that a broken file imports nothing; a fault of one row comes with that row and does not disturb
the next. Leaves the formats to `delimited`, `jsonlines` and `parquet`, and what cells mean to `records`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.errors import BadInput, NotFound

__all__ = [
    "CELL_LIMIT",
    "COLUMN_LIMIT",
    "ROW_LIMIT",
    "Dialect",
    "Row",
    "Table",
    "encoding_of",
    "head_of",
    "refuse_binary",
    "too_long",
    "unusable",
]

ROW_LIMIT = 1_000_000
"""Characters of one row that are read at most; a row is held in memory as a whole."""
CELL_LIMIT = 100_000
"""Characters of one cell: far above any description, and below what the csv module takes."""
COLUMN_LIMIT = 2_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PACKED = {
    b"PK\x03\x04": "a ZIP or Excel file",
    b"\x1f\x8b": "a gzip file",
    b"BZh": "a bzip2 file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"7z\xbc\xaf": "a 7z file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"SQLite format 3": "a database",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written. `encoding` is None when nobody stated one."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row, with one cell for each column of its table unless `fault` says why it cannot be read.

    `number` counts as a spreadsheet or an editor does: in a CSV file the header is row 1.
    """

    number: int
    cells: Sequence[str]
    fault: str = ""


class Table(Protocol):
    """A file that was looked through once. `count` is how many rows it has."""

    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def count(self) -> int: ...
    def rows(self) -> Iterator[Row]: ...


def head_of(path: Path) -> bytes:
    """The first 4 KB of a file. Raises NotFound or BadInput when there is nothing to read."""
    if not path.exists():
        raise NotFound(f"there is no file {path}: check the path")
    if not path.is_file():
        raise BadInput(f"{path} is not a regular file: give a file")
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None


def refuse_binary(path: Path, stated: str | None) -> None:
    """Raises BadInput for what is no text in the stated encoding at all."""
    head = head_of(path)
    for magic, what in _PACKED.items():
        if head.startswith(magic):
            raise BadInput(f"{path} is {what}: unpack it or save it as CSV first")
    if b"\0" in head and not encoding_of(path, stated).startswith("utf-16"):
        raise BadInput(f'{path} is binary: save it as CSV, or set encoding = "utf-16" if it is text')


def encoding_of(path: Path, stated: str | None) -> str:
    """The encoding to open a file with: a byte-order mark wins, then what was stated, then UTF-8."""
    head = head_of(path)
    return next((name for bom, name in _BOMS if head.startswith(bom)), stated or "utf-8")


def too_long(cells: Sequence[str]) -> str:
    """Why these cells are not read, or nothing."""
    longest = max(map(len, cells), default=0)
    return f"a cell has {longest:,} characters, at most {CELL_LIMIT:,} are read" if longest > CELL_LIMIT else ""


def unusable(cells: Sequence[str]) -> str:
    """Why these cells are not read, or nothing: JSON and Parquet can hold what no database takes as text."""
    for cell in cells:
        if "\0" in cell:
            return "a cell holds a NUL character"
        if not cell.isascii() and any("\ud800" <= char <= "\udfff" for char in cell):
            return "a cell holds half of a character (a lone surrogate)"
    return ""
