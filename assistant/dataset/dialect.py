"""How a text file is written: its encoding, separator and quotes.

Promise: the guess reads the start of the file into rows of equal width, if any usual dialect does; what is only likely
(an encoding that nothing proves) comes with a doubt in words.
"""

from __future__ import annotations

import codecs
import tempfile
from collections import Counter
from itertools import islice
from pathlib import Path

from assistant.dataset.delimited import DelimitedFile, RepeatedColumn
from assistant.dataset.table import Dialect, encoding_of, head_of, refuse_binary
from assistant.errors import BadInput

__all__ = ["dialect_of"]

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "", "'")
START = 256_000
"""Characters of the start of the file that the dialects are tried on."""
ROWS = 300
LINES_BACK = 40
"""Lines of the last cell of the start that are given up when the quotes do not close."""


def dialect_of(path: Path) -> tuple[Dialect, str]:
    """The dialect of a delimited file, and what is doubtful about it (or nothing). Raises BadInput for a binary."""
    encoding, doubt = _encoding(path)
    refuse_binary(path, encoding)
    with path.open(encoding=encoding_of(path, encoding), newline="") as file:
        start = file.read(START)
    if not start.strip():
        raise BadInput(f"{path} is empty: its first line must name the columns")
    if is_cut := len(start) == START:
        start = start[: start.rfind("\n") + 1] or start
    candidates = [Dialect(mark, quote) for quote in QUOTES for mark in DELIMITERS]
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "start"
        best = max(candidates, key=lambda dialect: _best_fit(sample, start, dialect, LINES_BACK if is_cut else 0))
    return Dialect(best.delimiter, best.quote, encoding), doubt


def _encoding(path: Path) -> tuple[str | None, str]:
    """The encoding to state in the schema: None where a byte-order mark or UTF-8 says it all."""
    head = head_of(path)
    if encoding_of(path, None) != "utf-8":
        return None, ""
    if b"\0" in head:
        # text in a Latin script has a zero in every other byte
        likely = ((name, head[at::2]) for name, at in (("utf-16-le", 1), ("utf-16-be", 0)))
        found = (name for name, half in likely if half.count(0) > 0.4 * len(half) and _decodes(path, name))
        return next(found, None), ""
    if _decodes(path, "utf-8"):
        return None, ""
    name = "cp1252" if _decodes(path, "cp1252") else "latin-1"
    return name, f"the file is not UTF-8, so {name} is likely: look at names with accents"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _best_fit(sample: Path, start: str, dialect: Dialect, lines_back: int) -> tuple[float, int, int]:
    """The fit of a dialect. A start that was cut may end inside a quoted cell of several lines, so it may be cut
    shorter by that many lines before its quotes count as broken."""
    for _ in range(lines_back + 1):
        sample.write_text(start, encoding="utf-8", newline="")
        fit = _fit(sample, dialect)
        if fit[0] >= 0:
            break
        start = start[: start.rstrip("\n").rfind("\n") + 1] or start
    return fit


def _fit(sample: Path, dialect: Dialect) -> tuple[float, int, int]:
    """How well a dialect explains the sample: share of even rows, columns, and the more usual dialect first."""
    usual = -QUOTES.index(dialect.quote) * len(DELIMITERS) - DELIMITERS.index(dialect.delimiter)
    try:
        table = DelimitedFile(sample, dialect)
    except RepeatedColumn:
        # better than one column: then the reader is told of the repeated name, and not of a file without separators
        return (0.3, 0, usual)
    except BadInput:
        return (-1.0, 0, usual)
    if len(table.columns) == 1:
        # every file is even when nothing separates it; one column is what is left when nothing else fits
        return (0.05, 1, usual - _wrapped(table.columns, dialect))
    verdicts = Counter(not row.fault for row in islice(table.rows(), ROWS))
    even = verdicts[True] / max(1, verdicts.total())
    names_are_bare = not any(name[:1] in {'"', "'"} and name[:1] == name[-1:] for name in table.columns)
    return (round(even, 2) if verdicts else 0.5, names_are_bare, len(table.columns) * 100 + usual)


def _wrapped(columns: tuple[str, ...], dialect: Dialect) -> int:
    """A single name still in its quotes was read with the wrong ones."""
    return 100 * sum(name[:1] in {'"', "'"} and name[:1] == name[-1:] and name[:1] != dialect.quote for name in columns)
