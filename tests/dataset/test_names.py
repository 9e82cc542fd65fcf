import pytest

from assistant.dataset.answers import action_of, says_fraud, says_legitimate
from assistant.dataset.clues import Clue
from assistant.dataset.hindsight import filled_in_later
from assistant.dataset.names import words_of
from assistant.dataset.profile import Profile


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shipToZIP", "shipping to zip"),
        ("CARD_BIN", "card bin"),
        ("Buchungszeit", "booking time"),
        ("Händler-Nr.", "merchant no"),
        ("Kundennummer", "customer number"),
        ("Straße", "street"),
        ("fecha_de_creación", "date de creacion"),
        ("pays de livraison", "country de shipping"),
        ("txnAmt", "transaction amount"),
        ("number", "number"),
        ("", ""),
    ],
)
def test_names_are_read_as_english_words(name: str, words: str) -> None:
    assert words_of(name).strip() == words


@pytest.mark.parametrize(
    ("value", "fraud", "legitimate"),
    [
        ("Confirmed_Fraud", True, False),
        ("fraud - confirmed", True, False),
        ("Betrug bestätigt", True, False),
        ("kein Betrug", False, True),
        ("not_fraud", False, True),
        ("pas de fraude", False, True),
        ("False Positive", False, True),
        ("suspected fraud", False, False),
        ("fraud review pending", False, False),
        ("fraud score high", False, False),
        ("not legitimate", False, False),
        ("monitor", False, False),
        ("-1", False, True),
        ("1", True, False),
        ("", False, False),
    ],
)  # fmt: skip
def test_a_verdict_is_told_from_its_opposite_and_from_a_suspicion(value: str, fraud: bool, legitimate: bool) -> None:
    assert (says_fraud(value), says_legitimate(value)) == (fraud, legitimate)


@pytest.mark.parametrize(
    ("word", "kind", "action"),
    [
        ("Approved", "payment", "approve"),
        ("auto-declined", "payment", "block"),
        ("DECLINED", "merchant", "reject"),
        ("abgelehnt", "identity", "reject"),
        ("payout_hold", "merchant", "hold_payout"),
        ("payout_hold", "payment", None),
        ("more information requested", "identity", "request_documents"),
        ("whatever", "payment", None),
    ],
)
def test_decisions_get_the_names_of_our_actions(word: str, kind: str, action: str | None) -> None:
    assert action_of(word, kind) == action


def test_a_column_that_is_filled_in_for_fraud_alone_came_later_and_one_that_is_rarer_there_did_not() -> None:
    truths = ["fraud"] * 10 + ["legitimate"] * 90 + [""] * 100
    columns = [
        Profile("recovered_by", ["ann"] * 8 + [""] * 192),
        Profile("zero_elsewhere", ["12.50"] * 8 + ["0.00"] * 192),
        Profile("coupon", (["x"] * 2 + [""] * 8) + (["x"] * 20 + [""] * 70) + (["x"] * 20 + [""] * 80)),
        Profile("closing", ["seen"] * 100 + [""] * 100),
        Profile("remarks", ["called"] * 40 + [""] * 155 + ["called"] * 5),
        Profile("amount", ["1"] * 200),
    ]
    clues = {column.name: Clue("note" if column.name == "remarks" else "category") for column in columns}
    found = filled_in_later(columns, clues, truths)
    assert set(found) == {"recovered_by", "zero_elsewhere", "closing", "remarks"}
    assert "80% of the fraud and 0% of the rest" in found["recovered_by"].doubt


def test_too_few_labels_accuse_no_column() -> None:
    column = Profile("recovered_by", ["ann"] * 5 + [""] * 95)
    assert not filled_in_later([column], {"recovered_by": Clue("category")}, ["fraud"] * 5 + ["legitimate"] * 95)
