"""The rows that were not imported, in a file that a person mends and imports again.

Promise: the columns of the file come first, as they were, then `row` and `reason`; the schema that refused a row reads
the mended file. It is written in the schema's encoding, delimiter and quotes, in UTF-8 with a byte-order mark when the
schema states no encoding, because Excel takes UTF-8 without one for cp1252.

A cell that a spreadsheet would run as a formula (it starts with = + - @ tab or CR, and is no plain number) gets an
apostrophe in front: escaping only what we generate would leave an attacker's cell live in the file that people are told
to open. A cell that already has apostrophes before such a character gets one more, so that nothing is lost:
`original_cells` takes exactly one away again, and only in files whose last two columns are `row` and `reason` and not
in the schema. A file that is there already is never overwritten; somebody may be mending it.
"""

from __future__ import annotations

import csv
import filecmp
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from assistant.dataset.schema import Schema
from assistant.dataset.table import Row
from assistant.errors import NotReady

__all__ = ["ADDED", "Rejects", "is_rejects_file", "original_cells"]

ADDED = ("row", "reason")
LEFT_BEHIND_S = 86_400
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_RISKY = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def is_rejects_file(columns: Sequence[str], schema: Schema) -> bool:
    """Whether these are the columns of a rejects file."""
    return tuple(columns[-2:]) == ADDED and not any(name in schema.columns for name in ADDED)


def original_cells(cells: Sequence[str]) -> list[str]:
    """The cells of a rejects file without the apostrophe that kept them from being formulas."""
    return [cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell for cell in cells]


def _guarded(cell: str) -> str:
    return f"'{cell}" if _RISKY.match(cell) and not _PLAIN_NUMBER.fullmatch(cell) else cell


class Rejects:
    """Collects rejected rows. The file is made with the first of them; `close` gives it its name."""

    def __init__(self, folder: Path, stem: str, columns: Sequence[str], schema: Schema) -> None:
        self._folder, self._stem = folder, re.sub(r"\.rejects(-\d+)?$", "", stem)
        self._columns, self._schema = tuple(columns), schema
        self._file: TextIO | None = None
        self.file: Path | None = None
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is None:
            return
        part = Path(self._file.name)
        if error is None:
            with self._kept():
                self._file.close()
                self.file = self._named(part)
        else:  # the next run writes all of them again
            with suppress(OSError):
                self._file.close()
            part.unlink(missing_ok=True)

    def add(self, row: Row, reason: str) -> None:
        """Keep this row. Cells beyond the header's are left out here; the reason shows them."""
        if self._file is None:
            self._start()
        width = len(self._columns)
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        with self._kept():
            self._write([*map(_guarded, cells), str(row.number), " ".join(reason.split())])
        self.count += 1

    def _start(self) -> None:
        with self._kept():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._clear()
            handle, name = tempfile.mkstemp(prefix=f".{self._stem[:80]}-", suffix=".part", dir=self._folder)
        os.close(handle)
        encoding = self._schema.encoding or "utf-8-sig"
        self._file = Path(name).open("w", encoding=encoding, errors="backslashreplace", newline="")  # noqa: SIM115
        quote = self._schema.quote
        self._writer = csv.writer(
            self._file,
            delimiter=self._schema.delimiter,
            quotechar=quote or None,
            quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
            # with "\n" alone the csv module would leave a cell with a lone CR unquoted, and so split it
            lineterminator="\r\n",
        )
        # the schema finds its columns by name, so only the names that it does not use can be guarded
        names = (name if name in self._schema.columns else _guarded(name) for name in self._columns)
        self._write([*names, *self._added()])

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NotReady(
                f"rejected rows cannot be kept in {self._folder} ({error.strerror}): make room there, or make it "
                "writable, and run the same command again; what is in stays in"
            ) from None

    def _clear(self) -> None:
        """What killed imports left behind. A younger file may belong to one that runs now."""
        for part in self._folder.glob(".*.part"):
            if time.time() - part.stat().st_mtime > LEFT_BEHIND_S:
                part.unlink(missing_ok=True)

    def _write(self, cells: Sequence[str]) -> None:
        if not self._schema.quote:
            # nothing inside a cell may look like its end
            cells = [re.sub(f"[{re.escape(self._schema.delimiter)}\r\n]", " ", cell) for cell in cells]
        self._writer.writerow(cells)

    def _added(self) -> tuple[str, ...]:
        """`row` and `reason`, under names that the file has not taken."""
        return tuple(name if name not in self._columns else f"import {name}" for name in ADDED)

    def _named(self, part: Path) -> Path:
        number = 1
        while True:
            name = self._folder / f"{self._stem}.rejects{'' if number == 1 else f'-{number}'}.csv"
            try:
                name.touch(exist_ok=False)  # taken at once, as another import may end at this moment
            except FileExistsError:
                pass
            else:
                return part.replace(name)
            if filecmp.cmp(part, name, shallow=False):
                part.unlink()
                return name
            number += 1
