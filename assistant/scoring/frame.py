"""What a model sees of the signals: a matrix with one row a case, and what its columns mean.

Numbers come first, then categories as codes. NaN stands where a value is missing, so every model has to say what it
makes of that. A word that few training cases shared, or none, is `RARE` where training had enough of such words to
learn from, else it is missing as well. Leaves the choice of columns to the vintage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.signals import SignalTable

__all__ = ["RARE", "Floats", "Frame", "Ints", "frame_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RARE = "(a rare one)"
"""The category of words that few cases share: that nobody else has it says something about a word."""


@dataclass(frozen=True, eq=False)
class Frame:
    """`matrix` is cases × (numbers, then categories). `directions` has one entry a number: 1 where high values point to
    fraud, -1 where low ones do, 0 where either may."""

    matrix: Floats
    numbers: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    directions: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.matrix)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.numbers, *self.categories)

    def take(self, rows: Ints) -> Frame:
        """The same columns for some of the rows."""
        return replace(self, matrix=self.matrix[rows])

    def column(self, name: str) -> Floats:
        """One column. Raises KeyError where the model does not have it."""
        if name not in self.names:
            raise KeyError(name)
        return self.matrix[:, self.names.index(name)]

    def words(self, name: str) -> NDArray[np.object_]:
        """The words of a category, None where missing or unknown (`RARE` where that is a category)."""
        known = self.categories[name]
        return np.array([None if np.isnan(code) else known[int(code)] for code in self.column(name)], dtype=object)


def frame_of(table: SignalTable, rows: Ints, numbers: Sequence[str], categories: Mapping[str, Sequence[str]]) -> Frame:
    """These rows of the table. A column that the table lacks is missing everywhere."""
    columns: list[Floats] = []
    for name in numbers:
        columns.append(table.numbers[name][rows] if name in table.numbers else np.full(len(rows), np.nan))
    for name, values in categories.items():
        codes: dict[str | None, float] = {value: float(code) for code, value in enumerate(values)}
        rare = codes.get(RARE, np.nan)
        codes[None] = np.nan
        texts = table.texts[name][rows] if name in table.texts else [None] * len(rows)
        columns.append(np.array([codes.get(text, rare) for text in texts], dtype=np.float64))
    signs = {"high": 1, "low": -1, None: 0}
    directions = tuple(signs[table.signals[name].bad] if name in table.signals else 0 for name in numbers)
    matrix = np.column_stack(columns) if columns else np.empty((len(rows), 0))
    return Frame(matrix, tuple(numbers), {name: tuple(values) for name, values in categories.items()}, directions)
