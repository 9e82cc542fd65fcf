"""The second checker sees planted errors and leaves true sentences alone, on the sheets of the verifier's own tests."""

from __future__ import annotations

import pytest

from assistant.case import Sentence
from benchmarks.second_checker import Opinion, SecondChecker
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
