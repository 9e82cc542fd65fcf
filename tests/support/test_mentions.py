"""What a question names, and that no card number survives it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.support.mentions import read_question, without_cards

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("why was order 4711 held", [("case", "4711")]),
        ("status of #p-00814 please", [("case", "p 00814")]),
        ("i-00042 is stuck", [("case", "i 00042")]),
        ("is Jane@Mail.example blocked", [("email", "jane@mail.example")]),
        ("j***@mail.example", [("email", "j***@mail.example")]),
        ("jane@… wrote", [("email", "jane@")]),
        ("card ending in 4242", [("card", "4242")]),
        ("card **** 4242", [("card", "4242")]),
        ("phone ending 0123", [("phone", "0123")]),
        ("call +44 7700 900123 back", [("phone", "447700900123")]),
        ("EUR 1,234.50 or 1.234,50 €", [("amount", "123450 EUR"), ("amount", "123450 EUR")]),
        ("20 pounds", [("amount", "2000 GBP")]),
        ("¥ 1500", [("amount", "1500 JPY")]),
        ("a charge of 19.92", [("amount", "1992")]),
        ("on 4 March and on March 2nd, 2026", [("date", "2026-03-04"), ("date", "2026-03-02")]),
        ("on 24 December", [("date", "2025-12-24")]),
        ("yesterday", [("date", "2026-03-04")]),
        ("31 February", []),
        ("how long does it take", []),
    ],
)
def test_what_is_named_is_read(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.type, one.key) for one in read_question(text, NOW).mentions] == found


@pytest.mark.parametrize(
    "number", ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1112", "４１１１１１１１１１１１１１１１"]
)
def test_a_full_card_number_leaves_its_last_four_digits(number: str) -> None:
    question = read_question(f"my card {number} was declined")
    assert "1111111" not in question.text.replace(" ", "").replace("-", "")
    assert question.cards_masked == 1
    assert [(one.type, one.key) for one in question.mentions] == [("card", number[-4:] if number.isascii() else "1111")]


@given(st.text(max_size=60), st.from_regex(r"[0-9]{13,19}", fullmatch=True), st.text(max_size=60))
def test_no_text_around_it_saves_a_card_number(before: str, number: str, after: str) -> None:
    text = read_question(f"{before} {number} {after}").text
    assert number not in re.sub(r"[ .-]", "", text)


@given(st.text(max_size=300))
def test_every_mention_has_its_place(text: str) -> None:
    question = read_question(text)
    for one in question.mentions:
        assert question.text[one.start : one.end] == one.said


def test_a_long_thread_is_read_to_its_limit() -> None:
    assert len(read_question("word " * 20_000).text) <= 4000


def test_what_names_somebody_is_not_kept() -> None:
    question = read_question("is jane@mail.example, +44 7700 900123, blocked? card 4111111111111111")
    assert question.topic_text == "is the customer, this number, blocked? this card"


def test_masking_counts_what_it_masked() -> None:
    assert without_cards("4111111111111111 and 5500000000000004") == ("card ending 1111 and card ending 0004", 2)
