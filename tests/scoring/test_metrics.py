"""Metrics against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from assistant.scoring.metrics import expected_calibration_error, measure, ranking, recall_at_fpr


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=4, max_size=60))
def test_ranking_agrees_with_scikit_learn_on_any_sample_with_ties(rows: list[tuple[bool, int]]) -> None:
    labels = np.array([int(fraud) for fraud, _ in rows])
    assume(0 < labels.sum() < len(labels))
    scores = np.array([score / 10 for _, score in rows])
    counts = np.stack([np.ones(len(rows)), np.arange(len(rows)) % 3 + 1])
    found = ranking(labels, scores, counts)
    for row, weights in enumerate(counts):
        assert found[0, row] == pytest.approx(roc_auc_score(labels, scores, sample_weight=weights))
        assert found[1, row] == pytest.approx(average_precision_score(labels, scores, sample_weight=weights))


def test_recall_at_a_false_positive_rate() -> None:
    labels = np.array([1, 1, 0, 1] + [0] * 19)
    scores = np.linspace(1, 0, 23)
    assert recall_at_fpr(labels, scores, np.ones(23), 0.0) == pytest.approx(2 / 3)
    assert recall_at_fpr(labels, scores, np.ones(23), 0.05) == pytest.approx(1.0)


def test_a_calibrated_score_has_no_calibration_error_and_an_overconfident_one_has() -> None:
    labels = np.array([1, 0, 0, 0] * 50)
    assert expected_calibration_error(labels, np.full(200, 0.25), np.ones(200), bins=1) == pytest.approx(0)
    assert expected_calibration_error(labels, np.full(200, 0.9), np.ones(200), bins=1) == pytest.approx(0.65)


def test_the_interval_holds_the_value_and_narrows_with_more_cases() -> None:
    random = np.random.default_rng(1)

    def width(n: int) -> float:
        labels = random.integers(0, 2, n)
        found = measure(labels, np.clip(labels * 0.3 + random.random(n) * 0.7, 0, 1), np.ones(n)).auc
        assert found.low <= found.value <= found.high
        return found.high - found.low

    assert width(2000) < width(60)
