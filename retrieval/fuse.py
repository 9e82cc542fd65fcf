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
from typing import Any, Generic, TypeVar

__all__ = ["Fused", "View", "fuse"]

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


def fuse(views: Sequence[View[Key]], tie_break: Callable[[Key], Any]) -> list[Fused[Key]]:
    """All candidates that any view names, best first; equal similarities in ascending order of `tie_break`."""
    candidates = {key for view in views for key in view.scores}
    ranked = [_fused(key, views) for key in candidates]
    return sorted(ranked, key=lambda one: (-one.similarity, tie_break(one.key)))


def _fused(key: Key, views: Sequence[View[Key]]) -> Fused[Key]:
    by_view = {view.name: min(1.0, max(0.0, view.scores.get(key, 0.0))) for view in views}
    unlike = 1.0
    for view in views:
        unlike *= 1.0 - view.weight * by_view[view.name]
    return Fused(key=key, similarity=1.0 - unlike, by_view=by_view)
