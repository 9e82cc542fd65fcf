"""Rows of a CSV or similar file.

The file is read twice, the first time only to look: a wrong encoding or a quote that never closes can stand in the last
line. Rows are found by following the quotes, and each is split by itself, so that a stray quote spoils one row only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from assistant.dataset.cells import shown
from assistant.dataset.table import CELL_LIMIT, ROW_LIMIT, Dialect, Row, encoding_of, refuse_binary, too_long
from assistant.errors import BadInput

__all__ = ["DelimitedFile", "RepeatedColumn"]


class RepeatedColumn(BadInput):
    """The header was split, and two of its names are the same."""


class DelimitedFile:
    """A CSV or similar file, looked through when it is made. Raises BadInput for a fault of the whole file."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        refuse_binary(path, dialect.encoding)
        self._path = path
        self._delimiter, self._quote = dialect.delimiter, dialect.quote
        self._encoding = encoding_of(path, dialect.encoding)
        self.columns: tuple[str, ...] = ()
        self.columns = self._header()
        self.count = sum(not record.is_bare(self._delimiter) for record in islice(self._records(), 1, None))

    def rows(self) -> Iterator[Row]:
        """All rows after the header. A line without anything in it is no row, but it has a number."""
        records = self._records()
        next(records, None)
        for number, record in enumerate(records, start=2):
            if not record.is_bare(self._delimiter):
                yield self._row(number, record)

    def _header(self) -> tuple[str, ...]:
        first = next(self._records(), None)
        if first is None or first.is_blank:
            raise BadInput(f"{self._path} is empty: its first line must name the columns")
        try:
            names = tuple(name.strip() for name in self._split(first.text))
        except csv.Error as error:
            raise BadInput(f"{self._path}: the header cannot be split into columns ({error}): correct it") from None
        if first.fault:
            raise BadInput(f"{self._path}: the header cannot be read: {first.fault}")
        twice = next((name for name in names if name and names.count(name) > 1), None)
        if twice is not None:
            raise RepeatedColumn(f"{self._path}: two columns are called {shown(twice)}: rename one")
        return names

    def _row(self, number: int, record: _Record) -> Row:
        lines = f" (lines {record.line} to {record.last_line})" if record.last_line > record.line else ""
        if record.fault:
            return Row(number, (), record.fault + lines)
        try:
            cells = self._split(record.text)
        except csv.Error as error:
            return Row(number, (), f"cannot be split into cells{lines}: {error}")
        if len(record.text) > CELL_LIMIT and (why := too_long(cells)):
            return Row(number, (), why + lines)
        if len(cells) != len(self.columns):
            why = f"{len(cells)} cells, but the header has {len(self.columns)}{lines}"
            over = cells[len(self.columns) :]
            return Row(number, cells, f"{why}; left over: {', '.join(map(shown, over[:5]))}" if over else why)
        return Row(number, cells)

    def _split(self, text: str) -> list[str]:
        line = text.rstrip("\r\n")
        if not self._quote or self._quote not in line:
            return line.split(self._delimiter)
        return next(csv.reader((line,), delimiter=self._delimiter, quotechar=self._quote, strict=True))

    def _records(self) -> Iterator[_Record]:
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                yield from _records(file, self._delimiter, self._quote)
        except UnicodeError:
            raise BadInput(_wrong_encoding(self._path, self._encoding)) from None
        except _BrokenError as error:
            raise BadInput(f"{self._path}, {error}") from None


@dataclass(slots=True)
class _Record:
    """The text of one row, which a quoted line end can stretch over several lines."""

    text: str
    line: int
    last_line: int
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.fault and not self.text.strip("\r\n ")

    def is_bare(self, delimiter: str) -> bool:
        """Blank, or nothing but separators, as spreadsheets leave below their last row."""
        return not self.fault and not self.text.strip(f"\r\n {delimiter}")


class _BrokenError(Exception):
    """The file as a whole cannot be split into rows."""


def _records(file: TextIO, delimiter: str, quote: str) -> Iterator[_Record]:
    line_number = 0
    while piece := file.readline(ROW_LIMIT):
        first, size, parts, is_open, before = line_number + 1, 0, [], False, delimiter
        while piece:
            # a piece that ends between two quotes, or between CR and LF, would be read wrongly
            while len(piece) >= ROW_LIMIT and piece[-1] in {quote, "\r"} and (more := file.read(1)):
                piece += more
            if "\0" in piece:
                raise _BrokenError(f"line {line_number + 1} holds a NUL byte: the file is binary, or set encoding")
            size += len(piece)
            if size <= ROW_LIMIT:
                parts.append(piece)
            if quote and (is_open or quote in piece):
                is_open = _is_open(piece, delimiter, quote, is_open, before)
            before = piece[-1]
            ended = piece[-1] in "\r\n"
            line_number += ended
            if ended and not is_open:
                break
            piece = file.readline(ROW_LIMIT)
        if is_open:
            raise _BrokenError(f"line {first}: a quote opens here or later and never closes: close it, or set quote")
        last = line_number if ended else line_number + 1
        if size > ROW_LIMIT:
            yield _Record("", first, last, f"the row has {size:,} characters, at most {ROW_LIMIT:,} are read")
        else:
            yield _Record("".join(parts), first, last)


def _is_open(piece: str, delimiter: str, quote: str, is_open: bool, before: str) -> bool:
    """Whether a quoted cell is still open at the end of `piece`, by the rules of the csv module.

    `is_open` says the same of its start, `before` is the character in front of it.
    """
    at, end = 0, len(piece)
    while at < end:
        if is_open:
            at = piece.find(quote, at)
            if at < 0:
                return True
            doubled = piece.startswith(quote, at + 1)
            is_open = doubled
            at += 2 if doubled else 1
        elif piece.startswith(quote, at) and (piece[at - 1] if at else before) == delimiter:
            is_open = True
            at += 1
        else:
            # inside a plain cell a quote is an ordinary character
            found = piece.find(delimiter + quote, at)
            if found < 0:
                return False
            at = found + 1
    return is_open


def _wrong_encoding(path: Path, encoding: str) -> str:
    where = ""
    if encoding.startswith("utf-8"):
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    where = f", line {number}"
                    break
    return f'{path}{where} is not {encoding}: set encoding in the schema, for example encoding = "cp1252"'
