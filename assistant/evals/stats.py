"""Paired statistics: what two measurements of the same items can and cannot tell apart.

Every function takes arrays over the same items in the same order, and `groups`: items of one group share a case or a
ring, so they are drawn and flipped together. Seeds are fixed: the same figures give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.scoring.metrics import Interval

__all__ = [
    "at_most",
    "holm",
    "interval",
    "mcnemar",
    "smallest_seen",
    "smallest_share_seen",
    "swap_test",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
POWER = 0.8
ROUNDS = 4000
MOST_EXACT = 12
"""Groups up to which all ways to swap are gone through (4,096), instead of drawing some."""


def mcnemar(fixed: int, broken: int) -> float:
    """The exact two-sided p of McNemar (1947): of the items that changed, whether as many were fixed as broken."""
    from scipy.stats import binomtest

    return float(binomtest(fixed, fixed + broken).pvalue) if fixed + broken else 1.0


def swap_test(differences: Floats, groups: Ints) -> float:
    """Two-sided p of the mean difference under swapping the two runs within each group (Fisher 1935; Phipson and Smyth
    2010 for the draws): all ways for up to 12 groups, else 4,000 draws. It asks only that swapping changes nothing."""
    sums = _sums(differences, groups)
    sums = sums[sums != 0]
    if not len(sums):
        return 1.0
    seen = abs(sums.sum()) - 1e-9
    if len(sums) <= MOST_EXACT:
        ways = ((np.arange(2 ** len(sums))[:, None] >> np.arange(len(sums))) & 1) * 2.0 - 1
        return float(np.mean(np.abs(ways @ sums) >= seen))
    found = np.abs(_signs(len(sums)) @ sums) >= seen
    return float((found.sum() + 1) / (ROUNDS + 1))


def interval(differences: Floats, groups: Ints, level: float = 0.95) -> Interval:
    """The mean difference with its percentile bootstrap interval (Efron 1979), whole groups drawn."""
    sums, sizes = _sums(differences, groups), np.bincount(groups).astype(np.float64)
    drawn = _draws(len(sums))
    means = (drawn @ sums) / (drawn @ sizes)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value=float(differences.mean()), low=float(low), high=float(high))


def holm(chances: Sequence[float]) -> list[float]:
    """p values for many questions at once (Holm 1979): the chance of one false answer or more stays what it was."""
    order = sorted(range(len(chances)), key=lambda at: chances[at])
    found, worst = [0.0] * len(chances), 0.0
    for rank, at in enumerate(order):
        worst = max(worst, min(1.0, (len(chances) - rank) * chances[at]))
        found[at] = worst
    return found


def smallest_seen(differences: Floats, groups: Ints, alpha: float = 0.05) -> float:
    """The smallest true mean difference that this many items, differing this much, would have shown with a chance of
    80%: (z of alpha + z of the power) standard errors of the grouped mean."""
    from scipy.stats import norm

    sums, sizes = _sums(differences, groups), np.bincount(groups)
    if len(sums) < 2:
        return float("inf")
    mean = differences.mean()
    error = np.sqrt(np.sum((sums - sizes * mean) ** 2) * len(sums) / (len(sums) - 1)) / sizes.sum()
    return float((norm.ppf(1 - alpha / 2) + norm.ppf(POWER)) * error)


def smallest_share_seen(items: int, changed: float, alpha: float = 0.05) -> float:
    """The same for a share of passed items under McNemar's test: exact, where a share `changed` of the items changes in
    one direction or the other. An effect cannot be larger than what changes, so at least that is taken to change."""
    if _power(items, 1.0, 1.0, alpha) < POWER:
        return 1.0
    low, high = 0.0, 1.0
    while high - low > 0.0005:
        middle = (low + high) / 2
        if _power(items, middle, max(changed, middle), alpha) >= POWER:
            high = middle
        else:
            low = middle
    return high


def at_most(events: int, of: int, level: float = 0.95) -> float:
    """The one-sided upper bound of a share (Clopper and Pearson 1934): 0 of 300 is at most 1.0%."""
    from scipy.stats import beta

    return 1.0 if events >= of else float(beta.ppf(level, events + 1, of - events))


def _power(items: int, effect: float, changed: float, alpha: float) -> float:
    """The chance that McNemar's exact test shows this effect."""
    from scipy.stats import binom

    numbers = np.arange(items + 1)
    weights = binom.pmf(numbers, items, changed)
    better = min((changed + effect) / (2 * changed), 1.0)
    limits = np.array([_limit(number, alpha) for number in numbers])
    shown = np.where(
        limits < 0, 0.0, binom.cdf(limits, numbers, better) + binom.sf(numbers - limits - 1, numbers, better)
    )
    return float(weights @ shown)


@lru_cache(maxsize=8192)
def _limit(number: int, alpha: float) -> int:
    """The largest count of the rarer direction at which the exact test still rejects; -1 where none does."""
    from scipy.stats import binom

    limit = int(binom.ppf(alpha / 2, number, 0.5))
    while limit >= 0 and 2 * binom.cdf(limit, number, 0.5) > alpha:
        limit -= 1
    return limit


def _sums(differences: Floats, groups: Ints) -> Floats:
    return np.bincount(groups, weights=differences).astype(np.float64)


@lru_cache(maxsize=64)
def _signs(groups: int) -> Floats:
    return np.random.default_rng(7).choice(np.array([-1.0, 1.0]), size=(ROUNDS, groups))


@lru_cache(maxsize=64)
def _draws(groups: int) -> Floats:
    """How often each group is drawn, in each round."""
    random = np.random.default_rng(11)
    return random.multinomial(groups, np.full(groups, 1 / groups), size=ROUNDS).astype(np.float64)
