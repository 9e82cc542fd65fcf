"""Training: a row of vintages, each tested on the cases that came after it.

Rolling origin: the cutoffs divide the later part of the labelled cases of each kind; a vintage learns from labels known
before its cutoff and is tested on the cases between its cutoff and the next, so the pooled metrics are what the team
would have seen. Cutoffs and labels are the same for every kind of model. Leaves choosing between models to `compare`.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import pairwise

import numpy as np

from assistant.case import Case, Decision, Outcome
from assistant.errors import BadInput
from assistant.scoring.card import Card
from assistant.scoring.control import Represented, represent, stopped
from assistant.scoring.frame import Ints
from assistant.scoring.known import Known, Labels
from assistant.scoring.later import Later, pool, reliability, slices
from assistant.scoring.leaks import leaks
from assistant.scoring.model import Model
from assistant.scoring.models import CHAMPION, Learner
from assistant.scoring.vintage import LEAST_FRAUDS, LEAST_ROWS, Vintage
from assistant.signals import SignalTable

__all__ = ["Lesson", "Trained", "prepare", "teach", "train"]

Progress = Callable[[str, int, int], None]

STARTS = (0.4, 0.52, 0.64, 0.76, 0.88)
"""Cutoffs as shares of the labelled cases in the order of time; one more vintage knows everything up to now."""
LIBRARIES = ("xgboost-cpu", "scikit-learn", "numpy")


@dataclass(frozen=True)
class Lesson:
    """Everything that models are made from: cases in the order of time, row i of the table being case i, and what was
    known when. `left_out` are the columns of a kind that give the answer away."""

    cases: Sequence[Case]
    table: SignalTable
    labels: Labels
    final: Known
    now: datetime
    maturity: timedelta
    left_out: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    control: frozenset[int] = frozenset()
    stopped: frozenset[int] = frozenset()

    @property
    def kinds(self) -> list[str]:
        return sorted({case.kind for case in self.cases})

    def settled(self, kind: str) -> Known:
        """What is known now of one kind of case."""
        return self.final.of([row for row in self.final.rows if self.cases[row].kind == kind])

    def cutoffs(self, kind: str) -> list[datetime]:
        """When the vintages of a kind learned, oldest first; the last one is now."""
        rows = self.settled(kind).rows
        moments = [self.cases[rows[int(len(rows) * start)]].opened_at for start in STARTS if len(rows)]
        return [*dict.fromkeys(moments), self.now]

    def known(self, kind: str, cutoff: datetime) -> Known:
        """What was known of a kind before a cutoff."""
        known = self.labels.known(cutoff)
        return known.of([row for row in known.rows if self.cases[row].kind == kind])


@dataclass(frozen=True)
class Trained:
    """A model with the later cases that it was tested on."""

    model: Model
    later: Later


def prepare(
    cases: Sequence[Case],
    table: SignalTable,
    decisions: Mapping[str, Sequence[Decision]],
    outcomes: Mapping[str, Sequence[Outcome]],
    *,
    now: datetime,
    maturity: timedelta,
    keep_leaks: bool = False,
    control: frozenset[str] = frozenset(),
) -> Lesson:
    """Derives the labels and finds the columns that give the answer away. `control` are the ids of cases that were
    decided without the score."""
    labels = Labels(cases, decisions, outcomes, maturity)
    lesson = Lesson(
        cases,
        table,
        labels,
        labels.known(now),
        now,
        maturity,
        control=frozenset(row for row, case in enumerate(cases) if case.case_id in control),
        stopped=frozenset(stopped(cases, decisions, outcomes)),
    )
    if keep_leaks:
        return lesson
    found = {kind: leaks(table, part.rows, part.truth) for kind in lesson.kinds for part in [lesson.settled(kind)]}
    return replace(lesson, left_out={kind: one for kind, one in found.items() if one})


def train(
    cases: Sequence[Case],
    table: SignalTable,
    decisions: Mapping[str, Sequence[Decision]],
    outcomes: Mapping[str, Sequence[Outcome]],
    *,
    now: datetime,
    maturity: timedelta,
    progress: Progress = lambda what, done, of: None,
    learner: Learner = CHAMPION,
) -> Model:
    """Fits and tests one model. `cases` are in the order of time, and row i of the table is case i.

    Raises BadInput when no kind has enough labels."""
    return teach(
        prepare(cases, table, decisions, outcomes, now=now, maturity=maturity), learner, progress=progress
    ).model


def teach(
    lesson: Lesson,
    learner: Learner,
    *,
    by_kind: Mapping[str, Learner] | None = None,
    progress: Progress = lambda what, done, of: None,
) -> Trained:
    """One model with its later cases. `by_kind` are learners of the same name with other settings."""
    vintages: list[Vintage] = []
    later: dict[str, Later] = {}
    represented: list[Represented] = []
    kinds = lesson.kinds
    for number, kind in enumerate(kinds):
        progress(f"learning from decided cases ({learner.name})", number, len(kinds))
        fitted = _vintages(lesson, kind, (by_kind or {}).get(kind, learner))
        parts = [_tested(lesson, vintage, after.recipe.cutoff) for vintage, after in pairwise(fitted)]
        if any(len(part) for part in parts):
            later[kind], said = _represented(lesson, fitted, pool(parts))
            represented += [said] if said else []
        vintages += fitted
    progress(f"learning from decided cases ({learner.name})", len(kinds), len(kinds))
    if not vintages:
        raise BadInput(
            f"there are {len(lesson.final.rows)} labelled cases, {lesson.final.truth.sum()} of them fraud; training "
            f"needs at least {LEAST_ROWS} with {LEAST_FRAUDS} of each class in one kind; import more cases with labels "
            "or outcomes"
        )
    card = _card(lesson, learner, vintages, later)
    if represented:
        card = card.model_copy(update={"notes": (*card.notes, _spoken(lesson, represented))})
    return Trained(Model(card, tuple(vintages)), pool(list(later.values())))


def _vintages(lesson: Lesson, kind: str, learner: Learner) -> list[Vintage]:
    """The vintages of one kind that had enough to learn from, oldest first."""
    left_out = frozenset(lesson.left_out.get(kind, {}))
    fitted = []
    for cutoff in lesson.cutoffs(kind):
        known = lesson.known(kind, cutoff)
        vintage = Vintage.fit(kind, cutoff, lesson.table, known.rows, known.truth, known.weights, learner, left_out)
        if vintage:
            fitted.append(vintage)
    return fitted


def _tested(lesson: Lesson, vintage: Vintage, until: datetime) -> Later:
    """The labelled cases from the cutoff of a vintage to the next one's, and what it said of them.

    Where it could not say anything the share of fraud among its training cases stands, so that abstaining is no way to
    look better."""
    settled = lesson.settled(vintage.recipe.kind)
    start = vintage.recipe.cutoff
    part = settled.of([row for row in settled.rows if start <= lesson.cases[row].opened_at < until])
    if not len(part.rows):
        return pool([])
    scores = vintage.score(lesson.table, part.rows)
    usual = vintage.recipe.n_fraud / vintage.recipe.n_train
    said = np.where(np.isnan(scores.probabilities), usual, scores.probabilities)
    low, high = scores.interval or (said, said)
    return Later(part.rows, part.truth, part.weights, said, np.nan_to_num(low), np.nan_to_num(high, nan=1.0))


def _represented(lesson: Lesson, vintages: Sequence[Vintage], later: Later) -> tuple[Later, Represented | None]:
    """Later cases of one kind with weights under which the control sample stands for stopped cases."""
    control = np.isin(later.rows, list(lesson.control))
    if not control.any():
        return later, None
    stopped_rows = sorted(lesson.stopped - lesson.control)
    said = [np.empty(0)]
    for vintage, after in pairwise(vintages):
        rows = [
            row
            for row in stopped_rows
            if lesson.cases[row].kind == vintage.recipe.kind
            and vintage.recipe.cutoff <= lesson.cases[row].opened_at < after.recipe.cutoff
        ]
        found = vintage.score(lesson.table, np.array(rows, dtype=np.int64)).probabilities if rows else np.empty(0)
        said.append(found[~np.isnan(found)])
    made = represent(later.said, later.weights, control, np.concatenate(said))
    if not 0 < later.truth[made.weights > 0].sum() < (made.weights > 0).sum():
        return later, Represented(later.weights, 0, made.spoken_for + made.left_out)
    return replace(later, weights=made.weights), made


def _spoken(lesson: Lesson, found: Sequence[Represented]) -> str:
    return (
        f"{len(lesson.control)} cases are of the control sample, decided without the score; in the figures they stand "
        f"for {sum(one.spoken_for for one in found)} later cases that were stopped with scores like theirs, and "
        f"{sum(one.left_out for one in found)} stopped ones are in none, as too few control cases score like them"
    )


def _card(lesson: Lesson, learner: Learner, vintages: Sequence[Vintage], later: Mapping[str, Later]) -> Card:
    newest = {one.recipe.kind: one for one in vintages}
    by_kind = {kind: found for kind, part in later.items() if (found := part.measure()) is not None}
    pooled = pool(list(later.values()))
    learned = _learned(lesson, newest)
    digest = _digest(vintages, pooled)
    return Card(
        name=learner.name,
        model_id=f"{_plain(learner.name)}-{digest[:10]}",
        trained_at=datetime.now(UTC),
        label_rule=f"newest known outcome; an approval quiet for {lesson.maturity.days} days counts as legitimate",
        n_cases=len(lesson.cases),
        n_labels=len(lesson.final.rows),
        n_assumed_delay=lesson.labels.assumed,
        n_train=sum(one.recipe.n_train for one in newest.values()),
        metrics=pooled.measure() if len(pooled) else None,
        by_kind=by_kind,
        tested_from=lesson.cases[pooled.rows[0]].opened_at if len(pooled) else None,
        tested_until=lesson.cases[pooled.rows[-1]].opened_at if len(pooled) else None,
        notes=_notes(lesson, newest, later, by_kind),
        learned_from=min((lesson.cases[row].opened_at for row in learned), default=None),
        learned_until=max((lesson.cases[row].opened_at for row in learned), default=None),
        kinds=tuple(newest),
        slices=slices(pooled, lesson.cases, lesson.table, lesson.control),
        calibration={kind: one.recipe.calibration.method for kind, one in newest.items()},
        reliability=reliability(pooled),
        signals={kind: (*one.recipe.numbers, *one.recipe.categories) for kind, one in newest.items()},
        left_out={f"{name} ({kind})": why for kind, found in lesson.left_out.items() for name, why in found.items()},
        versions={"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        sha256=digest,
    )


def _notes(
    lesson: Lesson, newest: Mapping[str, Vintage], later: Mapping[str, Later], measured: Mapping[str, object]
) -> tuple[str, ...]:
    labels = lesson.labels
    notes = []
    if lesson.stopped:
        notes.append(
            f"{len(lesson.stopped)} cases were not approved and have no outcome: stopping a case is no proof of fraud, "
            "so they are neither fraud nor legitimate, and nothing is learned from them"
        )
    if labels.assumed:
        notes.append(f"{labels.assumed} labels have no time of their own: the delay that the schema states was assumed")
    if labels.backwards:
        notes.append(
            f"{labels.backwards} cases were decided or labelled before they were opened: their clock runs backwards, "
            "so they were left out"
        )
    for kind in newest:
        if kind not in later:
            notes.append(f"no {kind} cases came after a first model could learn, so they are not measured")
        elif kind not in measured:
            notes.append(f"the later {kind} cases have only one class, so they are not measured")
    for kind in lesson.kinds:
        if kind not in newest:
            known = lesson.settled(kind)
            notes.append(
                f"no model for {kind} cases: {len(known.rows)} labels, {known.truth.sum()} of them fraud; "
                "scores abstain"
            )
    for kind, found in lesson.left_out.items():
        for name, why in found.items():
            notes.append(f"{name} of {kind} cases was left out: {why}; 'fra train --keep-leaks' uses it all the same")
    return tuple(notes)


def _learned(lesson: Lesson, newest: Mapping[str, Vintage]) -> Ints:
    return np.array([row for row in lesson.final.rows if lesson.cases[row].kind in newest], dtype=np.int64)


def _digest(vintages: Sequence[Vintage], later: Later) -> str:
    """SHA-256 over the recipes and everything that was said of later cases: the same for the same training, whatever
    its files are packed with."""
    digest = hashlib.sha256("".join(one.recipe.model_dump_json() for one in vintages).encode())
    digest.update(later.said.tobytes())
    return digest.hexdigest()


def _plain(name: str) -> str:
    """A name that can be part of a folder's."""
    return "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in name)[:40]
