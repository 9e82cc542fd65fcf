"""What a model would have done: with N reviews a day, with another threshold, and on data that has moved since.

Everything is counted on cases that came after the vintage that scored them. Costs are the policy's. Only labelled cases
can be counted as caught or missed, so capacities are scaled by the share of a day's cases that has a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from assistant.case import Case
from assistant.scoring.compare import Coster
from assistant.scoring.frame import Floats, Ints, frame_of
from assistant.scoring.later import Later
from assistant.scoring.model import Model
from assistant.scoring.train import Lesson

__all__ = ["Capacity", "Drift", "Threshold", "capacity", "drift", "score_drift", "thresholds"]

RECENT = timedelta(days=30)
STEPS = 25
BINS = 10
LEAST_SHARE = 1e-3
"""A bin that one side does not fill counts as this share: the index would be infinite."""


@dataclass(frozen=True)
class Capacity:
    """What a team catches that reviews `a_day` cases each day, the most worthwhile first."""

    a_day: float
    frauds_reviewed: float
    """Share of the later frauds that a person would have seen."""
    cost: float
    """Of a case, reviews included, in the policy's currency."""


@dataclass(frozen=True)
class Threshold:
    """The last 30 days, had everything from this probability on been flagged."""

    probability: float
    flagged_a_day: float
    known_fraud: int
    known_legitimate: int
    not_known_yet: int
    missed_fraud: int


@dataclass(frozen=True)
class Drift:
    """How far the last 30 days lie from what a vintage learned from: below 0.1 little, above 0.25 much."""

    kind: str
    name: str
    index: float


def capacity(later: Later, cases: Sequence[Case], cost: Coster, review_cost: float) -> tuple[Capacity, ...]:
    """From no reviews to as many as there are cases. A review finds the truth and costs `review_cost`; a case without
    one gets the action that is cheapest at its probability. Those go first whose review is expected to save most."""
    if not len(later):
        return ()
    days = np.array([cases[row].opened_at.toordinal() for row in later.rows])
    labelled = dict(zip(*np.unique(days, return_counts=True), strict=True))
    everything = dict(zip(*np.unique([case.opened_at.toordinal() for case in cases], return_counts=True), strict=True))
    alone, known, worth = (np.zeros(len(later)) for _ in range(3))
    for place, (row, said, fraud) in enumerate(zip(later.rows, later.said, later.truth, strict=True)):
        case = cases[row]
        paid = {truth: cost(case, float(said), truth) for truth in (True, False)}
        best = {truth: cost(case, float(truth), truth) for truth in (True, False)}
        alone[place], known[place] = paid[bool(fraud)], best[bool(fraud)] + review_cost
        worth[place] = said * (paid[True] - best[True]) + (1 - said) * (paid[False] - best[False])
    ranks = np.zeros(len(later))  # the place in the order of its day, as a share of the day's labelled cases
    for day, number in labelled.items():
        rows = np.flatnonzero(days == day)
        ranks[rows[np.argsort(-worth[rows], kind="stable")]] = np.arange(number) / number
    per_day = np.array([everything[day] for day in days])
    most = max(everything[day] for day in labelled)
    weights, found = later.weights, []
    for number in np.unique(np.linspace(0, most, STEPS).round()):
        seen = ranks * per_day < number
        fraud_weights = weights * later.truth
        found.append(
            Capacity(
                float(number),
                float((fraud_weights * seen).sum() / fraud_weights.sum()) if fraud_weights.any() else 0.0,
                float(np.average(np.where(seen, known, alone), weights=weights)),
            )
        )
    return tuple(found)


