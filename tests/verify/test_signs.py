"""What readers of drafts found false and no check saw: counts of signs, contrasts, nearest cases, things cut short."""

from __future__ import annotations

import pytest

from assistant.case import Sentence, Sheet
from assistant.verify import verify_sentence
from tests.sheets import item, sheet

SHEET = sheet(
    item("E1", "signal", "raises", "the card was first seen 2 hours before this case (lower than in 96% of cases)"),
    item("E2", "signal", "raises", "the email has 14 digits (higher than in 90% of cases)"),
    item("E3", "signal", "lowers", "the account is 700 days old (higher than in 81% of cases)"),
    item("E4", "signal", "lowers", "the address is known (as in 81% of cases)"),
    item("P1", "precedent", "raises", "case p-1 turned out to be fraud: same receipt printer; same IP address", "p-1"),
    item("P2", "precedent", "lowers", "case p-2 turned out to be legitimate: same card", "p-2"),
    item("N1", "note", "neutral", "note at the counter: pospěšte si", untrusted=True),
)


def failed(text: str, *citations: str, before: Sentence | None = None, on: Sheet = SHEET) -> set[str]:
    sentence = Sentence(id="s2", text=text, citations=citations)
    return {check.check for check in verify_sentence(sentence, on, before) if not check.ok}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("One sign raises the risk: the card was first seen 2 hours before this case.", False),
        ("Two signs raise the risk, one being that the card was first seen 2 hours before this case.", True),
        ("One further sign raises the risk: the card was first seen 2 hours before this case.", True),
        ("Three points raise the risk, and the card was first seen 2 hours before this case.", False),
        ("No sign raises the risk; the card was first seen 2 hours before this case.", False),
    ],
)
def test_a_number_of_signs_is_the_sheets(text: str, holds: bool) -> None:
    assert ("signs" not in failed(text, "E1")) is holds


def test_what_is_set_against_a_sentence_speaks_for_the_other_side() -> None:
    said = Sentence(id="s1", text="The card was first seen 2 hours before this case.", citations=("E1",))
    assert "contrast" in failed("Against that, the email has 14 digits.", "E2", before=said)
    assert failed("Against that, the account is 700 days old.", "E3", before=said) == set()
    assert failed("Against that, the account is 700 days old.", "E3") == set()


def test_a_sign_may_be_set_against_the_score() -> None:
    judged = Sentence(id="s1", text="The score is high at 91%, and the account is 700 days old.", citations=("E3",))
    assert failed("Against that, the address is known.", "E4", before=judged) == set()
    plain = Sentence(id="s1", text="The account is 700 days old.", citations=("E3",))
    assert "contrast" in failed("Against that, the address is known.", "E4", before=plain)


@pytest.mark.parametrize(
    ("text", "cited", "holds"),
    [
        ("The nearest one is case p-1, which was fraud.", "P1", True),
        ("The nearest one is case p-2, which was legitimate.", "P2", False),
        ("The closest past case was legitimate.", "P2", False),
        ("The closest past case was fraud: same receipt printer.", "P1", True),
        ("The closest past case was fraud: same receipt.", "P1", False),
        ("Case p-1 was fraud and has the same IP.", "P1", True),
    ],
)
def test_the_nearest_case_is_the_first_and_shares_the_whole_thing(text: str, cited: str, holds: bool) -> None:
    assert ("likeness" not in failed(text, cited)) is holds


@pytest.mark.parametrize("text", ["The account is 700 days old,.", "The account is 700 days old ().", "So {E3}."])
def test_a_broken_sentence_is_refused(text: str) -> None:
    assert "markup" in failed(text, "E3")


def test_a_quotation_is_refused_however_short_it_is() -> None:
    assert "echo" in failed('"note at the counter: pospěšte si".', "N1")
    assert "echo" in failed("Pospěšte si.", "N1")


RULED = sheet(*SHEET.evidence, item("R1", "rule", "neutral", "policy: approve has the least expected cost, EUR 5.15"))


@pytest.mark.parametrize(
    ("check", "text", "cites", "holds"),
    [
        ("likeness", "The nearest case is one on this device, which was 90 weeks earlier.", ["E1"], False),
        ("likeness", "The nearest case is case p-1.", ["P1"], True),
        ("citations", "The recommended action is to approve.", ["P1", "P2"], False),
        ("citations", "The recommended action is to approve.", ["R1"], True),
        ("citations", "The device has had this card for 2 hours.", ["E1"], False),
        ("markup", "The card was seen 2 hours before this case.", ["E1"], True),
        ("markup", "The card was seen seen 2 hours before this case.", ["E1"], False),
        ("markup", "The nearest match is case p-1 [.", ["P1"], False),
        ("numbers", "The second sign is that the email has 14 digits.", ["E2"], True),
        ("numbers", "The third sign is that the email has 14 digits.", ["E2"], False),
        ("bands", "The model's score of 72% is lower than the previous cases.", ["P1"], False),
        ("bands", "The score is high at 72%, which is the least.", ["P1"], False),
        ("bands", "The score is high at 91%, and blocking has the least expected cost.", ["P1", "R1"], True),
    ],
)
def test_what_readers_of_earlier_drafts_found_false_is_seen(
    check: str, text: str, cites: list[str], holds: bool
) -> None:
    assert (check not in failed(text, *cites, on=RULED)) is holds


@pytest.mark.parametrize(
    ("check", "text", "cites", "holds"),
    [
        (
            "signs",
            "Although the card was first seen 2 hours before this case, the model sees a high risk of 91%.",
            ["E1"],
            False,
        ),
        ("signs", "Although the account is 700 days old, the model sees a high risk of 91%.", ["E3"], True),
        (
            "markup",
            "The amount is EUR 12.70 is unknown, so the card was first seen 2 hours before this case.",
            ["E1"],
            False,
        ),
        ("markup", "What is known is that the address is known (as in 81% of cases).", ["E4"], True),
    ],
)
def test_one_sentence_does_not_set_a_sign_against_its_own_side_nor_say_two_things_at_once(
    check: str, text: str, cites: list[str], holds: bool
) -> None:
    assert (check not in failed(text, *cites)) is holds
