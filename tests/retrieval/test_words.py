"""The words view: names of things are found, by what was known, whatever the text looks like."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retrieval import HashEmbedder, Item, Memory
from tests.retrieval.conftest import day, item, query

MANY = [item(f"n{n}", f"parcel number {n} for the customer") for n in range(60)]


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    memory = Memory(tmp_path, HashEmbedder())
    memory.remember(MANY)
    return memory


def words(memory: Memory, text: str, **options: object) -> dict[str, float]:
    return {match.id: match.by_view.get("words", 0.0) for match in memory.similar(query(text, **options), 200)}  # type: ignore[arg-type]


def test_the_name_of_a_thing_is_found_and_outweighs_a_common_word(memory: Memory) -> None:
    memory.remember([item("named", "somebody wants a Nimbus-3000 quickly"), item("plain", "a parcel")])
    scores = words(memory, "the NIMBUS 3000 in a parcel")
    assert max(scores, key=lambda id: scores[id]) == "named"
    assert scores["named"] > scores["plain"] > 0


def test_a_word_in_other_case_form_or_with_other_marks_is_the_same(memory: Memory) -> None:
    memory.remember([item("cafe", "CAFÉ Müller")])
    assert words(memory, "cafe\u0301 muller")["cafe"] > 0


@pytest.mark.parametrize("text", ["卡片被盗了", "カードが盗まれました", "카드를도난당했다", "บัตรถูกขโมย"])
def test_writing_without_spaces_is_found_by_a_part_of_it(memory: Memory, text: str) -> None:
    memory.remember([item("this", f"私{text}。")])
    assert words(memory, text[:4])["this"] > 0


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "' OR 1",
        "NEAR(a b)",
        "a* -b ^c :d",
        "text: x",
        "AND OR NOT",
        '"; DROP TABLE item; --',
        "x" * 5000,
        "\ud800",
        "_",
    ],
)
def test_nothing_of_a_text_is_syntax(memory: Memory, text: str) -> None:
    memory.remember([item("odd", f"{text} zebra")])
    assert words(memory, f"{text} zebra")["odd"] > 0
    assert memory.count() == 61


def test_what_becomes_known_later_moves_no_number_and_is_no_answer(memory: Memory) -> None:
    memory.remember([item("early", "a Nimbus for sale")])
    before = memory.similar(query("Nimbus parcel 7", as_of=5), 100)
    memory.remember(item(f"late{n}", "Nimbus parcel 7", known=5) for n in range(30))
    memory.remember([replace(item("same second", "Nimbus parcel 7"), known_at=day(5) + timedelta(milliseconds=1))])
    assert memory.similar(query("Nimbus parcel 7", as_of=5), 100) == before
    seen = words(memory, "Nimbus", as_of=6)
    assert all(seen[f"late{n}"] > 0 for n in range(30))


def test_an_excluded_or_withdrawn_item_is_no_answer_and_moves_no_number(memory: Memory) -> None:
    memory.remember([item("kept", "a Nimbus for sale")])
    before = memory.similar(query("Nimbus"), 100)
    memory.remember([item("itself", "Nimbus")])
    assert memory.similar(query("Nimbus", exclude="itself"), 100) == before
    memory.withdraw(["itself"])
    assert memory.similar(query("Nimbus"), 100) == before


def test_a_text_that_was_replaced_is_not_found_by_its_old_words(memory: Memory) -> None:
    memory.remember([item("a", "a Nimbus")])
    memory.remember([item("a", "a Zephyr", known=3)])
    assert "words" not in memory.similar(query("Nimbus"), 1)[0].by_view
    assert words(memory, "Zephyr")["a"] > 0
    assert words(memory, "Zephyr", as_of=3).get("a") is None


def test_a_word_that_very_many_hold_says_nothing(memory: Memory) -> None:
    memory.remember(item(f"m{n}", f"bicycle {n}") for n in range(500))
    assert "words" not in memory.similar(query("bicycle"), 1)[0].by_view
    scores = words(memory, "bicycle 7")
    assert {id for id, score in scores.items() if score} <= {"m7", "n7"}
    assert scores["m7"] > 0


@pytest.mark.parametrize("years", [-2025, -57, 474])
def test_words_are_found_at_any_time(memory: Memory, years: int) -> None:
    moment = day(0).replace(year=2026 + years)
    memory.remember([Item("a", moment, "a Nimbus")])
    assert words(memory, "Nimbus")["n1"] >= 0
    asked = replace(query("Nimbus"), as_of=moment + timedelta(microseconds=1))
    assert {match.id: match.by_view["words"] for match in memory.similar(asked, 100)}["a"] > 0
    assert "a" not in {match.id for match in memory.similar(replace(asked, as_of=moment), 100)}
