"""How strongly a set of shared links ties an item to a query: a rare link says much, a common one little.

A link held by n of N items has the rarity log(1 + N/n) / log(1 + N): 1 for a link with one holder, near 0 for one that
everybody has (inverse document frequency, Spärck Jones 1972, scaled to 0..1). Links add up by noisy-or, so a second
shared link always counts, and no number of them passes 1. This module knows neither items nor where they are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log, log1p

__all__ = ["ONE_LINK", "rarities", "strength"]

ONE_LINK = 0.9
"""The strength of one shared link of rarity 1; the rest is left for the second and third."""


def rarities(holders: Mapping[str, int], total: int) -> dict[str, float]:
    """The rarity in 0..1 of every link that somebody holds, given how many of `total` items hold it."""
    scale = log1p(max(total, 1))
    return {link: log(1 + max(total, count) / count) / scale for link, count in holders.items() if count > 0}


def strength(shared: Iterable[str], rarity: Mapping[str, float], one_link: float = ONE_LINK, power: int = 1) -> float:
    """The strength in 0..1 of the links that an item shares with a query. A power above 1 lets common ones say less."""
    apart = 1.0
    for link in shared:
        apart *= 1.0 - one_link * min(1.0, rarity.get(link, 0.0))
    return (1.0 - apart) ** power
