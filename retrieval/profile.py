"""How alike two profiles are, seen through a lens: named numbers of an item, each compared on a scale of its own.

The lens belongs to the query, so that what counts for how much can change without anything being stored again. A number
that only one of the two has is as far apart as can be; one that neither has is no difference. This module knows neither
what the numbers mean nor where they are stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, repeat

import numpy as np

from retrieval.items import Lens

__all__ = ["closeness"]


def closeness(own: Mapping[str, float], others: Sequence[Mapping[str, float]], lens: Mapping[str, Lens]) -> list[float]:
    """1 − the weighted mean distance of each of the others, in 0..1; a distance is at most 1, which two values a scale
    apart have."""
    weights = np.array([weight for weight, _ in lens.values()], dtype=float)
    scales = np.array([scale for _, scale in lens.values()], dtype=float)
    if not others or not weights.sum():
        return [0.0] * len(others)
    here = np.array([own.get(name, np.nan) for name in lens], dtype=float)
    every = chain.from_iterable(map(other.get, lens, repeat(np.nan)) for other in others)
    there = np.fromiter(every, dtype=float, count=len(others) * len(lens)).reshape(len(others), len(lens))
    apart = np.minimum(1.0, np.abs(here - there) / scales)
    one_sided = np.isnan(apart)
    apart[one_sided] = (np.isnan(here) != np.isnan(there))[one_sided]
    found: list[float] = (1.0 - (apart * weights).sum(axis=1) / weights.sum()).tolist()
    return found
