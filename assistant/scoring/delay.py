"""Labels come late, and fraud does not come as late as its absence.

At any cutoff the labels known so far hold too much of whichever class is labelled sooner, so a model that takes them as
they are learns a wrong base rate. Each known label is therefore weighted by one over the share of its class that is
known at the age of its case.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

__all__ = ["completeness", "delay_weights"]

Floats = NDArray[np.float64]
LEAST_SHARE = 0.1
"""No label stands for more than ten: below this the weight would be mostly noise."""
DAY_S = 86400.0


def delay_weights(opened: Floats, known: Floats, labels: NDArray[np.int64], cutoff: datetime) -> Floats:
    """One weight a label, 1 or more. `opened` and `known` are in seconds since 1970, all before the cutoff."""
    ages = (cutoff.timestamp() - opened) / DAY_S
    delays = (known - opened) / DAY_S
    weights = np.ones(len(labels))
    for value in (0, 1):
        rows = labels == value
        if rows.any():
            share = completeness(delays[rows], ages[rows], ages[rows])
            weights[rows] = 1 / np.maximum(share, LEAST_SHARE)
    return weights


def completeness(delays: Floats, limits: Floats, ages: Floats) -> Floats:
    """The share of labels that are known at each of `ages`, from delays that could only be seen up to their `limits`.

    The product-limit estimate for right-truncated data (Lagakos, Barraj and De Gruttola 1988): going back in time, the
    share falls at each delay u by the fraction of those at risk (delay ≤ u ≤ limit) that arrived just then. It is
    relative to the longest delay seen."""
    moments, arrived = np.unique(delays, return_counts=True)
    seen = np.searchsorted(np.sort(delays), moments, side="right")
    gone = np.searchsorted(np.sort(limits), moments, side="left")
    falls = 1 - arrived / (seen - gone)
    falls[0] = 1.0  # before the first delay nothing can be said, so the share stops falling there
    after = np.append(np.cumprod(falls[::-1])[::-1], 1.0)
    return after[np.searchsorted(moments, ages, side="right")]
