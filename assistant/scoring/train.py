"""Training: a row of vintages, each tested on the cases that came after it.

Rolling origin: the cutoffs divide the later part of the labelled cases of each kind; a vintage learns from labels known
before its cutoff and is tested on the cases between its cutoff and the next, so the pooled metrics are what the team
would have seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case, Decision, Outcome
from assistant.errors import BadInput
from assistant.scoring.labels import label_of
from assistant.scoring.metrics import Metrics, measure
from assistant.scoring.model import Card, Model
from assistant.scoring.vintage import LEAST_FRAUDS, LEAST_ROWS, Vintage
from assistant.signals import SignalTable

__all__ = ["train"]

Ints = NDArray[np.int64]
Progress = Callable[[str, int, int], None]

STARTS = (0.4, 0.52, 0.64, 0.76, 0.88)
"""Cutoffs as shares of the labelled cases in the order of time; one more vintage knows everything up to now."""


def train(
    cases: Sequence[Case],
    table: SignalTable,
    decisions: Mapping[str, Sequence[Decision]],
    outcomes: Mapping[str, Sequence[Outcome]],
    *,
    now: datetime,
    maturity: timedelta,
    progress: Progress = lambda what, done, of: None,
) -> Model:
    """Fits and tests a model. `cases` are in the order of time, and row i of the table is case i.

    Raises BadInput when no kind has enough labels."""
    labels = _Labels(cases, decisions, outcomes, maturity)
    final = labels.known(now)
    vintages: list[Vintage] = []
    tested: dict[str, tuple[list[Ints], list[NDArray[np.float64]], list[Ints]]] = {}
    kinds = sorted({case.kind for case in cases})
    for number, kind in enumerate(kinds):
        rows = np.array([row for row in final if cases[row].kind == kind], dtype=np.int64)
        cutoffs = [cases[rows[int(len(rows) * start)]].opened_at for start in STARTS] if len(rows) else []
        cutoffs = [*dict.fromkeys(cutoffs), now]
        fitted = []
        for step, cutoff in enumerate(cutoffs):
            progress(f"learning from {kind} cases", number * len(cutoffs) + step, len(kinds) * len(cutoffs))
            known = labels.known(cutoff)
            learn = np.array([row for row in known if cases[row].kind == kind], dtype=np.int64)
            truth = np.array([known[row] for row in learn], dtype=np.int64)
            if vintage := Vintage.fit(kind, cutoff, table, learn, truth):
                fitted.append(vintage)
        for vintage, until in zip(fitted, [one.recipe.cutoff for one in fitted[1:]], strict=False):
            later = np.array([row for row in rows if vintage.recipe.cutoff <= cases[row].opened_at < until], np.int64)
            if len(later):
                pools = tested.setdefault(kind, ([], [], []))
                pools[0].append(np.array([final[row] for row in later], dtype=np.int64))
                pools[1].append(vintage.score(table, later).probabilities)
                pools[2].append(later)
        vintages += fitted
    if not vintages:
        raise BadInput(
            f"there are {len(final)} labelled cases, {sum(final.values())} of them fraud; training needs at least "
            f"{LEAST_ROWS} with {LEAST_FRAUDS} of each class in one kind; import more cases with labels or outcomes"
        )
    return Model(_card(cases, labels, final, vintages, tested, now, maturity), tuple(vintages))


class _Labels:
    """Labels as they stood at any moment."""

    def __init__(
        self,
        cases: Sequence[Case],
        decisions: Mapping[str, Sequence[Decision]],
        outcomes: Mapping[str, Sequence[Outcome]],
        maturity: timedelta,
    ) -> None:
        self._rows = [
            (row, case.case_id, decisions.get(case.case_id, ()), outcomes.get(case.case_id, ()))
            for row, case in enumerate(cases)
            if case.case_id in decisions or case.case_id in outcomes
        ]
        self._maturity = maturity
        self.assumed = sum(any(one.assumed_delay for one in given) for _, _, _, given in self._rows)

    def known(self, as_of: datetime) -> dict[int, int]:
        """Row → 1 for fraud or 0 for legitimate, for every case with a label before `as_of`."""
        found = {}
        for row, case_id, decisions, outcomes in self._rows:
            label = label_of(case_id, decisions, outcomes, as_of, self._maturity)
            if label is not None:
                found[row] = int(label.fraud)
        return found


def _card(
    cases: Sequence[Case],
    labels: _Labels,
    final: dict[int, int],
    vintages: Sequence[Vintage],
    tested: Mapping[str, tuple[list[Ints], list[NDArray[np.float64]], list[Ints]]],
    now: datetime,
    maturity: timedelta,
) -> Card:
    notes = []
    if labels.assumed:
        notes.append(f"{labels.assumed} labels have no time of their own: the delay that the schema states was assumed")
    by_kind: dict[str, Metrics] = {}
    for kind, (truth, probabilities, _) in tested.items():
        found = _measure(truth, probabilities)
        if found is None:
            notes.append(f"the later {kind} cases have only one class, so they are not measured")
        else:
            by_kind[kind] = found
    pooled = _measure(
        [part for pools in tested.values() for part in pools[0]],
        [part for pools in tested.values() for part in pools[1]],
    )
    moments = [cases[row].opened_at for pools in tested.values() for part in pools[2] for row in part]
    digest = hashlib.sha256(
        "".join(one.recipe.model_dump_json() + one.trees.save_config() for one in vintages).encode()
    ).hexdigest()
    return Card(
        name="xgboost",
        model_id=f"xgboost-{digest[:10]}",
        trained_at=datetime.now(UTC),
        label_rule=f"newest known outcome; an approval quiet for {maturity.days} days counts as legitimate",
        n_cases=len(cases),
        n_labels=len(final),
        n_assumed_delay=labels.assumed,
        n_train=sum({one.recipe.kind: one.recipe.n_train for one in vintages}.values()),
        metrics=pooled,
        by_kind=by_kind,
        tested_from=min(moments, default=None),
        tested_until=max(moments, default=None),
        notes=tuple(notes),
    )


def _measure(truth: list[Ints], probabilities: list[NDArray[np.float64]]) -> Metrics | None:
    if not truth:
        return None
    labels, scores = np.concatenate(truth), np.concatenate(probabilities)
    return measure(labels, scores) if 0 < labels.sum() < len(labels) else None
