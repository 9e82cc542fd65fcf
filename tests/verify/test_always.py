"""What must hold for every text whatever."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify import SENTENCE_CHECKS, verify_action, verify_sentence
from assistant.verify.run import LONGEST
from tests.verify.conftest import SHEETS

PIECES = [
    "the card", "2 hours", "EUR 129.00", "98%", "²", "٣", "½", "not ", "fraud", "4 of 5", "p-00311", "E1", "E99",
    "http://x.y", "a@b.c", "10.1.1.1", "2026-13-45", "99/99/2026", "25:99", " and ", ", ", ": ", "İ", "ß", "\u202e",
    "million", "one", "third", "a quarter of", "-3.4 times", "1e999", "9" * 400, "1,2,3,4", "higher than ", "<b>",
    " should approve", "\x00",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
)
CITATIONS = st.lists(st.sampled_from(["E1", "E4", "F1", "P1", "P5", "N1", "R1", "E99", "", "\u202e"]), max_size=4)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, citations=CITATIONS, about=st.sampled_from(sorted(SHEETS)))
def test_any_text_is_checked_the_same_way_twice_and_spans_lie_inside_it(
    text: str, citations: list[str], about: str
) -> None:
    sentence = Sentence(id="s1", text=text, citations=tuple(citations))
    found = verify_sentence(sentence, SHEETS[about])
    assert found == verify_sentence(sentence, SHEETS[about])
    assert all(0 <= one.start <= one.end <= len(text) and one.sentence == "s1" and one.why for one in found)
    if len(text) > LONGEST:
        assert [(one.check, one.ok) for one in found] == [("length", False)]
        return
    assert len({one.check for one in found}) == len(SENTENCE_CHECKS)
    for name in {one.check for one in found if one.ok}:
        assert [one.ok for one in found if one.check == name] == [True]


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, action=st.one_of(st.none(), st.sampled_from(["block", "reject", ""]), st.text(max_size=20)))
def test_any_action_beside_any_text_is_judged(text: str, action: str | None) -> None:
    sentence = Sentence(id="s1", text=text, citations=("E1",))
    found = verify_action(action, [sentence], SHEETS["payment"])
    assert found
    assert all(one.end <= len(text) for one in found)


@settings(max_examples=150, deadline=None)
@given(statement=TEXTS, value=st.text(max_size=30))
def test_any_evidence_can_be_checked_against(statement: str, value: str) -> None:
    item = Evidence(id="E1", kind="signal", polarity="raises", statement=statement, values=(value,))
    case = Evidence(id="P1", kind="precedent", polarity="raises", statement=statement)
    sheet = SHEETS["payment"].model_copy(update={"evidence": (item, case)})
    sentence = Sentence(
        id="s1", text="2 of 3 similar cases were fraud, more than in 98% of cases", citations=("E1", "P1")
    )
    assert len(verify_sentence(sentence, sheet)) >= len(SENTENCE_CHECKS)


def test_an_empty_sheet_needs_no_citation(failures: Callable[..., list[Check]]) -> None:
    empty = SHEETS["payment"].model_copy(update={"evidence": ()})
    assert failures("There is no evidence on this sheet", empty) == []
    assert [one.check for one in failures("The card is new [E1]", empty)] == ["citations"]


def test_a_line_that_cites_nothing_is_held_to_the_whole_sheet(failures: Callable[..., list[Check]]) -> None:
    true = failures("proof of an innocent reason for this: the card was first seen 2 hours before this case")
    wrong = failures("proof of an innocent reason for this: the card was first seen 5 hours before this case")
    assert [one.check for one in true] == ["citations"]
    assert [one.check for one in wrong] == ["numbers", "citations"]


def test_a_sentence_is_checked_within_five_milliseconds_against_forty_items() -> None:
    evidence = tuple(
        item.model_copy(update={"id": f"{item.id[0]}{100 + i}", "statement": f"{item.statement}; seen {i} times"})
        for i in range(3)
        for item in SHEETS["payment"].evidence
    )
    sheet = SHEETS["payment"].model_copy(update={"evidence": (*SHEETS["payment"].evidence, *evidence)[:40]})
    texts = [
        "What raises the risk: the card was first seen 2 hours before this case and 4 cards were used on the device",
        "The amount of EUR 129.00 is 3.4 times the account's average, which speaks for fraud",
        "Of 5 similar decided cases, 4 were fraud and 1 was legitimate",
    ]
    marks = [("E1", "E2"), ("E4",), ("P1", "P2", "P3", "P4", "P5")]
    sentences = [
        Sentence(id="s1", text=f"{text}{' ' * i}", citations=m)
        for i in range(50)
        for text, m in zip(texts, marks, strict=True)
    ]  # no text twice, so nothing is remembered
    verify_sentence(sentences[0], sheet)
    spent = []
    for sentence in sentences:
        start = time.process_time()
        verify_sentence(sentence, sheet)
        spent.append(time.process_time() - start)
    assert sorted(spent)[len(spent) // 2] < 0.005


@pytest.mark.parametrize("piece", ["a1-", "1,", "1 ", "x" * 50, "[", "<", "2 hours ", "-", "a.", "not ", "should be "])
def test_the_longest_text_that_is_read_does_not_hang(piece: str, payment: Sheet) -> None:
    sentence = Sentence(id="s1", text=(piece * 2_000)[:2_000], citations=("E1",))
    start = time.process_time()
    verify_sentence(sentence, payment)
    verify_action("block", [sentence], payment)
    assert time.process_time() - start < 5


def test_a_text_that_is_no_sentence_is_refused_unread(payment: Sheet) -> None:
    sentence = Sentence(id="s1", text="The card is new. " * 1_000, citations=("E1",))
    (found,) = verify_sentence(sentence, payment)
    assert (found.check, found.ok, found.start, found.end) == ("length", False, 2_000, 17_000)
