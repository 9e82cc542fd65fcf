"""One column of a sample: its name as words and what its values have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from babel import Locale
from babel.core import get_global

from assistant.dataset.cells import Fault
from assistant.dataset.money import DecimalMark, read_number
from assistant.dataset.names import words_of
from assistant.dataset.nested import LIST_MARK

__all__ = ["MISSING", "Profile"]

MISSING = frozenset({"NULL", "null", "NaN", "nan", "None", "none", "N/A", "n/a", "NA", "#N/A", "\\N", "-", "?",
                     "unknown", "unbekannt", "inconnu", "desconocido"})  # fmt: skip
"""Words that stand for an empty cell where a column otherwise holds numbers, times, or what identifies somebody."""
MOST = 0.9


@dataclass(frozen=True)
class Profile:
    """One column of the sample."""

    name: str
    cells: Sequence[str]

    @cached_property
    def words(self) -> str:
        """The name as lower-case English words with a space at either end: `shipToZIP` is ` shipping to zip `."""
        return words_of(self.name)

    @cached_property
    def leaf(self) -> str:
        """The same of the last part of a nested name: that of `payments.isFraud` is ` is fraud `."""
        return words_of(self.name.rpartition(".")[2])

    @cached_property
    def parent(self) -> str:
        """The words of what a nested name lies in: that of `applicant.address.zip` is ` address `."""
        return words_of(self.name.rpartition(".")[0].rpartition(".")[2])

    @cached_property
    def values(self) -> list[str]:
        """What stands in the column, row by row; a list gives each of its items."""
        return [value for cell in self.cells for value in _parts(cell) if value not in MISSING]

    @cached_property
    def filled(self) -> list[str]:
        """The cells that hold something."""
        return [text for cell in self.cells if (text := cell.strip()) and text not in MISSING]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands there, in the order of their first appearance."""
        return Counter(self.values)

    @cached_property
    def distinct(self) -> tuple[str, ...]:
        return tuple(self.counts)

    @cached_property
    def missing(self) -> frozenset[str]:
        """The words in this column that may stand for an empty cell."""
        return frozenset(cell.strip() for cell in self.cells) & MISSING

    @cached_property
    def is_numeric(self) -> bool:
        return self.mostly(_is_number)

    @cached_property
    def is_list(self) -> bool:
        return any(LIST_MARK in cell for cell in self.cells)

    @cached_property
    def is_country(self) -> bool:
        """Whether all values are ISO 3166 codes, of two or of three letters. One code alone may be a word as well."""
        return len(self.distinct) > 1 and all(text.upper() in _country_codes() for text in self.distinct)

    def has(self, *patterns: str) -> bool:
        """Whether the words of the name match one of these patterns."""
        return any(re.search(rf" (?:{pattern}) ", self.words) for pattern in patterns)

    def named(self, pattern: str) -> bool:
        """Whether the pattern is the whole name, or the last part of a nested one."""
        return any(re.fullmatch(f" (?:{pattern}) ", words) for words in (self.words, self.leaf))

    def mostly(self, test: Callable[[str], object]) -> bool:
        """Whether nearly all different values pass, and there are any."""
        return bool(self.distinct) and sum(bool(test(text)) for text in self.distinct) >= MOST * len(self.distinct)


def _parts(cell: str) -> list[str]:
    parts = cell.split(LIST_MARK) if LIST_MARK in cell else [cell]
    return [text for part in parts if (text := part.strip())]


@cache
def _country_codes() -> frozenset[str]:
    two = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()}
    return frozenset(two | {code for code in get_global("territory_aliases") if len(code) == 3 and code.isalpha()})


def _is_number(text: str) -> bool:
    return not isinstance(read_number("", text, _mark(text)), Fault)


def _mark(text: str) -> DecimalMark | None:
    """A decimal comma counts as a number here; which mark the file uses is decided over all its columns."""
    return "," if re.fullmatch(r"[+-]?[0-9.]+,[0-9]+", text) else None
