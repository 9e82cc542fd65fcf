"""Champion and challengers: better beyond noise is promoted, luck is not, and a person may insist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from assistant.case import Case
from assistant.errors import BadInput
from assistant.scoring import Model, compare
from assistant.scoring.compare import difference
from assistant.scoring.frame import Floats, Frame, Ints
from assistant.scoring.later import Later
from assistant.scoring.models import Given, Linear, Trees
from assistant.scoring.models.linear import FittedLinear
from assistant.scoring.search import search
from tests.cases import case
from tests.conftest import at
from tests.scoring.small_world import lesson, with_fact, world


@dataclass(frozen=True)
class Blind:
    """A learner that sees everything but the signals."""

    name: str = "blind"
    by_itself: bool = True
    reads: tuple[str, ...] | None = None

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> FittedLinear:
        dark = Frame(np.zeros_like(frame.matrix), frame.numbers, frame.categories, frame.directions)
        return Linear(strength=1e6).fit(dark, labels, weights)


def later(said: Floats, truth: Ints) -> Later:
    return Later(np.arange(len(truth)), truth, np.ones(len(truth)), said, said, said)


def cases(n: int) -> list[Case]:
    return [case(f"c{number}", at(days=number)) for number in range(n)]


def test_a_challenger_that_is_better_beyond_noise_is_promoted_and_says_by_how_much() -> None:
    found = compare(lesson(*world()), [Blind(), Trees()])
    card = found.champion.card
    assert (card.name, card.promoted) == ("xgboost", True)
    assert card.difference is not None
    assert card.difference.low > 0
    assert "promoted over blind" in card.verdict
    assert found.trained[1].model.card.verdict == "replaced by xgboost"


def test_a_challenger_that_is_no_better_is_not_promoted() -> None:
    found = compare(lesson(*world()), [Trees(), Blind(), Linear(name="the same again")])
    assert found.champion.card.name == "xgboost"
    assert found.champion.card.verdict.startswith("stays")
    assert [one.model.card.promoted for one in found.trained] == [True, False, False]


def test_a_score_of_somebody_else_is_promoted_only_by_a_person() -> None:
    given, outcomes = world()
    random = np.random.default_rng(1)
    scored = []
    for one in given:
        values = {fraud: f"{np.clip(0.2 + 0.5 * fraud + random.normal(0, 0.15), 0, 1):.3f}" for fraud in (True, False)}
        scored += with_fact([one], outcomes, "theirs", values)
    taught = lesson(scored, outcomes)
    assert not taught.left_out
    found = compare(taught, [Blind(), Given("theirs")])
    assert found.champion.card.name == "blind"
    assert "--champion given:theirs" in found.trained[1].model.card.verdict
    insisted = compare(taught, [Blind(), Given("theirs")], insist="given:theirs").champion.card
    assert (insisted.name, insisted.promoted) == ("given:theirs", True)
    assert "a person insisted" in insisted.verdict


def test_insisting_on_a_model_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(BadInput, match="no model 'forst' to promote; there are xgboost, logistic"):
        compare(lesson(*world()), [Trees(), Linear()], insist="forst")


def test_a_cheaper_challenger_has_its_cost_below_zero_beyond_noise() -> None:
    random = np.random.default_rng(1)
    truth = (random.random(400) < 0.25).astype(np.int64)
    good, bad = (np.clip(truth * weight + random.random(400) * 0.5, 0.01, 0.99) for weight in (0.4, 0.1))

    def cost(_: Case, probability: float, fraud: bool) -> float:
        return 10.0 if (probability > 0.4) != fraud else 0.0

    found = difference(later(good, truth), later(bad, truth), cases(400), cost)
    assert found is not None
    assert found[1] is not None
    assert found[0].low > 0
    assert found[1].high < 0
    same = difference(later(good, truth), later(good, truth), cases(400), cost)
    assert same is not None
    assert same[0].low == same[0].high == 0


def test_more_chances_make_the_interval_wider() -> None:
    random = np.random.default_rng(2)
    truth = (random.random(300) < 0.3).astype(np.int64)
    one, other = (np.clip(truth * 0.3 + random.random(300) * 0.7, 0, 1) for _ in range(2))
    single, many = (difference(later(one, truth), later(other, truth), cases(300), None, n) for n in (1, 5))
    assert single is not None
    assert many is not None
    assert many[0].low < single[0].low < single[0].high < many[0].high


def test_which_of_two_is_called_the_challenger_changes_only_the_sign() -> None:
    random = np.random.default_rng(4)
    truth = (random.random(300) < 0.3).astype(int)
    one, other = (later(np.clip(truth * pull + random.random(300), 0, 1), truth) for pull in (0.6, 0.3))
    one = replace(one, weights=random.random(300) + 0.1)  # as where a control sample speaks for its fifths
    there, back = (difference(*pair, cases(300), None) for pair in ((one, other), (other, one)))
    assert there is not None
    assert back is not None
    assert there[0].value == pytest.approx(-back[0].value)
    assert (there[0].low, there[0].high) == pytest.approx((-back[0].high, -back[0].low))


def test_with_few_later_frauds_nothing_can_be_told() -> None:
    truth = np.array([1] * 10 + [0] * 90)
    assert difference(later(truth * 0.9, truth), later(truth * 0.1, truth), cases(100), None) is None


def test_every_model_leaves_a_card_and_only_the_champion_its_files(tmp_path: Path) -> None:
    found = compare(lesson(*world()), [Trees(), Blind()])
    found.save(tmp_path)
    ids: Mapping[str, str] = {one.model.card.name: one.model.card.model_id for one in found.trained}
    for model_id in ids.values():
        assert (tmp_path / model_id / "card.json").exists()
        assert "Slices" in (tmp_path / model_id / "card.html").read_text()
    assert not (tmp_path / ids["blind"] / "00").exists()
    champion = Model.champion(tmp_path)
    assert champion is not None
    assert champion.card.model_id == ids["xgboost"]
    card = champion.card
    assert {one.by for one in card.slices} >= {"kind", "customer"}
    assert card.metrics is not None
    assert sum(n for _, _, n in card.reliability) == card.metrics.n_test
    assert len(card.sha256) == 64
    assert card.versions["numpy"] == np.__version__
    assert "value.speed" in card.signals["payment"]


def test_the_search_stops_with_its_budget_and_looks_at_no_later_case() -> None:
    taught = lesson(*world(800))
    found = search(taught, Linear(), 1e-9, lambda *_: None)
    assert {kind: one.tried for kind, one in found.items()} == {"payment": 0}
    assert found["payment"].learner == Linear()
    whole = search(taught, Linear(), 60, lambda *_: None)
    assert whole["payment"].tried == 3
    blinded = lesson(*world(800))
    first = blinded.cutoffs("payment")[0]
    for row, one in enumerate(blinded.cases):
        if one.opened_at >= first:
            blinded.table.numbers["value.speed"][row] = 0.0
    assert search(blinded, Linear(), 60, lambda *_: None) == whole
