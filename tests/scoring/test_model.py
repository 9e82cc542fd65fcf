"""Training and scoring on a small made-up world: no leak, reasons that add up, honest abstention."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from assistant.case import Case, Scorecard
from assistant.errors import BadInput, NotReady
from assistant.scoring import Model, train
from assistant.scoring.calibration import Calibration
from assistant.scoring.frame import Floats, Frame, Ints
from assistant.signals import SignalTable, compute, trace
from tests.cases import case, fact
from tests.conftest import at
from tests.scoring.small_world import MATURITY, NOW, band, signals, world


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
        log_odds = pytest.approx(math.log(card.probability / (1 - card.probability)), abs=1e-4)
        told = sum(one.contribution for one in card.reasons) + sum(one.contribution for one in card.interactions)
        assert card.base + told + card.other == log_odds
        assert card.base + sum(card.groups.values()) == log_odds
        assert set(card.groups) <= {"own columns", "history", "money"}


@dataclass(frozen=True)
class Backwards:
    """A model that lowers the score for devices seen often, and raises it for those seen once, against the
    direction."""

    kind: ClassVar[str] = "backwards"
    name: str = "backwards"
    by_itself: bool = True
    reads: tuple[str, ...] | None = None

    def fit(self, frame: Frame, labels: Ints, weights: Floats) -> Backwards:
        return self

    def margins(self, frame: Frame) -> Floats:
        return self.contributions(frame).sum(axis=1)

    def contributions(self, frame: Frame) -> Floats:
        parts = np.zeros((len(frame), len(frame.names) + 1))
        often = frame.names.index("device_cases_24h"), frame.names.index("value.speed")
        parts[:, often[0]] = 1 - frame.matrix[:, often[0]]
        parts[:, often[1]] = frame.matrix[:, often[1]]
        return parts

    def save(self, folder: Path) -> None:
        raise NotImplementedError

    @classmethod
    def load(cls, folder: Path) -> Backwards:
        raise NotImplementedError


def test_a_contribution_against_the_declared_direction_is_no_reason_but_an_interaction() -> None:
    cases, outcomes = world()
    table = signals(cases, outcomes)
    assert table.signals["device_cases_24h"].bad == "high"
    model = train(cases, table, {}, outcomes, now=NOW, maturity=MATURITY, learner=Backwards())
    found = list(model.score(cases, table, frozenset(), band))
    assert not [one for card in found for one in card.reasons if one.signal == "device_cases_24h"]
    told = [one for card in found for one in card.interactions]
    assert {one.signal for one in told} == {"device_cases_24h"}
    assert any("usually lowers the risk and raises it here" in one.statement for one in told)
    assert any(one.signal == "value.speed" for card in found for one in card.reasons)


def test_the_interval_of_a_case_holds_its_probability(trained: tuple[list[Case], SignalTable, Model]) -> None:
    widths = []
    for card in cards(trained):
        assert card.interval is not None
        assert card.probability is not None
        assert 0 <= card.interval[0] <= card.probability <= card.interval[1] <= 1
        widths.append(card.interval[1] - card.interval[0])
    assert max(widths) > 0.02


def test_reasons_are_signed_and_say_the_normal_range(trained: tuple[list[Case], SignalTable, Model]) -> None:
    reasons = [reason for card in cards(trained) for reason in card.reasons if reason.signal == "value.speed"]
    assert reasons
    for reason in reasons:
        assert (reason.contribution > 0) == (reason.polarity == "raises")
        assert "of cases)" in reason.statement or "most cases)" in reason.statement
    fast = max(reasons, key=lambda reason: reason.percentile or 0)
    assert fast.polarity == "raises"
    assert "higher than in 99% of cases" in fast.statement


def test_a_reason_stands_beside_the_strongest_of_its_side_and_nothing_usual_raises_a_score(
    trained: tuple[list[Case], SignalTable, Model],
) -> None:
    for card in cards(trained):
        for side in ("raises", "lowers"):
            sizes = [abs(reason.contribution) for reason in card.reasons if reason.polarity == side]
            assert not sizes or min(sizes) >= max(sizes) / 3
        assert not [one for one in card.reasons if one.polarity == "raises" and "most cases)" in one.statement]


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


def test_a_model_of_the_first_version_is_still_read(
    trained: tuple[list[Case], SignalTable, Model], tmp_path: Path
) -> None:
    line = Calibration(method="platt", numbers=(0.8, -0.3))
    vintages = [replace(one, recipe=one.recipe.model_copy(update={"calibration": line})) for one in trained[2].vintages]
    straight = replace(trained[2], vintages=tuple(vintages))
    straight.save(tmp_path)
    for path in tmp_path.glob("*/*/recipe.json"):
        recipe = json.loads(path.read_text())
        del recipe["calibration"], recipe["model"]
        for reference in recipe["references"].values():
            del reference["present"]
        path.write_text(json.dumps(recipe | {"slope": 0.8, "intercept": -0.3}))
    again = Model.champion(tmp_path)
    assert again is not None
    now, then = (cards((trained[0], trained[1], one)) for one in (straight, again))
    assert [one.probability for one in then] == [one.probability for one in now]


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


def test_an_unseen_device_and_a_missing_number_do_not_stop_a_score(
    trained: tuple[list[Case], SignalTable, Model],
) -> None:
    sparse = case("new", at(days=110), fact("device", "never seen"))
    own = trace(sparse)
    (card,) = trained[2].score([sparse], compute([sparse], [own], [own]), frozenset(), band)
    assert card.probability is not None


def test_a_case_unlike_anything_seen_gets_no_score_and_says_why(trained: tuple[list[Case], SignalTable, Model]) -> None:
    bare = case("new", at(days=110), kind="payment")
    own = trace(bare)
    (card,) = trained[2].score([bare], compute([bare], [own], [own]), frozenset(), band)
    assert (card.probability, card.band, card.reasons) == (None, "abstain", ())
    assert "too unlike anything seen" in card.note


def test_no_ordinary_case_is_called_unlike_anything_seen(trained: tuple[list[Case], SignalTable, Model]) -> None:
    assert not any("unlike" in card.note for card in cards(trained))


def test_the_model_before_comes_back_and_the_first_one_has_none_before(
    trained: tuple[list[Case], SignalTable, Model], tmp_path: Path
) -> None:
    trained[2].save(tmp_path)
    with pytest.raises(BadInput, match="no earlier model"):
        Model.go_back(tmp_path)
    cases, outcomes = world(seed=4)
    other = train(cases, signals(cases, outcomes), {}, outcomes, now=NOW, maturity=MATURITY)
    other.save(tmp_path)
    assert Model.go_back(tmp_path).card.model_id == trained[2].card.model_id
    again = Model.champion(tmp_path)
    assert again is not None
    assert cards((trained[0], trained[1], again)) == cards(trained)


def test_the_page_of_a_card_shows_hostile_names_as_text(
    trained: tuple[list[Case], SignalTable, Model], tmp_path: Path
) -> None:
    hostile = "<script>alert(1)</script>"
    trained[2].card.model_copy(update={"notes": (hostile,), "left_out": {hostile: hostile}}).save(tmp_path)
    page = (tmp_path / "card.html").read_text()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3


def test_the_last_five_models_stay_whole_and_of_older_ones_the_card(
    trained: tuple[list[Case], SignalTable, Model], tmp_path: Path
) -> None:
    for number in range(7):
        named = trained[2].card.model_copy(update={"model_id": f"model-{number}"})
        replace(trained[2], card=named).save(tmp_path)
    whole = {path.parent.name for path in tmp_path.glob("*/00")}
    assert whole == {f"model-{number}" for number in range(2, 7)}
    assert (tmp_path / "model-0" / "card.json").exists()
    for number in range(5, 1, -1):
        assert Model.go_back(tmp_path).card.model_id == f"model-{number}"
    with pytest.raises(BadInput, match="no earlier model"):
        Model.go_back(tmp_path)
