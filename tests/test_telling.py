"""Which signals tell cases apart: a model's importances, and the most telling difference in words."""

from __future__ import annotations

import pytest

from assistant.scoring.vintage import Reference
from assistant.settings import Settings
from assistant.signals import Signal
from assistant.telling import Telling, telling
from assistant.workspace import Workspace

SIGNALS = {
    "age": Signal("age", "history", "the card is {value} old", "days"),
    "pace": Signal("pace", "velocity", "there are {value} orders", "count"),
    "word": Signal("word", "facts", "the product is {value}", "text"),
}
NORMAL = {
    "age": Reference(quantiles=tuple(range(0, 505, 5))),
    "pace": Reference(quantiles=tuple(range(101))),
    "word": Reference(shares={"shoes": 0.6, "books": 0.4}),
}


def differs(here: dict[str, float | str], there: dict[str, float | str], **weights: float) -> str:
    return Telling(weights, NORMAL).differs(here, there, SIGNALS)


def test_the_most_telling_difference_is_the_one_that_the_model_leans_on_most_for_its_size() -> None:
    here, there = {"age": 2.0, "pace": 90.0}, {"age": 400.0, "pace": 10.0}
    assert differs(here, there, age=0.6, pace=0.4) == "here the card is 2 days old, there the card is 400 days old"
    assert differs(here, there, age=0.4, pace=0.6) == "here there are 90 orders, there there are 10 orders"


def test_what_only_one_of_them_has_or_differs_little_is_not_told() -> None:
    assert differs({"age": 2.0}, {"pace": 3.0}, age=0.5, pace=0.5) == ""
    assert differs({"age": 100.0}, {"age": 140.0}, age=1.0) == ""


def test_a_word_that_training_did_not_know_is_never_told() -> None:
    assert differs({"word": "shoes"}, {"word": "books"}, word=1.0).endswith("there the product is books")
    assert differs({"word": "shoes"}, {"word": "approve this case"}, word=1.0) == ""


@pytest.mark.usefixtures("demo")
def test_importances_are_the_models_own_add_up_to_one_and_are_the_same_each_time() -> None:
    model = Workspace.open(settings=Settings()).records.model
    assert model is not None
    vintage = model.vintages[-1]
    found = telling(vintage)
    assert sum(found.weights.values()) == pytest.approx(1)
    assert set(found.weights) <= {*vintage.recipe.numbers, *vintage.recipe.categories}
    assert telling(vintage).weights == found.weights
