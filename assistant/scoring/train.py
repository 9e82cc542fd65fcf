"""Training: a row of vintages, each tested on the cases that came after it.

Rolling origin: the cutoffs divide the later part of the labelled cases of each kind; a vintage learns from labels known
before its cutoff and is tested on the cases between its cutoff and the next, so the pooled metrics are what the team
would have seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case, Decision, Outcome
from assistant.errors import BadInput
from assistant.scoring.delay import delay_weights
from assistant.scoring.labels import label_of
from assistant.scoring.metrics import Metrics, measure
from assistant.scoring.model import Card, Model
from assistant.scoring.vintage import LEAST_FRAUDS, LEAST_ROWS, Vintage
from assistant.signals import SignalTable

__all__ = ["train"]

Floats = NDArray[np.float64]
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
    later: dict[str, _Later] = {}
    kinds = sorted({case.kind for case in cases})
    for number, kind in enumerate(kinds):
        progress("learning from decided cases", number, len(kinds))
        settled = final.of([row for row in final.rows if cases[row].kind == kind])
        size = len(settled.rows)
        cutoffs = [cases[settled.rows[int(size * start)]].opened_at for start in STARTS if size]
        fitted = []
        for cutoff in [*dict.fromkeys(cutoffs), now]:
            known = labels.known(cutoff)
            known = known.of([row for row in known.rows if cases[row].kind == kind])
            if vintage := Vintage.fit(kind, cutoff, table, known.rows, known.truth, known.weights):
                fitted.append(vintage)
        for vintage, until in zip(fitted, [one.recipe.cutoff for one in fitted[1:]], strict=False):
            start = vintage.recipe.cutoff
            part = settled.of([row for row in settled.rows if start <= cases[row].opened_at < until])
            if len(part.rows):
                later.setdefault(kind, []).append((part, vintage.score(table, part.rows).probabilities))
        vintages += fitted
    progress("learning from decided cases", len(kinds), len(kinds))
    if not vintages:
        raise BadInput(
            f"there are {len(final.rows)} labelled cases, {final.truth.sum()} of them fraud; training needs at least "
            f"{LEAST_ROWS} with {LEAST_FRAUDS} of each class in one kind; import more cases with labels or outcomes"
        )
    return Model(_card(cases, labels, final, vintages, later, maturity), tuple(vintages))


@dataclass(frozen=True)
class _Known:
    """Labels as they stood at a moment: rows of the table in the order of time, truth (1 fraud), delay weights."""

    rows: Ints
    truth: Ints
    weights: Floats

    def of(self, rows: Sequence[int]) -> _Known:
        """The part of it for these rows."""
        keep = np.isin(self.rows, np.array(rows, dtype=np.int64))
        return _Known(self.rows[keep], self.truth[keep], self.weights[keep])


_Later = list[tuple[_Known, Floats]]
"""Later cases with what the vintages before them said."""


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
            (row, case, decisions.get(case.case_id, ()), outcomes.get(case.case_id, ()))
            for row, case in enumerate(cases)
            if case.case_id in decisions or case.case_id in outcomes
        ]
        self._maturity = maturity
        self.assumed = sum(any(one.assumed_delay for one in given) for _, _, _, given in self._rows)

    def known(self, as_of: datetime) -> _Known:
        """Every label that was known before a moment. Weights are by kind, as delays differ between kinds."""
        found = []
        for row, case, decisions, outcomes in self._rows:
            label = label_of(case.case_id, decisions, outcomes, as_of, self._maturity)
            if label is not None:
                found.append((row, case.kind, label.fraud, case.opened_at.timestamp(), label.known_at.timestamp()))
        rows = np.array([one[0] for one in found], dtype=np.int64)
        kinds = np.array([one[1] for one in found], dtype=object)
        truth = np.array([one[2] for one in found], dtype=np.int64)
        opened, known = (np.array([one[field] for one in found], dtype=float) for field in (3, 4))
        weights = np.ones(len(rows))
        for kind in dict.fromkeys(kinds):
            part = kinds == kind
            weights[part] = delay_weights(opened[part], known[part], truth[part], as_of)
        return _Known(rows, truth, weights)


def _card(
    cases: Sequence[Case],
    labels: _Labels,
    final: _Known,
    vintages: Sequence[Vintage],
    later: Mapping[str, _Later],
    maturity: timedelta,
) -> Card:
    notes = []
    if labels.assumed:
        notes.append(f"{labels.assumed} labels have no time of their own: the delay that the schema states was assumed")
    by_kind: dict[str, Metrics] = {}
    for kind, parts in later.items():
        found = _measure(parts)
        if found is None:
            notes.append(f"the later {kind} cases have only one class, so they are not measured")
        else:
            by_kind[kind] = found
    pooled = [part for parts in later.values() for part in parts]
    moments = [cases[row].opened_at for part, _ in pooled for row in part.rows]
    digest = hashlib.sha256(
        "".join(one.recipe.model_dump_json() + one.trees.save_config() for one in vintages).encode()
    ).hexdigest()
    return Card(
        name="xgboost",
        model_id=f"xgboost-{digest[:10]}",
        trained_at=datetime.now(UTC),
        label_rule=f"newest known outcome; an approval quiet for {maturity.days} days counts as legitimate",
        n_cases=len(cases),
        n_labels=len(final.rows),
        n_assumed_delay=labels.assumed,
        n_train=sum({one.recipe.kind: one.recipe.n_train for one in vintages}.values()),
        metrics=_measure(pooled),
        by_kind=by_kind,
        tested_from=min(moments, default=None),
        tested_until=max(moments, default=None),
        notes=tuple(notes),
    )


def _measure(parts: _Later) -> Metrics | None:
    if not parts:
        return None
    truth = np.concatenate([part.truth for part, _ in parts])
    weights = np.concatenate([part.weights for part, _ in parts])
    said = np.concatenate([probabilities for _, probabilities in parts])
    return measure(truth, said, weights) if 0 < truth.sum() < len(truth) else None
