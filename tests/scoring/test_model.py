"""Training and scoring on a small made-up world: no leak, reasons that add up, honest abstention."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant.case import Band, Case, Outcome, Scorecard
from assistant.errors import BadInput, NotReady
from assistant.scoring import Model, train
from assistant.signals import SignalTable, compute, trace
from tests.cases import case, fact, outcome
from tests.conftest import at

NOW = at(days=120)
MATURITY = timedelta(days=45)


def world(n: int = 400, seed: int = 3) -> tuple[list[Case], dict[str, list[Outcome]]]:
    """Fraud has a high "speed" more often than not, and lives on few devices."""
    random = np.random.default_rng(seed)
    cases, outcomes = [], {}
    for number in range(n):
        fraud = random.random() < 0.2
        speed = random.normal(1.5 if fraud else 0.0)
        device = f"d{random.integers(0, 5)}" if fraud and random.random() < 0.5 else f"own{number}"
        moment = at(days=100 * number / n)
        one = case(f"c{number}", moment, fact("number", f"{speed:.3f}", "speed"), fact("device", device))
        cases.append(one)
        outcomes[one.case_id] = [outcome(one.case_id, "fraud" if fraud else "legitimate", moment + timedelta(days=2))]
    return cases, outcomes


def band(kind: str, probability: float) -> Band:
    return "high" if probability > 0.5 else "low"


def signals(cases: list[Case], outcomes: dict[str, list[Outcome]]) -> SignalTable:
    traces = [trace(one, outcomes.get(one.case_id, ())) for one in cases]
    return compute(cases, traces, traces)


@pytest.fixture(scope="module")
def trained() -> tuple[list[Case], SignalTable, Model]:
    cases, outcomes = world()
    table = signals(cases, outcomes)
    return cases, table, train(cases, table, {}, outcomes, now=NOW, maturity=MATURITY)


def cards(trained: tuple[list[Case], SignalTable, Model], decided: frozenset[str] = frozenset()) -> list[Scorecard]:
    cases, table, model = trained
    return list(model.score(cases, table, decided, band))


def test_it_learns_on_later_data(trained: tuple[list[Case], SignalTable, Model]) -> None:
    metrics = trained[2].card.metrics
    assert metrics is not None
    assert metrics.auc.value > 0.75
    assert metrics.n_test > 150


def test_base_reasons_and_rest_add_up_to_the_probability(trained: tuple[list[Case], SignalTable, Model]) -> None:
    for card in cards(trained):
        assert card.probability is not None
        total = card.base + sum(reason.contribution for reason in card.reasons) + card.other
        assert total == pytest.approx(math.log(card.probability / (1 - card.probability)), abs=1e-4)


def test_reasons_are_signed_and_say_the_normal_range(trained: tuple[list[Case], SignalTable, Model]) -> None:
    reasons = [reason for card in cards(trained) for reason in card.reasons if reason.signal == "value.speed"]
    assert reasons
    for reason in reasons:
        assert (reason.contribution > 0) == (reason.polarity == "raises")
        assert "of cases)" in reason.statement or "most cases)" in reason.statement
    fast = max(reasons, key=lambda reason: reason.percentile or 0)
    assert fast.polarity == "raises"
    assert "higher than in 99% of cases" in fast.statement


def test_no_vintage_that_scores_a_case_is_younger_than_the_case(trained: tuple[list[Case], SignalTable, Model]) -> None:
    cases, _, model = trained
    everyone = frozenset(one.case_id for one in cases)
    picks = [model.pick(one, everyone) for one in cases]
    assert any(pick.vintage for pick in picks)
    for one, pick in zip(cases, picks, strict=True):
        assert pick.vintage is None or pick.vintage.recipe.cutoff <= one.opened_at
        assert pick.vintage or pick.note


def test_what_became_known_later_changes_no_earlier_score() -> None:
    cases, outcomes = world()
    cut = cases[300].opened_at
    flipped = {
        key: [
            one if one.known_at < cut else one.model_copy(update={"outcome": "fraud" if number % 2 else "legitimate"})
            for one in given
        ]
        for number, (key, given) in enumerate(outcomes.items())
    }
    # the cutoffs are positions in the order of time, so both worlds have the same ones
    both = []
    for truth in (outcomes, flipped):
        table = signals(cases, truth)
        model = train(cases, table, {}, truth, now=NOW, maturity=MATURITY)
        early = [row for row, one in enumerate(cases) if one.opened_at < cut]
        found = list(model.score(cases, table, frozenset(outcomes), band))
        both.append([found[row].probability for row in early])
    assert both[0] == both[1]


def test_an_undecided_case_older_than_every_model_is_scored_and_says_so(
    trained: tuple[list[Case], SignalTable, Model],
) -> None:
    assert "after this case was opened" in cards(trained)[0].note
    old = cards(trained, decided=frozenset({"c0"}))[0]
    assert old.probability is None
    assert old.band == "abstain"


def test_a_model_comes_back_from_disk_with_the_same_scores(
    trained: tuple[list[Case], SignalTable, Model], tmp_path: Path
) -> None:
    trained[2].save(tmp_path)
    again = Model.champion(tmp_path)
    assert again is not None
    assert cards((trained[0], trained[1], again)) == cards(trained)


def test_a_damaged_model_is_named_with_the_remedy(
    trained: tuple[list[Case], SignalTable, Model], tmp_path: Path
) -> None:
    trained[2].save(tmp_path)
    next(tmp_path.glob("*/00/recipe.json")).write_text("{")
    with pytest.raises(NotReady, match="fra train"):
        Model.champion(tmp_path)


def test_too_few_labels_are_refused_with_the_numbers() -> None:
    cases, outcomes = world(30)
    with pytest.raises(BadInput, match="30 labelled cases"):
        train(cases, signals(cases, outcomes), {}, outcomes, now=NOW, maturity=MATURITY)


def test_unseen_categories_and_missing_signals_do_not_stop_a_score(
    trained: tuple[list[Case], SignalTable, Model],
) -> None:
    bare = case("new", at(days=110), kind="payment")
    own = trace(bare)
    (card,) = trained[2].score([bare], compute([bare], [own], [own]), frozenset(), band)
    assert card.probability is not None
