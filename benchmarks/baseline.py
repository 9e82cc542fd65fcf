"""The baseline that scores are held against: a tuned XGBoost on the raw columns of a file, words target-encoded.

It gets every column of the file but the id, texts, and what was filled in later, whatever role the schema gives them,
and the time in seconds. It learns from the labels known at a cutoff and nothing else. Its settings are chosen at each
cutoff, by log loss on folds in the order of time. Knows nothing of signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xgboost
from numpy.typing import NDArray
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import TargetEncoder

from assistant.case import CaseRecord
from assistant.dataset import Schema
from assistant.dataset.load import read_records
from assistant.dataset.reading import open_table
from assistant.dataset.records import RecordReader

__all__ = ["RawTable", "raw_table", "tuned"]

LATER = {"decision", "decided_at", "decision_reason", "reviewer", "outcome", "outcome_known_at", "outcome_source"}
LATER |= {"outcome_basis"}
"""Columns of the demo world that were filled in later, whatever role the proposal gives them."""
NOT_RAW = {"id", "time", "label", "label_time", "outcome_source", "decision", "decision_time", "decision_reason"}
NOT_RAW |= {"reviewer", "free_text", "note"}
SETTINGS: tuple[dict[str, float], ...] = (
    {},
    {"max_depth": 3, "learning_rate": 0.1, "n_estimators": 150},
    {"max_depth": 4, "learning_rate": 0.05, "n_estimators": 200, "subsample": 0.8, "colsample_bytree": 0.5},
    {"max_depth": 4, "learning_rate": 0.05, "n_estimators": 120, "subsample": 0.8, "reg_lambda": 5.0},
    {"max_depth": 6, "learning_rate": 0.05, "n_estimators": 200, "subsample": 0.8, "min_child_weight": 5.0},
    {"max_depth": 2, "learning_rate": 0.1, "n_estimators": 200, "colsample_bytree": 0.5},
    {"max_depth": 3, "learning_rate": 0.05, "n_estimators": 100, "colsample_bytree": 0.5, "reg_lambda": 10.0},
)
"""Beside XGBoost's own defaults, which stand first."""
PARTS = ((0.5, 0.75), (0.75, 1.0))
"""Folds as shares of what is known: learn from the start to the first, test from the first to the second."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class RawTable:
    """Columns as they stand in the file, one row a case: numbers with NaN, or words with "" for what is missing."""

    def __init__(self, numbers: Floats, words: NDArray[np.object_]) -> None:
        self.numbers, self.words = numbers, words

    def take(self, rows: Ints) -> RawTable:
        return RawTable(self.numbers[rows], self.words[rows])

    def __len__(self) -> int:
        return len(self.numbers)


class Fitted:
    """Encoder and trees that learned together."""

    def __init__(self, table: RawTable, labels: Ints, settings: dict[str, float]) -> None:
        folds = StratifiedKFold(5, shuffle=True, random_state=7)
        self._encoder = TargetEncoder(target_type="binary", cv=folds) if table.words.shape[1] else None
        words = self._encoder.fit_transform(table.words, labels) if self._encoder else np.empty((len(table), 0))
        self._trees = xgboost.XGBClassifier(n_jobs=1, random_state=7, **settings)
        self._trees.fit(np.column_stack([table.numbers, words]), labels)

    def probabilities(self, table: RawTable) -> Floats:
        words = self._encoder.transform(table.words) if self._encoder else np.empty((len(table), 0))
        return self._trees.predict_proba(np.column_stack([table.numbers, words]))[:, 1].astype(float)


def tuned(table: RawTable, labels: Ints) -> Fitted:
    """The baseline after these rows, which are in the order of time."""
    losses = [_loss(table, labels, settings) for settings in SETTINGS]
    return Fitted(table, labels, SETTINGS[int(np.argmin(losses))])


def _loss(table: RawTable, labels: Ints, settings: dict[str, float]) -> float:
    """Mean log loss over the folds; folds that lack a class say nothing."""
    found = []
    for end, after in PARTS:
        learn, test = np.arange(int(len(labels) * end)), np.arange(int(len(labels) * end), int(len(labels) * after))
        if len(np.unique(labels[learn])) == 2 and len(test):
            said = Fitted(table.take(learn), labels[learn], settings).probabilities(table.take(test))
            found.append(log_loss(labels[test], said, labels=[0, 1]))
    return float(np.mean(found)) if found else 0.0


def raw_table(file: Path, schema: Schema, case_ids: Sequence[str], seconds: Sequence[float]) -> RawTable:
    """The columns of a file in the order of the cases, with the time."""
    table = open_table(file, schema)
    places = [
        at
        for at, name in enumerate(table.columns)
        if schema.columns[name].role not in NOT_RAW and name.rpartition(".")[2] not in LATER
    ]
    records = read_records(table, RecordReader(schema, table.columns))
    rows = {found.case.case_id: row.cells for row, found in records if isinstance(found, CaseRecord)}
    numbers, words = [np.array(seconds)], []
    for place in places:
        values = [rows[case_id][place] for case_id in case_ids]
        try:
            numbers.append(np.array([float(value) if value else np.nan for value in values]))
        except ValueError:
            words.append(np.array([value or "" for value in values], dtype=object))
    empty = np.empty((len(case_ids), 0), dtype=object)
    return RawTable(np.column_stack(numbers), np.column_stack(words) if words else empty)
