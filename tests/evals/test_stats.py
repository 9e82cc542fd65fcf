"""The statistics against references worked out another way, and by simulation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from assistant.evals.stats import at_most, holm, interval, mcnemar, smallest_seen, smallest_share_seen, swap_test


@pytest.mark.parametrize(("fixed", "broken"), [(0, 0), (1, 0), (6, 0), (10, 2), (7, 9), (120, 80)])
def test_mcnemar_is_the_binomial_sum_worked_out_by_hand(fixed: int, broken: int) -> None:
    number, rarer = fixed + broken, min(fixed, broken)
    tail = sum(stats.binom.pmf(count, number, 0.5) for count in range(rarer + 1)) if number else 1
    assert mcnemar(fixed, broken) == pytest.approx(min(1, 2 * tail))


def test_a_few_groups_are_swapped_in_every_way() -> None:
    differences = np.array([0.2, 0.3, -0.1, 0.4, 0.5])
    every = [abs(np.dot(signs, differences)) for signs in product((-1, 1), repeat=5)]
    wanted = np.mean(np.array(every) >= abs(differences.sum()) - 1e-9)
    assert swap_test(differences, np.arange(5)) == pytest.approx(wanted)
    reference = stats.permutation_test(
        (differences, np.zeros(5)), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=np.inf
    )
    assert swap_test(differences, np.arange(5)) == pytest.approx(reference.pvalue)


def test_many_groups_agree_with_the_t_test() -> None:
    differences = np.random.default_rng(3).normal(0.15, 1, 200)
    wanted = stats.ttest_1samp(differences, 0).pvalue
    assert swap_test(differences, np.arange(200)) == pytest.approx(wanted, abs=0.02)


def test_the_interval_agrees_with_scipys_bootstrap_and_groups_widen_it() -> None:
    differences = np.random.default_rng(5).normal(0.1, 1, 150)
    reference = stats.bootstrap((differences,), np.mean, method="percentile", rng=np.random.default_rng(1))
    found = interval(differences, np.arange(150))
    assert found.low == pytest.approx(reference.confidence_interval.low, abs=0.03)
    assert found.high == pytest.approx(reference.confidence_interval.high, abs=0.03)
    doubled = interval(np.repeat(differences, 4), np.arange(600))
    grouped = interval(np.repeat(differences, 4), np.repeat(np.arange(150), 4))
    assert grouped.high - grouped.low == pytest.approx(found.high - found.low, rel=0.1)
    assert doubled.high - doubled.low < (found.high - found.low) * 0.6


def test_items_of_one_group_are_no_independent_proof() -> None:
    differences = np.tile([0.5, -0.1, 0.4], 1).repeat(10)
    assert swap_test(differences, np.arange(30)) < 0.01
    assert swap_test(differences, np.repeat(np.arange(3), 10)) >= 0.25


def test_holm_is_holms() -> None:
    # by hand, the smallest first: 4 · 0.005, 3 · 0.01, 2 · 0.03, and never less than the one before
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1, 1]


@pytest.mark.parametrize(("events", "of"), [(0, 300), (3, 300), (300, 300), (1, 2)])
def test_the_upper_bound_of_a_share_is_clopper_and_pearsons(events: int, of: int) -> None:
    reference = stats.binomtest(events, of, alternative="less").proportion_ci(0.95, method="exact").high
    assert at_most(events, of) == pytest.approx(reference)


def test_nothing_in_three_hundred_is_at_most_one_percent() -> None:
    assert at_most(0, 300) < 0.01


def test_the_smallest_share_seen_is_seen_four_times_in_five() -> None:
    items, changed = 150, 0.2
    effect = smallest_share_seen(items, changed)
    random = np.random.default_rng(8)
    better, worse = (changed + effect) / 2, (changed - effect) / 2
    drawn = random.multinomial(items, [better, worse, 1 - changed], size=2000)
    shown = np.mean([mcnemar(int(fixed), int(broken)) <= 0.05 for fixed, broken, _ in drawn])
    assert 0.77 < shown < 0.84


def test_the_smallest_mean_seen_is_seen_four_times_in_five() -> None:
    random = np.random.default_rng(9)
    effect = smallest_seen(random.normal(0, 1, 100), np.arange(100))
    seen = [swap_test(random.normal(effect, 1, 100), np.arange(100)) <= 0.05 for _ in range(300)]
    assert 0.7 < np.mean(seen) < 0.9


def test_no_suite_is_large_enough_to_see_an_effect_in_four_items() -> None:
    assert smallest_share_seen(4, 0.5) == 1
    assert smallest_share_seen(2000, 0.0) < smallest_share_seen(200, 0.0) < 0.06
