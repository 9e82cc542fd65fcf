"""Calibration: every method mends a crooked score, keeps the order, and the free ones are taken only for a reason."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.scoring.calibration import METHODS, Calibration, Method, calibrate, fit


def crooked(n: int, seed: int, *, bend: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Margins twice as sure as they should be, or cut off at a level, with the labels that belong to them."""
    random = np.random.default_rng(seed)
    true = random.normal(-1.5, 1.5, n)
    labels = (random.random(n) < 1 / (1 + np.exp(-true))).astype(np.int64)
    return (np.where(true > -1, 6.0 + true / 100, true - 4) if bend else 2 * true + 1), labels


@pytest.mark.parametrize("method", METHODS)
def test_each_method_mends_an_overconfident_score_on_later_cases(method: Method) -> None:
    margins, labels = crooked(3000, 1)
    later, truth = crooked(20_000, 2)
    said = 1 / (1 + np.exp(-fit(method, margins, labels, np.ones(3000)).log_odds(later)))
    raw = 1 / (1 + np.exp(-later))
    assert np.mean((said - truth) ** 2) < np.mean((raw - truth) ** 2) - 0.01
    for part in np.array_split(np.argsort(said, kind="stable"), 5):
        assert said[part].mean() == pytest.approx(truth[part].mean(), abs=0.05)


@pytest.mark.parametrize("method", METHODS)
def test_no_method_turns_two_cases_round(method: Method) -> None:
    margins, labels = crooked(400, 3)
    found = fit(method, margins, labels, np.ones(400)).log_odds(np.linspace(-10, 10, 500))
    assert (np.diff(found) >= -1e-12).all()


@pytest.mark.parametrize("method", METHODS)
def test_contributions_still_add_up_after_any_method(method: Method) -> None:
    margins, labels = crooked(400, 3)
    calibration = fit(method, margins, labels, np.ones(400))
    random = np.random.default_rng(1)
    raw = np.column_stack([random.normal(size=(50, 4)), np.full(50, -1.0)])
    parts, base = calibration.apply(raw)
    np.testing.assert_allclose(base + parts.sum(axis=1), calibration.log_odds(raw.sum(axis=1)), atol=1e-9)


def test_the_line_stays_where_nothing_is_better_beyond_noise() -> None:
    assert calibrate(*crooked(900, 4), np.ones(900)).method == "platt"
    few = calibrate(*crooked(60, 5), np.ones(60))
    assert (few.method, few.losses) == ("platt", {})


def test_a_method_that_bends_is_taken_where_a_line_is_plainly_wrong() -> None:
    found = calibrate(*crooked(6000, 6, bend=True), np.ones(6000))
    assert found.method != "platt"
    assert found.losses[found.method] < found.losses["platt"]


def test_the_interval_is_wider_where_fewer_cases_scored_alike() -> None:
    many, few = (calibrate(*crooked(n, 7), np.ones(n)) for n in (5000, 150))

    def width(found: Calibration) -> float:
        ends = found.interval(np.array([1.0]), np.array([0.5]))
        assert ends is not None
        return float(ends[1][0] - ends[0][0])

    assert width(few) > 2 * width(many)


def test_the_ends_of_the_interval_hold_the_rate_that_is_seen_later() -> None:
    calibration = calibrate(*crooked(2000, 8), np.ones(2000))
    later, truth = crooked(20_000, 9)
    ends = calibration.interval(later, 1 / (1 + np.exp(-calibration.log_odds(later))))
    assert ends is not None
    holds = 0
    for part in np.array_split(np.argsort(later, kind="stable"), 10):
        holds += ends[0][part].mean() - 0.02 <= truth[part].mean() <= ends[1][part].mean() + 0.02
    assert holds >= 9
