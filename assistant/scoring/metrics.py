"""How good a score is, with intervals. Every function takes labels (1 fraud, 0 legitimate) and probabilities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score, roc_curve

__all__ = ["Interval", "Metrics", "bootstrap", "expected_calibration_error", "measure", "recall_at_fpr"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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


def measure(labels: Ints, probabilities: Floats, seed: int = 7) -> Metrics:
    """All metrics. Both classes must be present."""
    return Metrics(
        auc=bootstrap(roc_auc_score, labels, probabilities, seed),
        average_precision=bootstrap(average_precision_score, labels, probabilities, seed),
        brier=float(brier_score_loss(labels, probabilities)),
        ece=expected_calibration_error(labels, probabilities),
        recall_at_5pct_fpr=recall_at_fpr(labels, probabilities, 0.05),
        n_test=len(labels),
        n_fraud=int(labels.sum()),
    )


def bootstrap(
    metric: Callable[[Ints, Floats], float], labels: Ints, probabilities: Floats, seed: int, rounds: int = 500
) -> Interval:
    """The metric with its percentile bootstrap interval (Efron 1979), classes resampled apart so that none is empty."""
    random = np.random.default_rng(seed)
    fraud, legitimate = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    found = []
    for _ in range(rounds):
        rows = np.concatenate([random.choice(fraud, len(fraud)), random.choice(legitimate, len(legitimate))])
        found.append(metric(labels[rows], probabilities[rows]))
    low, high = np.quantile(found, [0.025, 0.975])
    return Interval(value=float(metric(labels, probabilities)), low=float(low), high=float(high))


def expected_calibration_error(labels: Ints, probabilities: Floats, bins: int = 10) -> float:
    """Mean distance between said and seen fraud rate over bins of equal mass (Nguyen and O'Connor 2015)."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(labels[part].mean() - probabilities[part].mean()) for part in parts) / len(labels))


def recall_at_fpr(labels: Ints, probabilities: Floats, limit: float) -> float:
    """The largest share of fraud caught while at most `limit` of the legitimate cases are flagged."""
    false_positive_rate, recall, _ = roc_curve(labels, probabilities)
    return float(recall[false_positive_rate <= limit].max())
