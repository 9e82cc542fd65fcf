"""The frame spread out for models that need every cell filled: places instead of numbers, one column a word.

A number becomes its place among the training cases, from -1 to 1, so that neither a unit nor one huge amount decides; a
missing one is 0 beside a column that says so. A word is a column of its own; one that training did not know is none of
them. `owners` says which column of the frame each spread column came from, so that reasons can be put together again.
"""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.scoring.frame import Floats, Frame, Ints

__all__ = ["Spread"]

GRID = 51


class Spread(BaseModel):
    """How to spread a frame. `quantiles` has one row a number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quantiles: tuple[tuple[float, ...], ...]
    gaps: tuple[int, ...]
    """The numbers that were missing in some training cases, so that missing has a column."""
    words: tuple[int, ...]
    """How many words each category has."""

    @classmethod
    def of(cls, frame: Frame) -> Spread:
        grid, gaps = [], []
        for place in range(len(frame.numbers)):
            column = frame.matrix[:, place]
            known = column[~np.isnan(column)]
            grid.append(tuple(np.quantile(known, np.linspace(0, 1, GRID)).tolist()) if len(known) else (0.0,))
            if 0 < len(known) < len(column):
                gaps.append(place)
        return cls(quantiles=tuple(grid), gaps=tuple(gaps), words=tuple(len(one) for one in frame.categories.values()))

    @property
    def owners(self) -> Ints:
        numbers = len(self.quantiles)
        words = [numbers + at for at, size in enumerate(self.words) for _ in range(size)]
        return np.array([*range(numbers), *self.gaps, *words], dtype=np.int64)

    def directions(self, frame: Frame) -> Ints:
        """The frame's directions, for the spread columns."""
        return np.array([*frame.directions, *[0] * (len(self.owners) - len(frame.numbers))], dtype=np.int64)

    def numbers(self, frame: Frame) -> Floats:
        """The part of the numbers: their places, then which of them are missing."""
        columns = [_places(frame.matrix[:, at], np.array(grid)) for at, grid in enumerate(self.quantiles)]
        columns += [np.isnan(frame.matrix[:, at]).astype(float) for at in self.gaps]
        return np.column_stack(columns) if columns else np.empty((len(frame), 0))

    def __call__(self, frame: Frame) -> Floats:
        numbers = len(self.quantiles)
        columns = [self.numbers(frame)]
        for at, size in enumerate(self.words):
            codes = frame.matrix[:, numbers + at]
            columns += [(codes == code).astype(float) for code in range(size)]
        return np.column_stack(columns)

    def gather(self, parts: Floats, width: int) -> Floats:
        """Sums what the spread columns add, by the column of the frame that they came from."""
        found = np.zeros((len(parts), width))
        np.add.at(found.T, self.owners, parts.T)
        return found


def _places(values: Floats, quantiles: Floats) -> Floats:
    """-1 below all training cases, 1 above them, ties in the middle of their range, 0 for a missing value."""
    below, upto = (np.searchsorted(quantiles, values, side) for side in ("left", "right"))
    return np.where(np.isnan(values), 0.0, (below + upto) / len(quantiles) - 1)