def thresholds(model: Model, lesson: Lesson) -> tuple[Threshold, ...]:
    """The last 30 days at every twentieth, with what is known of them by now."""
    rows, said = _scored(model, lesson)
    recent = np.isin(rows, _recent_rows(lesson))
    rows, said = rows[recent], said[recent]
    if not len(rows):
        return ()
    truth = np.full(len(lesson.cases), -1)
    truth[lesson.final.rows] = lesson.final.truth
    known = truth[rows]
    found = []
    for probability in np.arange(0.05, 1, 0.05):
        flagged = said >= probability
        fraud, legitimate, unknown = (int((flagged & (known == value)).sum()) for value in (1, 0, -1))
        found.append(
            Threshold(
                probability=round(float(probability), 2),
                flagged_a_day=float(flagged.sum() / RECENT.days),
                known_fraud=fraud,
                known_legitimate=legitimate,
                not_known_yet=unknown,
                missed_fraud=int((~flagged & (known == 1)).sum()),
            )
        )
    return tuple(found)


def drift(model: Model, lesson: Lesson) -> tuple[Drift, ...]:
    """Population stability index of every signal, the last 30 days against what the newest tested vintage learned from;
    the largest first. Missing values are a bin of their own."""
    rows = _recent_rows(lesson)
    found = []
    for kind in lesson.kinds:
        own = [one for one in model.vintages if one.recipe.kind == kind]
        recent = np.array([row for row in rows if lesson.cases[row].kind == kind], dtype=np.int64)
        if len(own) < 2 or not len(recent):
            continue
        recipe = own[-2].recipe
        known = lesson.known(kind, recipe.cutoff).rows
        before, after = (frame_of(lesson.table, part, recipe.numbers, recipe.categories) for part in (known, recent))
        for place, name in enumerate(before.names):
            index = stability(before.matrix[:, place], after.matrix[:, place], words=name in recipe.categories)
            found.append(Drift(kind, name, index))
    return tuple(sorted(found, key=lambda one: -one.index))


def score_drift(model: Model, lesson: Lesson) -> tuple[Drift, ...]:
    """The same of the scores: the last 30 days against everything scored before them, labelled or not."""
    rows, said = _scored(model, lesson)
    recent = np.isin(rows, _recent_rows(lesson))
    kinds = np.array([lesson.cases[row].kind for row in rows], dtype=object)
    found = []
    for kind in lesson.kinds:
        before, after = (said[part & (kinds == kind)] for part in (~recent, recent))
        if len(before) and len(after):
            found.append(Drift(kind, "score", stability(before, after, words=False)))
    return tuple(found)


def stability(before: Floats, after: Floats, *, words: bool) -> float:
    """Population stability index: sum of (q - p) ln(q / p) over tenths of `before`, or over words."""
    if words:
        edges = np.unique(before[~np.isnan(before)])
        places = [np.where(np.isnan(side), -1, side) for side in (before, after)]
        bins = np.array([-1, *edges])
        shares = [np.array([(side == one).mean() for one in bins]) for side in places]
    else:
        edges = np.unique(np.nanquantile(before, np.linspace(0, 1, BINS + 1)[1:-1])) if len(before) else np.empty(0)
        shares = []
        for side in (before, after):
            place = np.where(np.isnan(side), len(edges) + 1, np.searchsorted(edges, side, side="right"))
            shares.append(np.bincount(place, minlength=len(edges) + 2) / len(side))
    p, q = (np.maximum(share, LEAST_SHARE) for share in shares)
    return float(((q - p) * np.log(q / p)).sum())


def _recent_rows(lesson: Lesson) -> Ints:
    last = max(case.opened_at for case in lesson.cases)
    return np.array([row for row, case in enumerate(lesson.cases) if case.opened_at > last - RECENT], dtype=np.int64)


def _scored(model: Model, lesson: Lesson) -> tuple[Ints, Floats]:
    """Every case that a vintage from before it can score, and what it says."""
    found: list[tuple[Ints, Floats]] = []
    picks = [model.pick(case, frozenset()).vintage for case in lesson.cases]
    for vintage in dict.fromkeys(one for one in picks if one):
        after = [
            row
            for row, one in enumerate(picks)
            if one is vintage and lesson.cases[row].opened_at >= vintage.recipe.cutoff
        ]
        if after:
            rows = np.array(after, dtype=np.int64)
            found.append((rows, vintage.score(lesson.table, rows).probabilities))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0)
    return np.concatenate([rows for rows, _ in found]), np.concatenate([said for _, said in found])
