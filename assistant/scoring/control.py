"""The control sample: a few cases that are decided without the score, so that what the score does can be measured.

Where a score helps to stop a case, its truth often stays unknown, and what is left to measure by is the easy part. A
case of the control sample is decided by people who see no score; its outcome speaks for all that scored like it. Which
cases they are is a coin that depends on nothing but a seed and the id of the case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case, Decision, Outcome
from assistant.scoring.frame import Floats
from assistant.scoring.labels import APPROVED

__all__ = ["Represented", "drawn", "represent", "stopped"]

BINS = 5
LEAST_CONTROL = 5
"""Labelled control cases of a bin: fewer would speak for too many."""


class Represented(NamedTuple):
    """Weights of the labelled cases, how many stopped cases they speak for, and how many nobody speaks for."""

    weights: Floats
    spoken_for: int
    left_out: int


def drawn(case_id: str, seed: int, share: float) -> bool:
    """Whether the coin of a case says control: the same answer always, for this share and every larger one."""
    digest = hashlib.sha256(f"{seed}:{case_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def stopped(
    cases: Sequence[Case], decisions: Mapping[str, Sequence[Decision]], outcomes: Mapping[str, Sequence[Outcome]]
) -> Iterable[int]:
    """Rows of cases that were decided otherwise than by approving and whose truth nobody knows."""
    for row, case in enumerate(cases):
        given = decisions.get(case.case_id, ())
        if given and case.case_id not in outcomes:
            last = max(given, key=lambda one: one.decided_at)
            if last.action != APPROVED:
                yield row


def represent(said: Floats, weights: Floats, control: NDArray[np.bool_], stopped_said: Floats) -> Represented:
    """Weights under which labelled cases stand for stopped ones as well.

    By fifths of the score: where cases were stopped and there are control cases enough, those alone stand for the
    whole fifth, being the only part of it that was drawn by chance. Elsewhere weights stay, and stopped cases are left
    out."""
    found, spoken, left = weights.copy(), 0, 0
    if not len(stopped_said):
        return Represented(found, 0, 0)
    edges = np.quantile(np.concatenate([said, stopped_said]), np.linspace(0, 1, BINS + 1)[1:-1])
    own, theirs = np.searchsorted(edges, said, "right"), np.searchsorted(edges, stopped_said, "right")
    for one in range(BINS):
        rows, number = own == one, int((theirs == one).sum())
        speakers = rows & control
        if number and speakers.sum() >= LEAST_CONTROL:
            mass = weights[rows].sum() + number
            found[rows] = 0.0
            found[speakers] = mass / speakers.sum()
            spoken += number
        else:
            left += number
    return Represented(found, spoken, left)
