"""Label delay: what is known so far is weighted back to what will be known."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.scoring.delay import completeness, delay_weights
from tests.conftest import NOON


def test_the_share_known_is_recovered_from_what_could_be_seen() -> None:
    random = np.random.default_rng(5)
    delays, limits = random.uniform(0, 40, 20_000), random.uniform(0, 80, 20_000)
    seen = delays <= limits
    found = completeness(delays[seen], limits[seen], np.array([10.0, 20.0, 30.0, 60.0]))
    assert found == pytest.approx([0.25, 0.5, 0.75, 1.0], abs=0.03)


def test_the_base_rate_is_right_although_fraud_is_known_sooner() -> None:
    random = np.random.default_rng(6)
    fraud = random.random(20_000) < 0.1
    ages = random.uniform(0, 100, 20_000)
    delays = np.where(fraud, random.uniform(5, 25, 20_000), random.uniform(30, 60, 20_000))
    known = delays < ages
    now = NOON.timestamp()
    opened = now - ages[known] * 86400
    weights = delay_weights(opened, opened + delays[known] * 86400, fraud[known].astype(np.int64), NOON)
    old = (ages[known] > 40) & (ages[known] < 60)  # younger than 30, no legitimate case can be known at all
    assert np.mean(fraud[known][old]) > 0.13
    assert np.average(fraud[known][old], weights=weights[old]) == pytest.approx(0.1, abs=0.012)
    assert weights.min() >= 1


def test_when_everything_is_known_every_label_counts_once() -> None:
    opened = NOON.timestamp() - np.arange(100, 200) * 86400.0
    labels = (np.arange(100) % 5 == 0).astype(np.int64)
    assert delay_weights(opened, opened + 86400 * 30, labels, NOON) == pytest.approx(np.ones(100))
