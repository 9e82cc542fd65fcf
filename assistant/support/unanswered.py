"""Questions that nobody got an answer to, those that belong together as one group: what the articles lack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
from pydantic import BaseModel, ConfigDict
from sklearn.cluster import AgglomerativeClustering

from assistant.store import Kept, Store
from retrieval import Embedder

__all__ = ["Group", "unanswered"]

APART = 0.55
"""Cosine distance (average linkage) above which two groups are about different things."""
STATUSES = ("dont_know", "which_topic", "out_of_scope", "not_found")
MOST = 2000
SHOWN = 5


class Group(BaseModel):
    """Questions about one thing: how many, how often each status, some of them, and what their askers added."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    statuses: dict[str, int]
    questions: tuple[str, ...]
    corrections: tuple[str, ...]
    wanted: int


def unanswered(store: Store, embedder: Callable[[], Embedder], since: datetime) -> list[Group]:
    """The newest questions without an answer, or whose answer somebody was not content with, largest group first."""
    kept = store.questions.since(since, STATUSES)[-MOST:]
    if not kept:
        return []
    groups: dict[int, list[Kept]] = {}
    for label, one in zip(_labels(embedder().embed([one.text for one in kept])), kept, strict=True):
        groups.setdefault(label, []).append(one)
    return sorted(map(_group, groups.values()), key=lambda one: (-one.number, one.questions))


def _labels(vectors: np.ndarray) -> Sequence[int]:
    if len(vectors) < 2:
        return [0] * len(vectors)
    made = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=APART)
    return [int(one) for one in made.fit_predict(vectors + 1e-9)]


def _group(kept: Sequence[Kept]) -> Group:
    statuses = [one.status for one in kept]
    return Group(
        number=len(kept),
        statuses={name: statuses.count(name) for name in dict.fromkeys(statuses)},
        questions=tuple(dict.fromkeys(one.text for one in reversed(kept)))[:SHOWN],
        corrections=tuple(dict.fromkeys(one.correction for one in kept if one.correction))[:SHOWN],
        wanted=sum(one.wanted for one in kept),
    )
