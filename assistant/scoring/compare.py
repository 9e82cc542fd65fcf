"""Champion and challengers: all learn from the same labels at the same cutoffs and are tested on the same later cases.

The model that stands stays unless a challenger is better beyond noise: the paired bootstrap interval of the difference
in average precision lies above zero, or that of the expected cost of a case lies below zero and the ranking is not
worse beyond noise. With several challengers the intervals are as much wider as there are chances (Bonferroni). Frauds
come in episodes, so the true noise is larger than these intervals say: a narrow win is no proof.

Leaves the making of models to `train` and the costs to whoever calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.case import Case
from assistant.errors import BadInput
from assistant.scoring.card import Card
from assistant.scoring.later import Later
from assistant.scoring.metrics import Interval, ranking
from assistant.scoring.model import Model
from assistant.scoring.models import Learner
from assistant.scoring.search import search
from assistant.scoring.train import Lesson, Progress, Trained, teach

__all__ = ["Comparison", "Coster", "compare", "difference"]

Coster = Callable[[Case, float, bool], float]
"""What a case costs when the action of least expected cost is taken at a probability, given the truth."""
ROUNDS = 1000
LEAST_FRAUDS = 20
"""Later frauds in all: with fewer, nothing is promoted over what stands."""


@dataclass(frozen=True)
class Comparison:
    """The models of one training, the champion first."""

    trained: tuple[Trained, ...]

    @property
    def champion(self) -> Model:
        return self.trained[0].model

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(one.model.card for one in self.trained)

    def save(self, folder: Path) -> None:
        """Stores the champion, puts it to use, and keeps the cards of the others beside it."""
        for one in self.trained[1:]:
            one.model.card.save(folder / one.model.card.model_id)
        self.champion.save(folder)


def compare(
    lesson: Lesson,
    learners: Sequence[Learner],
    *,
    cost: Coster | None = None,
    insist: str = "",
    budget_s: float = 0.0,
    progress: Progress = lambda what, done, of: None,
) -> Comparison:
    """Trains all, the first being what stands, and promotes by the rule above, or the one that a person insists on.

    `budget_s` seconds in all may go into the hyper-parameters of each learner that has any. Raises BadInput when there
    are too few labels, or when no model has the name insisted on."""
    names = [one.name for one in learners]
    if insist and insist not in names:
        raise BadInput(f"there is no model {insist!r} to promote; there are {', '.join(names)}")
    trained = []
    for learner in learners:
        settings = search(lesson, learner, budget_s / len(learners), progress) if budget_s else {}
        try:
            made = teach(
                lesson, learner, by_kind={kind: one.learner for kind, one in settings.items()}, progress=progress
            )
        except BadInput:
            if learner is learners[0]:
                raise
            continue  # a challenger that only reads some kinds may find too little there
        trained.append(_noted(made, settings={kind: one.words for kind, one in settings.items() if one.words}))
    by_name = {one.model.card.name: one for one in trained}
    if insist and insist not in by_name:
        raise BadInput(f"{insist!r} found too little to learn from or to read; nothing was promoted")
    stands, rest = trained[0], trained[1:]
    chances = max(sum(one.by_itself for one in learners) - 1, 1)
    alone = {one.name: one.by_itself for one in learners}
    held = [_held(stands, one, lesson.cases, cost, chances, alone[one.model.card.name]) for one in rest]
    better = [one for one in held if one.model.card.promoted]
    best = max(
        better, key=lambda one: one.model.card.difference.value if one.model.card.difference else 0, default=None
    )
    chosen = insist or (best.model.card.name if best else stands.model.card.name)
    return Comparison(_order([stands, *held], chosen, insist))


def difference(
    one: Later, other: Later, cases: Sequence[Case], cost: Coster | None, chances: int = 1
) -> tuple[Interval, Interval | None] | None:
    """(average precision, cost of a case), one minus other, on the later cases that both were asked about; paired
    bootstrap intervals at 95%, or wider with more chances. None where there are too few frauds to tell.

    Classes are resampled apart, and average precision is taken within each kind and weighted by its frauds."""
    shared = np.intersect1d(one.rows, other.rows)
    ours, theirs = one.where(np.isin(one.rows, shared)), other.where(np.isin(other.rows, shared))
    kinds = np.array([cases[row].kind for row in ours.rows], dtype=object)
    truth = ours.truth
    weighed = (ours.weights + theirs.weights) / 2  # the same for both, whichever of them is called the challenger
    random = np.random.default_rng(7)
    counts = np.zeros((ROUNDS + 1, len(truth)))
    counts[0] = 1
    gain, total = np.zeros(ROUNDS + 1), 0
    for kind in dict.fromkeys(kinds):
        for value in (0, 1):
            rows = np.flatnonzero((kinds == kind) & (truth == value))
            if len(rows):
                counts[1:, rows] = random.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=ROUNDS)
        part = kinds == kind
        frauds = int(truth[part].sum())
        if 0 < frauds < part.sum():
            weights = counts[:, part] * weighed[part]
            mine, other_ones = (ranking(truth[part], side.said[part], weights)[1] for side in (ours, theirs))
            gain += frauds * (mine - other_ones)
            total += frauds
    if total < LEAST_FRAUDS:
        return None
    tail = 0.025 / chances
    if cost is None:
        return _interval(gain / total, tail), None
    paid = [
        np.array(
            [cost(cases[row], said, bool(fraud)) for row, said, fraud in zip(side.rows, side.said, truth, strict=True)]
        )
        for side in (ours, theirs)
    ]
    weights = counts * weighed
    return _interval(gain / total, tail), _interval(weights @ (paid[0] - paid[1]) / weights.sum(axis=1), tail)


def _interval(values: np.ndarray, tail: float) -> Interval:
    low, high = np.quantile(values[1:], [tail, 1 - tail])
    return Interval(value=float(values[0]), low=float(low), high=float(high))


def _held(
    stands: Trained, challenger: Trained, cases: Sequence[Case], cost: Coster | None, chances: int, by_itself: bool
) -> Trained:
    """A challenger with its differences and the verdict."""
    name = stands.model.card.name
    found = difference(challenger.later, stands.later, cases, cost, chances)
    if found is None:
        return _noted(challenger, verdict=f"not promoted: too few later frauds to tell it from {name}")
    precision, paid = found
    ranks = precision.low > 0
    cheaper = paid is not None and paid.high < 0 and precision.high >= 0
    if not ranks and not cheaper:
        way = "worse" if precision.high < 0 else "not better"
        verdict = f"not promoted: {way} than {name} beyond noise"
    elif not by_itself:
        verdict = f"better than {name}, but it is promoted only by 'fra train --champion {challenger.model.card.name}'"
    else:
        verdict = f"promoted over {name}: " + ("it ranks better" if ranks else "it costs less") + " beyond noise"
    return _noted(
        challenger,
        difference=precision,
        cost_difference=paid,
        promoted=(ranks or cheaper) and by_itself,
        verdict=verdict,
    )


def _order(trained: Sequence[Trained], chosen: str, insist: str) -> tuple[Trained, ...]:
    """The chosen one first, whole, and only it marked as promoted."""
    found = []
    for one in trained:
        card = one.model.card
        if card.name != chosen:
            verdict = card.verdict or f"replaced by {chosen}"
            if card.promoted:
                verdict = f"better beyond noise, but {chosen} was taken"
            found.append(_noted(one, promoted=False, verdict=verdict))
            continue
        verdict = (
            "promoted because a person insisted" if insist else card.verdict or "stays: nothing is better beyond noise"
        )
        found.insert(0, _whole(_noted(one, promoted=True, verdict=verdict), trained[0].model))
    return tuple(found)


def _whole(trained: Trained, stands: Model) -> Trained:
    """With the vintages of what stands for kinds that the model does not read, so that no kind loses its scores."""
    own = {one.recipe.kind for one in trained.model.vintages}
    lent = [one for one in stands.vintages if one.recipe.kind not in own]
    if not lent:
        return trained
    kinds = ", ".join(sorted({one.recipe.kind for one in lent}))
    note = f"{kinds} cases are scored by {stands.card.name}, as this model does not read them"
    made = _noted(trained, notes=(*trained.model.card.notes, note))
    return replace(made, model=replace(made.model, vintages=(*made.model.vintages, *lent)))


def _noted(trained: Trained, **changes: object) -> Trained:
    card = trained.model.card.model_copy(update=changes)
    return replace(trained, model=replace(trained.model, card=card))
