"""The control sample: drawn by a coin that nothing moves, and standing for the cases that were stopped."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from assistant.case import Decision
from assistant.scoring import prepare
from assistant.scoring.control import drawn, represent
from assistant.scoring.models import Trees
from assistant.scoring.train import teach
from tests.scoring.small_world import MATURITY, NOW, signals, world


def test_the_coin_is_fair_and_a_larger_share_holds_the_smaller_one() -> None:
    ids = [f"case-{number}" for number in range(20_000)]
    small, large = ({one for one in ids if drawn(one, 7, share)} for share in (0.01, 0.02))
    assert 150 < len(small) < 250
    assert 330 < len(large) < 470
    assert small < large
    assert small != {one for one in ids if drawn(one, 8, 0.01)}


def test_control_cases_stand_for_stopped_ones_so_that_the_rate_of_fraud_comes_out_right() -> None:
    random = np.random.default_rng(5)
    said = random.random(40_000)
    truth = (random.random(40_000) < said).astype(int)
    control = random.random(40_000) < 0.02
    stopped = (said > 0.6) & ~control & (random.random(40_000) < 0.5 + 0.45 * truth)
    kept = ~stopped
    naive = truth[kept].mean()
    made = represent(said[kept], np.ones(kept.sum()), control[kept], said[stopped])
    weighted = float(np.average(truth[kept], weights=made.weights))
    assert abs(naive - truth.mean()) > 0.1
    assert abs(weighted - truth.mean()) < 0.03
    assert made.spoken_for == stopped.sum()
    assert made.left_out == 0
    assert made.weights.sum() == np.float64(40_000)


def test_with_too_few_control_cases_weights_stay_and_the_stopped_ones_are_counted_as_left_out() -> None:
    said, control = np.linspace(0, 1, 100), np.zeros(100, dtype=bool)
    control[[50, 90]] = True
    made = represent(said, np.ones(100), control, np.full(30, 0.95))
    assert (made.weights == 1).all()
    assert (made.spoken_for, made.left_out) == (0, 30)


def test_a_card_says_how_stopped_cases_and_the_control_sample_were_treated() -> None:
    cases, outcomes = world(600)
    decisions = {}
    for number, one in enumerate(cases):
        if float(one.facts[0].value) > 1 and number % 3:  # stopped for their speed, and nobody knows any more
            del outcomes[one.case_id]
            when = one.opened_at + timedelta(hours=1)
            decisions[one.case_id] = [
                Decision(case_id=one.case_id, action="block", reason="fast", reviewer="kim", decided_at=when)
            ]
    control = frozenset(one.case_id for one in cases[::3])
    taught = prepare(cases, signals(cases, outcomes), decisions, outcomes, now=NOW, maturity=MATURITY, control=control)
    card = teach(taught, Trees()).model.card
    assert any(f"{len(decisions)} cases were not approved and have no outcome" in note for note in card.notes)
    (said,) = [note for note in card.notes if "of the control sample" in note]
    assert "stand for 0 later" not in said
    assert any(one.by == "control sample" for one in card.slices)
    alone = prepare(cases, signals(cases, outcomes), decisions, outcomes, now=NOW, maturity=MATURITY)
    plain = teach(alone, Trees()).model.card
    assert not any("of the control sample" in note for note in plain.notes)
    assert plain.metrics is not None
    assert card.metrics is not None
    assert plain.metrics.average_precision != card.metrics.average_precision
