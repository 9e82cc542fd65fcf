"""Rows of a JSON Lines file: one object a line.

The file is read twice, the first time to learn its columns, because any line may bring a new one. Numbers keep the text
that they were written with: read as floats, 1e400 would be infinite and a long amount would lose cents. It does not go
through polars, which gives up on the whole file where one line has another type.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from assistant.dataset.nested import flat_rows, lists_in, unjoined
from assistant.dataset.table import COLUMN_LIMIT, ROW_LIMIT, Row, encoding_of, refuse_binary, too_long, unusable
from assistant.errors import BadInput

__all__ = ["JsonLinesFile"]

LOOKED_AT = 200


class JsonLinesFile:
    """A JSON Lines file, looked through when it is made. `each` is the path of the list whose items are the rows.

    Without `each` a row has the number of its line; with it rows are counted from 1.
    """

    def __init__(self, path: Path, each: str | None) -> None:
        refuse_binary(path, None)
        self._path, self._each = path, each
        self.columns: tuple[str, ...] = ()
        found: dict[str, None] = {}
        self.count = readable = 0
        for _, cells, _ in self._flat():
            self.count += 1
            readable += cells is not None
            found.update(dict.fromkeys(cells or ()))
            if len(found) > COLUMN_LIMIT:
                raise BadInput(f"{path} has more than {COLUMN_LIMIT} columns: keys that are values belong in a list")
        if self.count and not readable:
            raise BadInput(f"{path} has no line that is a JSON object: write one object a line")
        self.columns = tuple(found)

    def lists(self) -> list[str]:
        """The paths of lists of objects in the first records."""
        return list(dict.fromkeys(path for record in self._first() for path in lists_in(record)))

    def unjoined(self, each: str) -> frozenset[str]:
        """The lists beside `each` whose objects say nowhere to which of its items they belong."""
        return unjoined(self._first(), each)

    def _first(self) -> Iterator[dict[str, Any]]:
        with self._path.open(encoding=encoding_of(self._path, None), newline="\n") as file:
            for text, _ in islice(_lines(file), LOOKED_AT):
                try:
                    record = json.loads(text)
                except (ValueError, RecursionError):
                    continue
                if isinstance(record, dict):
                    yield record

    def rows(self) -> Iterator[Row]:
        """All rows. A key that a line does not have is an empty cell."""
        for count, (line, flat, fault) in enumerate(self._flat(), start=1):
            number = line if self._each is None else count
            if flat is None:
                yield Row(number, (), fault)
                continue
            cells = [flat.get(name, "") for name in self.columns]
            fault = too_long(cells) or unusable(cells)
            yield Row(number, () if fault else cells, fault)

    def _flat(self) -> Iterator[tuple[int, dict[str, str] | None, str]]:
        """Line number, cells by column or None, and why there are none."""
        with self._path.open(encoding=encoding_of(self._path, None), newline="\n") as file:
            try:
                for number, (text, size) in enumerate(_lines(file), start=1):
                    if size > ROW_LIMIT:
                        yield number, None, f"the line has {size:,} characters, at most {ROW_LIMIT:,} are read"
                    elif not text.isspace():
                        yield from self._rows_of(number, text)
            except UnicodeError:
                raise BadInput(f"{self._path} is not UTF-8: convert it (iconv -f cp1252 -t utf-8 does it)") from None

    def _rows_of(self, number: int, text: str) -> Iterator[tuple[int, dict[str, str] | None, str]]:
        try:
            record = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
            if not isinstance(record, dict):
                raise TypeError
            rows = list(flat_rows(record, self._each))
        except json.JSONDecodeError as error:
            yield number, None, f"is not JSON: {error.msg} at character {error.pos + 1}"
        except RecursionError:
            yield number, None, "is nested too deeply"
        except TypeError:
            yield number, None, "is not a JSON object"
        except ValueError as error:
            yield number, None, str(error)
        else:
            for row in rows:
                yield number, row, ""


def _lines(file: TextIO) -> Iterator[tuple[str, int]]:
    """Each line with its length; of a line above the limit only the start, so that it is never held as a whole."""
    while line := file.readline(ROW_LIMIT + 1):
        size, last = len(line), line
        while last[-1] != "\n" and (last := file.readline(ROW_LIMIT)):
            size += len(last)
        yield line, size
