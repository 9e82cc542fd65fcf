"""The second checker sees planted errors and leaves true sentences alone, on the sheets of the verifier's own tests and
on what the writer is taught."""

from __future__ import annotations

import ast
import re
from itertools import islice
from pathlib import Path

import pytest

import benchmarks.second_checker
from assistant.case import Sentence
from assistant.writer.lessons import lessons
from assistant.writer.pointing import expand
from benchmarks.second_checker import Opinion, SecondChecker
from benchmarks.true_drafts import lessons as taught
from tests.verify.conftest import SHEETS


@pytest.fixture(scope="module")
def checker() -> SecondChecker:
    return SecondChecker()


def _judged(checker: SecondChecker, line: str, about: str = "payment") -> Opinion:
    text, _, marks = line.partition(" [")
    ids = tuple(mark.strip("[] ") for mark in marks.replace("][", " ").split())
    return checker.judge(Sentence(id="s1", text=text, citations=ids), SHEETS[about])


TRUE = [
    "The card was first seen 2 hours before this case [E1]",
    "It adds to the risk that the card was first seen 2 hours before this case [E1]",
    "The email address was used in 7 earlier orders without any chargeback, which lowers the risk [E6]",
    "Of 5 similar decided cases, 4 were fraud and 1 was legitimate [P1][P2][P3][P4][P5]",
    "Case p-00311 turned out to be fraud and was blocked on 2 October 2026 [P1]",
    "The model puts the probability of fraud at 91%, a high risk [E1]",
    "The order amount is EUR 129.00 [F1]",
    "The card was first seen 2 hours before this case, shorter than in 96% of cases, but the email address was used in "
    "7 earlier orders without any chargeback [E1][E6]",
    "P1, P2 and P4 were fraud and have the same device; P3 and P5 have the same shipping address [P1][P2][P3][P4][P5]",
    "The closest past case, p-00311, was fraud: same device [P1]",
    "On 2 October 2026 case p-00311 was blocked [P1]",
]
FALSE = {
    "number": "The card was first seen 5 hours before this case [E1]",
    "unit": "The card was first seen 2 days before this case [E1]",
    "sign": "It lowers the risk that the card was first seen 2 hours before this case [E1]",
    "negation": "The card was not first seen 2 hours before this case [E1]",
    "entity": "The laptop was first seen 2 hours before this case [E1]",
    "citation": "The card was first seen 2 hours before this case [E8]",
    "absent citation": "The card was first seen 2 hours before this case [E81]",
    "count": "Of 5 similar decided cases, 3 were fraud and 1 was legitimate [P1][P2][P3][P4][P5]",
    "outcome": "Case p-00311 turned out to be legitimate and was blocked on 2026-10-02 [P1]",
    "id": "Case p-00391 turned out to be fraud [P1]",
    "score": "The model puts the probability of fraud at 19%, a high risk [E1]",
    "band": "The model puts the probability of fraud at 91%, a low risk [E1]",
    "rank": "The card was first seen 2 hours before this case, longer than in 96% of cases [E1]",
    "rank of another": "The card was first seen 2 hours before this case, shorter than in 98% of cases [E1][E2]",
    "side of a list": "What raises the risk is that the card was first seen 2 hours before this case, and that the "
    "phone number was verified by a text message on 2026-09-03 [E1][E8]",
    "side, however": "It speaks against fraud, however, that the card was first seen 2 hours before this case [E1]",
    "no turn": "The card was first seen 2 hours before this case, but 4 different cards were used on the device in the "
    "24 hours before [E1][E2]",
    "tie": "P1 and P3 were fraud and have the same device [P1][P3]",
    "ending counted twice": "Of 5 similar decided cases, 1 was legitimate and 1 was legitimate [P1][P2][P3][P4][P5]",
    "total": "Of 4 similar decided cases, 4 were fraud [P1][P2][P3][P4][P5]",
    "nearest": "The closest past case, p-00287, was fraud: same device [P2]",
    "day": "On 3 October 2026 case p-00311 was blocked [P1]",
    "absent side": "No sign lowers the risk [E1][E5]",
    "source": "The card was first seen 2 hours before this case [E2]",
    "invented": "The card was first seen 2 hours before this case, and the courier saw nobody at the door [E1]",
    "certainty": "The card was first seen 2 hours before this case, which is certainly fraud [E1]",
    "trait": "The card was first seen 2 hours before this case, and the customer is a foreigner [E1]",
    "personal data": "The card was first seen 2 hours before this case, with a.b@mail.example [E1]",
    "link": "The card was first seen 2 hours before this case https://pay.example [E1]",
    "obeyed note": "The card was first seen 2 hours before this case, as the customer asks [E1]",
}


@pytest.mark.parametrize("line", TRUE)
def test_a_true_sentence_is_supported(checker: SecondChecker, line: str) -> None:
    assert _judged(checker, line) == Opinion(True)


@pytest.mark.parametrize("kind", FALSE)
def test_a_planted_error_is_seen(checker: SecondChecker, kind: str) -> None:
    opinion = _judged(checker, FALSE[kind])
    assert not opinion.supported
    assert opinion.why


def test_an_action_against_the_text_is_seen(checker: SecondChecker) -> None:
    said = [Sentence(id="s1", text="The recommended action is to block the payment.", citations=("R1",))]
    assert checker.judge_action("block", said, SHEETS["payment"]).supported
    assert not checker.judge_action("approve", said, SHEETS["payment"]).supported
    assert not checker.judge_action("reject", said, SHEETS["payment"]).supported


@pytest.mark.parametrize("held_out", [False, True])
def test_what_the_writer_is_taught_is_supported(checker: SecondChecker, held_out: bool) -> None:
    drafts = [one for one in taught(200, 60) if any(sentence.text for sentence in one.sentences)]
    half = drafts[len(drafts) // 2 :] if held_out else drafts[: len(drafts) // 2]
    judged = [checker.judge(sentence, one.sheet) for one in half for sentence in one.sentences]
    assert len(judged) > 50
    assert [one.why for one in judged if not one.supported] == []


def test_what_would_change_the_advice_is_of_this_sheet(checker: SecondChecker) -> None:
    for lesson in islice(lessons(200), 40):
        for line in lesson.target.splitlines():
            if line.startswith("Would change: "):
                said = re.sub(r" *\[[A-Z]\d+\]", "", expand(line, lesson.prompt.sheet)).removeprefix("Would change: ")
                assert checker.judge_change(said, lesson.prompt.sheet) == Opinion(True), said


@pytest.mark.parametrize(
    "line",
    [
        "proof against this: the card was first seen 2 hours before this case",
        "an innocent explanation for this: the card was first seen 5 hours before this case",
        "a known outcome of case p-00311",
        "a call to the customer's employer",
    ],
)
def test_a_change_that_the_sheet_does_not_bear_is_seen(checker: SecondChecker, line: str) -> None:
    assert not checker.judge_change(line, SHEETS["payment"]).supported


def test_it_shares_nothing_with_the_verifier_but_types() -> None:
    sources = Path(benchmarks.second_checker.__file__).parent.glob("second_*.py")
    trees = [ast.parse(source.read_text(encoding="utf-8")) for source in sources]
    taken = {node.module for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in taken if name and name.startswith("assistant")} == {"assistant.case"}
