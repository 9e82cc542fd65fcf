"""Seeded chance: every draw of the demo world goes through a `Dice`.

A `Dice` is named after the part that rolls it, so that adding a draw to one part does not move the others.
Names are mixed in by CRC-32, never by `hash()`, which differs between processes.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

import numpy as np

__all__ = ["Dice"]

T = TypeVar("T")


class Dice:
    """A stream of chance fixed by a seed and the names that follow it."""

    def __init__(self, seed: int, *names: str) -> None:
        words = [seed, *(zlib.crc32(name.encode()) for name in names)]
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))

    def chance(self, probability: float) -> bool:
        return bool(self._rng.random() < probability)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * float(self._rng.random())

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self._rng.integers(low, high + 1))

    def count(self, mean: float) -> int:
        return int(self._rng.poisson(mean))

    def spread(self, median: float, sigma: float) -> float:
        """A positive number around `median`; `sigma` is the spread of its logarithm."""
        return median * float(np.exp(sigma * self._rng.standard_normal()))

    def share(self, mean: float, firmness: float = 12.0) -> float:
        """A number from 0 to 1 around `mean`; the larger `firmness`, the closer."""
        return float(self._rng.beta(mean * firmness, (1 - mean) * firmness))

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self._rng.integers(len(options)))]

    def sample(self, options: Sequence[T], size: int) -> list[T]:
        order = self._rng.permutation(len(options))[:size]
        return [options[int(index)] for index in order]

    def weighted(self, options: Mapping[T, float]) -> T:
        """One key, as likely as its value says beside the others."""
        left = self.between(0, sum(options.values()))
        for option, weight in options.items():
            left -= weight
            if left <= 0:
                return option
        return option

    def token(self, length: int) -> str:
        """Lower-case hexadecimal digits."""
        return f"{int(self._rng.integers(16**length)):0{length}x}"

    def digits(self, length: int) -> str:
        return f"{int(self._rng.integers(10**length)):0{length}d}"

    def letters(self, length: int, alphabet: str = "ABCDEFGHJKLMNPRSTUVWXYZ") -> str:
        return "".join(self.pick(alphabet) for _ in range(length))

    def minutes(self, low: float, high: float) -> timedelta:
        return timedelta(seconds=int(60 * self.between(low, high)))

    def hours(self, low: float, high: float) -> timedelta:
        return self.minutes(60 * low, 60 * high)

    def days(self, low: float, high: float) -> timedelta:
        return self.hours(24 * low, 24 * high)
