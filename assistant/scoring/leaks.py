"""Columns that give the answer away: found by what stands in them beside the labels, named, and left out of training.

Only columns that came with the cases are asked. What the signals count is point-in-time by construction, so one of them
may well be as good as the truth. Proposing a schema asks the same of a sample (`dataset.hindsight`); this asks it of
every label there is, whoever wrote the schema.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.scoring.frame import Floats, Ints
from assistant.scoring.metrics import ranking
from assistant.signals import SignalTable

__all__ = ["leaks"]

LEAST_OF_EACH = 15
TOO_GOOD = 0.995
"""AUC of one column alone. The best single signal of the demo world has 0.78, of the AWS files 0.95."""
OFTEN, PURE = 0.5, 0.99
LEAST_SHARED = 8


def leaks(table: SignalTable, rows: Ints, labels: Ints) -> dict[str, str]:
    """The columns that leak among these labelled rows, with the reason. Nothing is said of fewer than 15 of a class."""
    if min(labels.sum(), len(labels) - labels.sum()) < LEAST_OF_EACH:
        return {}
    columns: dict[str, tuple[NDArray[np.bool_], Floats]] = {}
    for name, numbers in table.numbers.items():
        if name.startswith("value."):
            columns[name] = ~np.isnan(numbers[rows]), numbers[rows]
    for name, texts in table.texts.items():
        if name.startswith("is."):
            words = texts[rows]
            columns[name] = np.array([word is not None for word in words]), _rates(words, labels)
    found = {}
    for name, (filled, values) in columns.items():
        if why := _filled_for_fraud(filled, labels) or _equals(filled, values, labels):
            found[name] = why
    return found


def _filled_for_fraud(filled: NDArray[np.bool_], labels: Ints) -> str:
    fraud, others = filled[labels == 1].mean(), filled[labels == 0].mean()
    among = labels[filled].mean() if filled.any() else 0.0
    if fraud >= OFTEN and among >= PURE and others < OFTEN:
        return f"filled in for {fraud:.0%} of the fraud and {others:.1%} of the rest, so it came with the answer"
    return ""


def _equals(filled: NDArray[np.bool_], values: Floats, labels: Ints) -> str:
    truth = labels[filled]
    if min(truth.sum(), len(truth) - truth.sum()) < LEAST_OF_EACH:
        return ""
    auc = float(ranking(truth, values[filled], np.ones((1, len(truth))))[0, 0])
    if max(auc, 1 - auc) >= TOO_GOOD:
        return f"tells fraud from the rest by itself (AUC {max(auc, 1 - auc):.3f}), so it is taken for the answer"
    return ""


def _rates(words: NDArray[np.object_], labels: Ints) -> Floats:
    """For each word its fraud rate; words that fewer than eight cases share tell as much as the whole."""
    names: Sequence[str] = ["" if word is None else str(word) for word in words]
    _, which, counts = np.unique(names, return_inverse=True, return_counts=True)
    rates = np.bincount(which, labels) / counts
    return np.where(counts[which] >= LEAST_SHARED, rates[which], labels.mean())
