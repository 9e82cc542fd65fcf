"""One ranking from several views, with the score of each view kept so that a caller can explain the result.

The formula is noisy-or (Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2):

    similarity = 1 − ∏ over views of (1 − weight · score)

It is a weighted sum of scores (CombSUM: Fox and Shaw, TREC-2, 1994) taken on the scale −log(1 − weight · score), so it
stays in 0..1, grows with every view, and a view that says nothing takes nothing away. Two common choices were left out.
A plain weighted average makes a perfect match by text look half as alike as soon as the query has links. Reciprocal
rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009) sees ranks only: its best match scores the same whether it is a
twin or merely the least unlike, so its number cannot be shown to a person.

Invariant: the ranking is the descending order of `similarity`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fused", "View", "combined", "fuse"]

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class View(Generic[Key]):
    """One way to look at the candidates: a score in 0..1 each; a candidate that it does not name scores 0.

    `weight` in 0..1 is the similarity that a perfect score in this view alone can reach.
    """

    name: str
    weight: float
    scores: Mapping[Key, float]


@dataclass(frozen=True)
class Fused(Generic[Key]):
    """A candidate with its similarity and the score that each view gave it."""

    key: Key
    similarity: float
    by_view: Mapping[str, float]


def fuse(views: Sequence[View[Key]], tie_break: Callable[[Key], Any], k: int | None = None) -> list[Fused[Key]]:
    """The candidates that any view names, or the first k of them, best first; equal similarities in ascending order of
    `tie_break`."""
    candidates = list({key: None for view in views for key in view.scores})
    similarity: list[float] = combined(views, candidates).tolist()
    order = sorted(range(len(candidates)), key=lambda row: (-similarity[row], tie_break(candidates[row])))
    return [
        Fused(
            key=candidates[row],
            similarity=similarity[row],
            by_view={view.name: _score(view, candidates[row]) for view in views},
        )
        for row in order[:k]
    ]


def combined(views: Sequence[View[Key]], candidates: Sequence[Key]) -> NDArray[np.float64]:
    """The similarity of each of these candidates."""
    unlike = np.ones(len(candidates))
    for view in views:
        scores = np.fromiter(map(view.scores.get, candidates, repeat(0.0)), dtype=float, count=len(candidates))
        unlike *= 1.0 - view.weight * np.clip(scores, 0.0, 1.0)
    return 1.0 - unlike


def _score(view: View[Key], key: Key) -> float:
    return min(1.0, max(0.0, float(view.scores.get(key, 0.0))))
