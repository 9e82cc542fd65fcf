"""How alike two profiles are, seen through a lens: named numbers of an item, each compared on a scale of its own.

The lens belongs to the query, so that what counts for how much can change without anything being stored again. A number
that only one of the two has is as far apart as can be; one that neither has is no difference. This module knows neither
what the numbers mean nor where they are stored.
"""

from __future__ import annotations

from collections.abc import Mapping

from retrieval.items import Lens

__all__ = ["closeness"]


def closeness(own: Mapping[str, float], other: Mapping[str, float], lens: Mapping[str, Lens]) -> float:
    """1 − the weighted mean distance, in 0..1; a distance is at most 1, which two values a scale apart have."""
    total = apart = 0.0
    for name, (weight, scale) in lens.items():
        total += weight
        here, there = own.get(name), other.get(name)
        if here is not None and there is not None:
            apart += weight * min(1.0, abs(here - there) / scale)
        elif here is not there:
            apart += weight
    return 1.0 - apart / total if total else 0.0
