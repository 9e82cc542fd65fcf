"""How good a score is, with intervals, from labels (1 fraud, 0 legitimate), probabilities and weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

__all__ = [
    "BEYOND_NOISE",
    "Interval",
    "Metrics",
    "bootstrap",
    "expected_calibration_error",
    "measure",
    "ranking",
    "recall_at_fpr",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BEYOND_NOISE = 1.64
"""Standard errors above nothing that a mean gain must lie: one chance in twenty, one-sided."""


class Interval(BaseModel):
    """A value with its 95% interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    low: float
    high: float


class Metrics(BaseModel):
    """What is reported of a model on later data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    auc: Interval
    average_precision: Interval
    brier: float
    ece: float
    recall_at_5pct_fpr: float
    n_test: int
    n_fraud: int


def measure(labels: Ints, probabilities: Floats, weights: Floats, seed: int = 7) -> Metrics:
    """All metrics. Both classes must be present. `weights` make up for labels that are not known yet (see `delay`)."""
    auc, average_precision = bootstrap(labels, probabilities, weights, seed)
    return Metrics(
        auc=auc,
        average_precision=average_precision,
        brier=float(np.average((probabilities - labels) ** 2, weights=weights)),
        ece=expected_calibration_error(labels, probabilities, weights),
        recall_at_5pct_fpr=recall_at_fpr(labels, probabilities, weights, 0.05),
        n_test=len(labels),
        n_fraud=int(labels.sum()),
    )


def bootstrap(
    labels: Ints, probabilities: Floats, weights: Floats, seed: int, rounds: int = 1000
) -> tuple[Interval, Interval]:
    """AUC and average precision with percentile bootstrap intervals (Efron 1979).

    Classes are resampled apart, so that none is empty. A resample is a count for each case, and all are measured at
    once: a thousand calls of a library's metric took twenty seconds, this takes less than one."""
    random = np.random.default_rng(seed)
    counts = np.zeros((rounds + 1, len(labels)))
    counts[0] = 1  # the sample itself
    for value in (0, 1):
        rows = np.flatnonzero(labels == value)
        counts[1:, rows] = random.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=rounds)
    found = ranking(labels, probabilities, counts * weights)
    low, high = np.quantile(found[:, 1:], [0.025, 0.975], axis=1)
    auc, average_precision = (
        Interval(value=float(found[one, 0]), low=float(low[one]), high=float(high[one])) for one in (0, 1)
    )
    return auc, average_precision


def ranking(labels: Ints, probabilities: Floats, counts: Floats) -> Floats:
    """AUC and average precision, as rows, for each row of `counts` (how often each case is in a sample).

    Ties share a place: AUC counts them half (Mann and Whitney 1947), average precision takes them as one step."""
    order = np.argsort(-probabilities, kind="stable")
    starts = np.flatnonzero(np.diff(probabilities[order], prepend=np.inf))
    fraud = np.add.reduceat(counts[:, order] * (labels[order] == 1), starts, axis=1)
    legitimate = np.add.reduceat(counts[:, order] * (labels[order] == 0), starts, axis=1)
    caught, flagged = fraud.cumsum(axis=1), legitimate.cumsum(axis=1)
    all_fraud, all_legitimate = caught[:, -1], flagged[:, -1]
    auc = (legitimate * (caught - fraud / 2)).sum(axis=1) / (all_fraud * all_legitimate)
    with np.errstate(invalid="ignore"):
        precision = np.nan_to_num(caught / (caught + flagged))
    return np.stack([auc, (fraud * precision).sum(axis=1) / all_fraud])


def expected_calibration_error(labels: Ints, probabilities: Floats, weights: Floats, bins: int = 10) -> float:
    """Mean distance between said and seen fraud rate over bins of equal mass (Nguyen and O'Connor 2015)."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, bins) if weights[part].any()]
    gaps = [abs(np.average(labels[part] - probabilities[part], weights=weights[part])) for part in parts]
    return float(np.average(gaps, weights=[weights[part].sum() for part in parts]))


def recall_at_fpr(labels: Ints, probabilities: Floats, weights: Floats, limit: float) -> float:
    """The largest share of fraud caught while at most `limit` of the legitimate cases are flagged."""
    from sklearn.metrics import roc_curve  # brings half of scipy, and only training needs it

    false_positive_rate, recall, _ = roc_curve(labels, probabilities, sample_weight=weights)
    return float(recall[false_positive_rate <= limit].max())
