"""Reasons for a model that cannot give its own: what its log-odds do on the way from a usual case to this one.

Column after column takes the case's value, once from the first to the last and once the other way; a column's
contribution is the mean of what it moved (two permutations of Shapley's sum, Castro et al. 2009). They add up exactly,
whatever the model is; where columns work together, how they share depends on those two orders.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assistant.scoring.frame import Floats, Frame

__all__ = ["steps", "usual"]

BLOCK = 20_000
"""Rows asked at once: a library's call costs more than a row."""


def usual(frame: Frame) -> Floats:
    """The row that cases are compared with: medians, and the most frequent words."""
    found = np.full(len(frame.names), np.nan)
    for place in range(len(frame.names)):
        known = frame.matrix[~np.isnan(frame.matrix[:, place]), place]
        if len(known):
            found[place] = np.median(known) if place < len(frame.numbers) else np.bincount(known.astype(int)).argmax()
    return found


def steps(margins: Callable[[Floats], Floats], matrix: Floats, start: Floats) -> Floats:
    """Cases × (columns + 1): what each column adds, then the log-odds of the usual case."""
    width = matrix.shape[1]
    base = float(margins(start[None, :])[0])
    if not width or not len(matrix):
        return np.full((len(matrix), width + 1), base)
    # row k of `taken` has the first k columns from the case, of `rest` the last k
    taken = np.tri(width + 1, width, -1, dtype=bool)
    found = []
    for part in np.array_split(matrix, -(-len(matrix) * 2 * (width + 1) // BLOCK)):
        both = []
        for mask in (taken, taken[:, ::-1]):
            ways = np.where(mask[None], part[:, None, :], start[None, None, :])
            said = margins(ways.reshape(-1, width)).reshape(len(part), width + 1)
            both.append(np.diff(said, axis=1))
        found.append((both[0] + both[1][:, ::-1]) / 2)
    return np.column_stack([np.concatenate(found), np.full(len(matrix), base)])
