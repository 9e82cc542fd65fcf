"""What is planted is one change, of the kind that it is said to be."""

from __future__ import annotations

from random import Random

from assistant.case import Sentence
from benchmarks.mutations import KINDS, planted
from benchmarks.rewording import clause, usual
from benchmarks.true_drafts import TrueDraft, rewordings, scripted
from tests.verify.conftest import SHEETS


def _drafts() -> list[TrueDraft]:
    sheets = list(SHEETS.values())
    return [*scripted(sheets), *rewordings(sheets, Random(1))]


def test_every_kind_of_error_can_be_planted_and_each_changes_the_draft() -> None:
    found = [one for seed in range(20) for draft in _drafts() for one in planted(draft, Random(seed))]
    assert {*KINDS, "action"} - {one.kind for one in found} <= {"entity", "unit"}
    for one in found:
        assert one.sentence != one.true or one.action is not None
        assert one.kind == "citation" or one.sentence.citations == one.true.citations
        assert one.kind != "citation" or one.sentence.text == one.true.text


def test_a_planted_number_is_in_nothing_that_is_cited() -> None:
    sheet = SHEETS["payment"]
    text = "The account was created 412 days before this case."
    draft = TrueDraft("test", sheet, (Sentence(id="s1", text=text, citations=("E5",)),), None)
    for seed in range(50):
        for one in planted(draft, Random(seed)):
            if one.kind == "number":
                assert "412 days" not in one.sentence.text


def test_a_rewording_keeps_every_figure() -> None:
    chance = Random(3)
    statement = "age of the card on this account in days is 110 (higher than in 93% of cases)"
    for _ in range(20):
        assert "110 days" in clause(statement, chance)
        assert "93%" in usual(statement, chance)
    assert clause("a statement of an unknown shape", chance) == ""
