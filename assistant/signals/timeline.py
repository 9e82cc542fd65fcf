"""Arrays that history asks: which entities lie on which case, moments by entity, and who was first seen with whom when.

Everything is integers in sorted arrays, so that a question of a whole table is one binary search for all of its cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.links import Link

if TYPE_CHECKING:
    from assistant.signals.history import Trace

__all__ = ["Linked", "Timeline", "Together", "joined"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NONE = np.empty(0, np.int64)


def joined(one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Places in both, for every pair of equal entries. `other` is sorted."""
    low, high = np.searchsorted(other, one, "left"), np.searchsorted(other, one, "right")
    number = high - low
    first = np.repeat(np.arange(len(one)), number)
    return first, np.arange(len(first)) - np.repeat(np.cumsum(number) - number, number) + np.repeat(low, number)


class Linked(NamedTuple):
    """The entities of many cases. `at` has one moment a case; by type: rows, sorted, and the code of an entity."""

    at: Ints
    by_type: dict[str, tuple[Ints, Ints]]

    @classmethod
    def of(cls, traces: Sequence[Trace], start: int, codes: dict[Link, int]) -> Linked:
        """Entities that have no code yet get the next one."""
        rows: dict[str, list[int]] = {}
        keys: dict[str, list[int]] = {}
        for row, one in enumerate(traces):
            for link in one.links:
                if link.type not in rows:
                    rows[link.type], keys[link.type] = [], []
                rows[link.type].append(row)
                keys[link.type].append(codes.setdefault(link, len(codes)))
        found = {type_: (np.array(rows[type_], np.int64), np.array(keys[type_], np.int64)) for type_ in rows}
        return cls(np.array([one.at_ms - start for one in traces], np.int64), found)

    def rows(self, type_: str) -> tuple[Ints, Ints]:
        """(row, code) of every entity of a type."""
        return self.by_type.get(type_, (NONE, NONE))

    def of_types(self, types: Sequence[str]) -> tuple[Ints, Ints]:
        """(row, code) of every entity of some types, sorted by rows."""
        rows, codes = (np.concatenate([self.rows(type_)[side] for type_ in types]) for side in (0, 1))
        order = np.argsort(rows, kind="stable")
        return rows[order], codes[order]

    def asked(self, type_: str) -> tuple[Ints, Ints, Ints]:
        """(row, code, moment) of every entity of a type."""
        rows, codes = self.rows(type_)
        return rows, codes, self.at[rows]

    def pairs(self, per: str, of: str) -> tuple[Ints, Ints, Ints, Ints]:
        """(row, code, code, moment) of every two entities that lie on one case."""
        (rows, heads), (others, tails) = self.rows(per), self.rows(of)
        one, other = joined(rows, others)
        return rows[one], heads[one], tails[other], self.at[rows[one]]


class Together(NamedTuple):
    """When each head was first seen with each tail; sorted by head, then tail."""

    heads: Ints
    tails: Ints
    first: Ints
    size: int

    @classmethod
    def of(cls, heads: Ints, tails: Ints, moments: Ints, size: int) -> Together:
        """`size` is more than any code."""
        order = np.lexsort((moments, tails, heads))
        keys = heads[order] * size + tails[order]
        fresh = order[np.append(True, keys[1:] != keys[:-1])[: len(keys)]]
        return cls(heads[fresh], tails[fresh], moments[fresh], size)

    def first_of(self, heads: Ints, tails: Ints, default: int) -> Ints:
        """The first moment of these pairs, or the default where they were never seen together."""
        if not len(self.heads):
            return np.full(len(heads), default, np.int64)
        keys, asked = self.heads * self.size + self.tails, heads * self.size + tails
        place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        return np.where(keys[place] == asked, self.first[place], default)


class Timeline:
    """Moments by key in one sorted array: key * span + moment."""

    def __init__(
        self, keys: Ints, moments: Ints, span: int, weights: Ints | None = None, given: Ints | None = None
    ) -> None:
        order = np.argsort(keys * span + moments, kind="stable")
        self._span = span
        self._keys, self._moments = keys[order], moments[order]
        self._line = self._keys * span + self._moments
        if weights is not None:
            ones = np.ones_like(weights) if given is None else given
            self._total = np.concatenate([[0], np.cumsum(weights[order])])
            self._number = np.concatenate([[0], np.cumsum(ones[order])])

    def until(self, key: Ints, at: Ints) -> Ints:
        """The place behind the last moment of this key before `at`."""
        return np.searchsorted(self._line, key * self._span + at, side="left")

    def before(self, key: Ints, at: Ints) -> Ints:
        """How many moments of this key lie strictly before `at`."""
        return self.until(key, at) - self.until(key, np.zeros_like(at))

    def first(self, key: Ints, default: Ints) -> Ints:
        """The first moment of each key, or the default where the key has none."""
        if not len(self._line):
            return default
        index = np.minimum(self.until(key, np.zeros_like(key)), len(self._line) - 1)
        return np.where(self._keys[index] == key, np.minimum(self._moments[index], default), default)

    def since_last(self, key: Ints, at: Ints) -> Floats:
        """Time since the newest moment before `at`; NaN where there is none."""
        if not len(self._line):
            return np.full(len(key), np.nan)
        index = np.maximum(self.until(key, at) - 1, 0)
        seen = (self._keys[index] == key) & (self._moments[index] < at)
        return np.where(seen, at - self._moments[index], np.nan)

    def weight_before(self, key: Ints, at: Ints) -> tuple[Ints, Ints]:
        """(sum of weights, number of rows that have one) strictly before `at`."""
        low, high = self.until(key, np.zeros_like(at)), self.until(key, at)
        return self._total[high] - self._total[low], self._number[high] - self._number[low]
