"""Turns of speech that hang on what stands around a sentence are said as the sheet has it."""

from __future__ import annotations

import pytest

from assistant.case import Sentence, Sheet
from assistant.verify import verify_sentence
from assistant.writer.turns import fitted
from tests.sheets import item, sheet

LOW, HIGH = 0.02, 0.91
RAISES = Sentence(id="s1", text="The score is 91%, as the card is new.", citations=("E1",))
LOWERS = Sentence(id="s1", text="The email address is old.", citations=("E2",))


def signs(probability: float = HIGH, first: str = "raises") -> Sheet:
    """E1 and E3 raise the risk and E2 lowers it, or the other way round."""
    other = "lowers" if first == "raises" else "raises"
    made = sheet(
        item("E1", "signal", first, "age of the card in days is 2 (lower than in 97% of cases)"),
        item("E2", "signal", other, "age of the email address in days is 900 (higher than in 80% of cases)"),
        item("E3", "signal", first, "the amount is worth EUR 900 (higher than in 90% of cases)"),
        probability=probability,
    )
    return made if probability == HIGH else made.model_copy(update={"band": "low"})


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("It lowers the risk as well that the email is old.", "It lowers the risk that the email is old."),
        ("It is also reassuring that the email is old.", "It is reassuring that the email is old."),
        ("Likewise, the email is old.", "Against that, the email is old."),
        ("Also the email is old.", "Against that, the email is old."),
        ("The document lowers the risk too: it is true.", "The document lowers the risk: it is true."),
    ],
)
def test_nothing_is_added_to_what_speaks_for_the_other_side(text: str, put: str) -> None:
    sentence = Sentence(id="s2", text=text, citations=("E2",))
    assert fitted(sentence, signs(), RAISES).text == put
    assert fitted(sentence, signs(), LOWERS) is sentence


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("The strongest sign is that it is old.", "The strongest sign that lowers the risk is that it is old."),
        (
            "A high risk, and what weighs most is that it is old.",
            "A high risk, and what lowers it most is that it is old.",
        ),
        ("The main point is that it is old.", "The main point against fraud is that it is old."),
        ("At 91% the score is high, mainly because it is old.", "At 91% the score is high, although it is old."),
        (
            "The main reason for the high score of 91% is that it is old.",
            "The score is high at 91%, although it is old.",
        ),
    ],
)
def test_the_strongest_of_one_side_is_called_that(text: str, put: str) -> None:
    found = fitted(Sentence(id="s1", text=text, citations=("E2",)), signs(), None)
    assert found.text == put


def test_the_strongest_of_all_that_speaks_for_the_score_stays_as_it_was_written() -> None:
    sentence = Sentence(id="s1", text="The strongest sign is that it is new; the main reason.", citations=("E1",))
    assert fitted(sentence, signs(), None) is sentence


def test_a_sign_that_raises_the_risk_is_no_reason_for_a_low_score() -> None:
    text = "The model puts the probability of fraud at 2%, a low risk, and what weighs most is that the card is new."
    found = fitted(Sentence(id="s1", text=text, citations=("E1",)), signs(LOW), None)
    assert "a low risk, and what raises it most is that the card is new" in found.text


def refused(text: str, cites: str, before: Sentence | None = None) -> set[str]:
    checks = verify_sentence(Sentence(id="s2", text=text, citations=(cites,)), signs(), before)
    return {one.why for one in checks if not one.ok and one.check in ("signs", "contrast")}


def test_the_checks_refuse_what_is_not_mended() -> None:
    assert refused("The strongest sign is the amount, worth EUR 900.", "E3") == {
        "E1 is the strongest sign of that side"
    }
    assert not refused("The strongest sign is the age of the card, 2 days.", "E1")
    wrong = "Moreover, the age of the email address is 900 days."
    assert refused(wrong, "E2", RAISES) == {"it is added to a sentence that speaks for the other side"}
    assert not refused(wrong, "E2", LOWERS)
