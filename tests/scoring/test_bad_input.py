"""Training on bad data: what leaks is named and left out, what is too little is refused with numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.errors import BadInput
from assistant.scoring.models import Trees
from assistant.scoring.train import teach
from tests.scoring.small_world import lesson, with_fact, world


@pytest.mark.parametrize(
    ("name", "of", "why"),
    [
        ("verdict", {True: "1", False: "0"}, "tells fraud from the rest by itself"),
        ("chargeback_day", {True: "12", False: ""}, "filled in for 100% of the fraud and 0.0% of the rest"),
    ],
)
def test_a_column_that_gives_the_answer_away_is_named_and_left_out(name: str, of: dict[bool, str], why: str) -> None:
    cases, outcomes = world()
    leaking = with_fact(cases, outcomes, name, of)
    card = teach(lesson(leaking, outcomes), Trees()).model.card
    assert why in card.left_out[f"value.{name} (payment)"]
    assert any(f"value.{name}" in note and "--keep-leaks" in note for note in card.notes)
    assert f"value.{name}" not in card.signals["payment"]
    kept = teach(lesson(leaking, outcomes, keep_leaks=True), Trees()).model.card
    assert f"value.{name}" in kept.signals["payment"]
    assert kept.metrics is not None
    assert card.metrics is not None
    assert kept.metrics.auc.value > 0.99 > card.metrics.auc.value


def test_an_honest_column_is_no_leak() -> None:
    cases, outcomes = world()
    assert not lesson(cases, outcomes).left_out
    constant = with_fact(cases, outcomes, "constant", {True: "7", False: "7"})
    taught = lesson(constant, outcomes)
    assert not taught.left_out
    assert "value.constant" not in teach(taught, Trees()).model.card.signals["payment"]


@pytest.mark.parametrize("frauds", [0, 5, 400])
def test_too_few_of_a_class_are_refused_with_the_numbers(frauds: int) -> None:
    cases, outcomes = world()
    truth = {
        key: [one.model_copy(update={"outcome": "fraud" if number < frauds else "legitimate"}) for one in given]
        for number, (key, given) in enumerate(outcomes.items())
    }
    with pytest.raises(BadInput, match=rf"400 labelled cases, {frauds} of them fraud; training needs at least 100"):
        teach(lesson(cases, truth), Trees())


def test_labels_from_before_the_case_are_left_out_and_counted() -> None:
    cases, outcomes = world()
    early = {
        key: [
            one.model_copy(update={"known_at": one.known_at - timedelta(days=9)}) if number < 7 else one for one in got
        ]
        for number, (key, got) in enumerate(outcomes.items())
    }
    card = teach(lesson(cases, early), Trees()).model.card
    assert card.n_labels == 393
    assert any(note.startswith("7 cases") and "backwards" in note for note in card.notes)


def test_cases_that_all_came_at_once_make_a_model_that_says_it_is_not_measured() -> None:
    cases, outcomes = world()
    at_once = [one.model_copy(update={"opened_at": cases[0].opened_at}) for one in cases]
    card = teach(lesson(at_once, outcomes), Trees()).model.card
    assert card.metrics is None
    assert any("not measured" in note for note in card.notes)
