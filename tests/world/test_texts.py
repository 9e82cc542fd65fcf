"""Texts and notes: many voices, a few attacks, and no knowledge of what is true."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from assistant.world.chance import Dice
from assistant.world.evidence import Link
from assistant.world.handling import handle
from assistant.world.notes import agent_note
from assistant.world.payment import payment_stories
from assistant.world.stage import build_stage
from assistant.world.story import Story, Truth
from assistant.world.voices import customer_text
from tests.world.conftest import END, World, moment

MESSAGES = {"payments": "customer_message", "identity": "applicant_message", "merchants": "merchant_statement"}
ATTACK = re.compile(
    r"ignore all|ignoriere alle|ignore toutes|ignora las|ignore as|system|assistant|language model|override|</|<!--"
    r"|action: approve|\[E1\]|instruction|maintenance mode|release_payment|cleared by the second|\{\{|your developer"
    r"|skip the review",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return payment_stories(build_stage(600, 3, END), 360, Dice(3, "payments"))


def test_texts_and_notes_do_not_change_with_the_truth(stories: list[Story]) -> None:
    guilty = [replace(story, truth=Truth(typology="card_testing")) for story in stories]
    innocent = [replace(story, truth=Truth()) for story in stories]
    texts = [
        [customer_text(story, dice) for story in told] for told in (guilty, innocent) for dice in [Dice(1, "texts")]
    ]
    end = datetime.combine(END, time(), UTC)
    notes = [
        [agent_note(story, handle(story, end, dice), Link(), dice).text for story in told]
        for told in (guilty, innocent)
        for dice in [Dice(1, "notes")]
    ]
    assert texts[0] == texts[1]
    assert notes[0] == notes[1]
    assert any(texts[0])
    assert any(notes[0])


@pytest.mark.parametrize("kind", MESSAGES)
def test_about_half_of_the_cases_come_with_a_text_and_hardly_two_are_alike(made: World, kind: str) -> None:
    texts = [text for row in made.by_kind[kind] if (text := row[MESSAGES[kind]])]
    assert 0.4 < len(texts) / len(made.by_kind[kind]) < 0.7
    assert len(set(texts)) / len(texts) > 0.9
    assert min(map(len, texts)) < 25
    assert max(map(len, texts)) > 250


def test_about_two_in_a_hundred_cases_talk_to_a_machine(made: World) -> None:
    attacked = [row for kind, column in MESSAGES.items() for row in made.by_kind[kind] if ATTACK.search(row[column])]
    assert 0.012 < len(attacked) / len(made.rows) < 0.035
    honest = [row for row in attacked if made.truth[row["case_id"]]["fraud"] == "0"]
    assert honest
    assert len(honest) < len(attacked)


@pytest.mark.parametrize("word", ["bestellung", "commande", "pedido", "encomenda", "bestelling", "ordine", "注文"])
def test_several_languages_are_written(made: World, word: str) -> None:
    assert any(word in row["customer_message"].lower() for row in made.payments)


def test_no_slot_is_left_open(made: World) -> None:
    columns = [*MESSAGES.values(), "first_line_note", "decision_reason"]
    slots = re.compile(r"\{\w+\}|\[[^\[\]]*\|[^\[\]]*\]")
    assert not [row[name] for row in made.rows for name in columns if slots.search(row.get(name, ""))]


def test_a_note_points_to_earlier_cases_only(made: World) -> None:
    opened = {row["case_id"]: moment(row["opened_at"]) for row in made.rows}
    pointers = [(row, other) for row in made.rows for other in re.findall(r"\b[pim]-\d{5}\b", row["first_line_note"])]
    assert len(pointers) > 300
    assert all(opened[other] <= opened[row["case_id"]] for row, other in pointers)


def test_notes_and_texts_never_say_how_it_ended(made: World) -> None:
    ended = re.compile(
        r"chargeback received|was blocked|was approved|turned out|confirmed fraud|overturned", re.IGNORECASE
    )
    columns = [*MESSAGES.values(), "first_line_note"]
    assert not [row[name] for row in made.rows for name in columns if ended.search(row.get(name, ""))]
