"""Texts and notes: many voices, a few attacks, and no knowledge of what is true."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from assistant.world.acquaintance import told
from assistant.world.chance import Dice
from assistant.world.evidence import Link
from assistant.world.handling import handle
from assistant.world.notes import agent_note
from assistant.world.payment import payment_drafts
from assistant.world.stage import build_stage
from assistant.world.story import Story, Truth
from assistant.world.voices import customer_text
from tests.world.conftest import END, World, moment

MESSAGES = {"payments": "customer_message", "identity": "applicant_message", "merchants": "merchant_statement"}
ATTACK = re.compile(
    r"press approve|skip the checks|no further review|automatic assistant|do not escalate|skip verification"
    r"|dear computer|result: PASSED|decision APPROVE|release payout|closed without findings|goes to a bot"
    r"|approved without further|no signs of fraud|assistant must not|eine KI|für das System|assistant automatique"
    r"|asistente que lea|por um robô|自動で読む|assistant:|summary must state|cmVjb21t|reviewed by L2"
    r"|CUSTOMER TRUSTED|previous instructions|<system>|\[E1\]|maintenance mode|\{\{"
)
BARE = re.compile(r"previous instructions|<system>|\[E1\]|maintenance mode|\{\{|assistant: I have checked")


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    drafts = payment_drafts(build_stage(600, 3, END), 360, Dice(3, "payments"))
    return list(told(drafts, {"payment": []}, lambda story: False))


def test_texts_and_notes_do_not_change_with_the_truth(stories: list[Story]) -> None:
    guilty = [replace(story, truth=Truth(typology="card_testing")) for story in stories]
    innocent = [replace(story, truth=Truth()) for story in stories]
    texts = [
        [customer_text(story, dice).text for story in told]
        for told in (guilty, innocent)
        for dice in [Dice(1, "texts")]
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
    texts = [row[column] for kind, column in MESSAGES.items() for row in made.by_kind[kind] if row in attacked]
    assert len(set(texts)) > 0.9 * len(texts)
    assert sum(bool(BARE.search(text)) for text in texts) < 0.25 * len(texts)


@pytest.mark.parametrize("word", ["bestellung", "commande", "pedido", "encomenda", "bestelling", "ordine", "です"])
def test_several_languages_are_written(made: World, word: str) -> None:
    assert any(word in row["customer_message"].lower() for row in made.payments)


def test_no_slot_is_left_open(made: World) -> None:
    columns = [*MESSAGES.values(), "first_line_note", "decision_reason"]
    slots = re.compile(r"\{\w+\}|\[[^\[\]]*\|[^\[\]]*\]")
    assert not [row[name] for row in made.rows for name in columns if slots.search(row.get(name, ""))]


def test_a_note_points_to_earlier_cases_only(made: World) -> None:
    opened = {row["case_id"]: moment(row["opened_at"]) for row in made.rows}
    pointers = [(row, other) for row in made.rows for other in re.findall(r"\b[pim]-\d{5}\b", row["first_line_note"])]
    assert len(pointers) > 250
    assert all(opened[other] <= opened[row["case_id"]] for row, other in pointers)


THINGS = {
    "device": {"device_id"}, "card": {"card"}, "parcel address": {"shipping_address"},
    "payee": {"recipient_account", "payout_account"}, "customer": {"account_id", "owner_account"},
    "document number": {"document_number", "owner_document_number"}, "phone number": {"phone", "contact_phone"},
    "address": {"home_address", "shipping_address", "registered_address"},
    "payout account": {"payout_account", "recipient_account"},
}  # fmt: skip


def test_a_case_that_is_named_shares_the_thing_that_is_named(made: World) -> None:
    rows = {row["case_id"]: row for row in made.rows}
    named = re.compile(rf"same ({'|'.join(THINGS)}) (?:as|in)(?: in)? ([pim]-\d{{5}})", re.IGNORECASE)
    found = [
        (row, match[1].lower(), rows[match[2]])
        for row in made.rows
        for column in ("first_line_note", "decision_reason", "outcome_basis")
        for match in named.finditer(row[column])
    ]
    assert len(found) > 100  # ordinary customers have few earlier cases
    for row, thing, other in found:
        mine, theirs = ({one[name] for name in THINGS[thing] if one.get(name)} for one in (row, other))
        assert mine & theirs, (row["case_id"], thing, other["case_id"])


@pytest.mark.parametrize("column", ["first_line_note", "decision_reason"])
def test_hardly_a_sentence_stands_twice_in_ten_cases(made: World, column: str) -> None:
    lines = [row[column].rsplit(" /", 1)[0].strip(". ").lower() for row in made.rows if row[column]]
    counts = Counter(lines)
    # two of ten texts drawn at random are the same
    twice = 45 * sum(count * (count - 1) for count in counts.values()) / (len(lines) * (len(lines) - 1))
    assert twice < 0.08


def test_messages_write_amounts_as_their_language_does(made: World) -> None:
    german = re.compile(r"[€$£]\d|\d\.\d\d\b|\bEUR\b")
    texts = [
        row["customer_message"]
        for row in made.payments
        if re.search(r"\b(und|ich|nicht|wird)\b", row["customer_message"])
    ]
    assert len(texts) > 50
    assert not [text for text in texts if german.search(text.split("\n\n")[0]) and not ATTACK.search(text)]


def test_americans_are_not_made_to_write_british_words(made: World) -> None:
    british = re.compile(r"\b(neighbours?|flatmate|mum|on holiday|driving licence|colour)\b")
    texts = [row["customer_message"] for row in made.payments if row["billing_country"] == "US"]
    texts += [row["applicant_message"] for row in made.identity if row["residence_country"] == "US"]
    assert len([text for text in texts if text]) > 150
    assert not [text for text in texts if british.search(text) and not ATTACK.search(text)]


def test_notes_and_texts_never_say_how_it_ended(made: World) -> None:
    ended = re.compile(
        r"chargeback received|was blocked|was approved|turned out|confirmed fraud|overturned", re.IGNORECASE
    )
    columns = [*MESSAGES.values(), "first_line_note"]
    assert not [row[name] for row in made.rows for name in columns if ended.search(row.get(name, ""))]
