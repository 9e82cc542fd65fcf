"""Which of the found cases are shown: rings as one entry, and one that turned out the other way."""

from __future__ import annotations

import pytest

from assistant.case import Case, Fact, Outcome, Truth
from assistant.shortlist import COUNTER_DISTANCE, Found, shortlist
from retrieval import Match
from tests.conftest import at


def found(id: str, truth: Truth | None, similarity: float, text: str = "", known: float = 0, **entities: str) -> Found:
    facts = tuple(
        Fact(name=role, role=role, phrase=role, value=value)  # type: ignore[arg-type]
        for role, value in entities.items()
    )
    return Found(
        match=Match(id, similarity, (), {}, at(known), {}),
        case=Case(case_id=id, source="s", kind="payment", opened_at=at(-1), facts=facts),
        text=text or f"the text of {id}",
        outcome=Outcome(case_id=id, outcome=truth, source="review", known_at=at(known)) if truth else None,
        decided=None,
    )


def shown(*given: Found, k: int = 3) -> list[str]:
    """Ids, a counter-example with a star, and a ring with its size."""
    return [
        f"{one.found.case.case_id}{'*' * one.counter_example}{f' and {len(one.ring)}' if one.ring else ''}"
        for one in shortlist(given, k).entries
    ]


FRAUDS = tuple(found(f"f{number}", "fraud", 0.9 - number / 100) for number in range(5))


def test_the_nearest_that_turned_out_the_other_way_takes_the_last_place_and_no_other() -> None:
    far, near = found("far", "legitimate", 0.55), found("near", "legitimate", 0.7)
    assert shown(*FRAUDS, near, far) == ["f0", "f1", "near*"]


def test_one_that_is_shown_anyway_displaces_nothing() -> None:
    assert shown(FRAUDS[0], found("l", "legitimate", 0.8), *FRAUDS[1:]) == ["f0", "l*", "f1"]


def test_the_other_side_is_the_one_that_fewer_of_the_shown_ones_have() -> None:
    honest = [found(f"l{number}", "legitimate", 0.9) for number in range(3)]
    assert shown(*honest, found("f", "fraud", 0.6)) == ["l0", "l1", "f*"]
    assert shown(FRAUDS[0], honest[0], k=2) == ["f0", "l0"]
    assert shown(*(found(f"u{n}", truth, 0.9) for n, truth in enumerate((None, "unresolved", None, "fraud")))) == [
        "u0", "u1", "u2",
    ]  # fmt: skip


def test_a_counter_example_is_no_farther_than_the_stated_distance() -> None:
    edge = 1 - COUNTER_DISTANCE
    assert shown(*FRAUDS, found("l", "legitimate", edge)) == ["f0", "f1", "l*"]
    assert shown(*FRAUDS, found("l", "legitimate", edge - 0.001)) == ["f0", "f1", "f2"]


def test_a_single_place_is_for_the_nearest() -> None:
    assert shown(FRAUDS[0], found("l", "legitimate", 0.89), k=1) == ["f0"]


def test_more_matches_are_wanted_while_a_place_or_the_other_side_is_empty() -> None:
    told = [
        (one.wants_more, one.wants_other)
        for one in (
            shortlist(FRAUDS, 3),
            shortlist(FRAUDS[:1], 3),
            shortlist([*FRAUDS, found("l", "legitimate", 0.8)], 3),
            shortlist([FRAUDS[0], found("l", "legitimate", 0.8)], 2),
        )
    ]
    assert told == [(False, "legitimate"), (True, "legitimate"), (False, None), (False, None)]


def test_fifteen_of_one_ring_are_one_entry_that_names_the_others() -> None:
    ring = [found(f"r{number:02d}", "fraud", 0.9, device="d-1") for number in range(15)]
    (first, *rest) = shortlist([*ring, *FRAUDS], 3).entries
    assert first.found is ring[0]
    assert first.ring == tuple(f"r{number:02d}" for number in range(1, 15))
    assert [one.found.case.case_id for one in rest] == ["f0", "f1"]


@pytest.mark.parametrize("role", ["device", "card", "document_number", "payout_account"])
def test_a_chain_of_things_that_strangers_do_not_share_is_one_ring(role: str) -> None:
    other = "card" if role == "device" else "device"
    chain = (
        found("a", "fraud", 0.9, **{role: "x-1"}),
        found("b", "fraud", 0.8, **{role: "x-1", other: "y-1"}),
        found("c", "fraud", 0.7, **{other: "y-1"}),
    )
    assert shown(*chain, FRAUDS[0]) == ["a and 2", "f0"]
    assert shown(chain[0], chain[2], FRAUDS[0]) == ["a", "c", "f0"]


def test_things_that_strangers_share_make_no_ring_however_alike_the_texts_are() -> None:
    text = "please ship it fast"
    for shared in ({"ip": "192.0.2.7"}, {"merchant": "shop"}, {"site": "shop.example"}):
        pair = (found("a", "fraud", 0.9, text, **shared), found("b", "fraud", 0.8, text, **shared))
        assert shown(*pair) == ["a", "b"]


def test_a_copy_has_a_link_in_common_and_nearly_the_same_text() -> None:
    text = "payment case amount EUR 129.00 please ship it fast to my friend"
    pairs = {
        ("a@example.com", text): ["a and 1"],
        ("a@example.com", "amount EUR 9.00 a gift"): ["a", "b"],
        ("b@example.com", text): ["a", "b"],
    }
    for (email, said), expected in pairs.items():
        assert (
            shown(found("a", "fraud", 0.9, text, email="a@example.com"), found("b", "fraud", 0.8, said, email=email))
            == expected
        )


def test_cases_of_one_device_that_ended_differently_stay_apart() -> None:
    truths: list[Truth | None] = ["fraud", "legitimate", None, "fraud"]
    mixed = [found(f"m{number}", truth, 0.9, device="d-1") for number, truth in enumerate(truths)]
    assert shown(*mixed) == ["m0 and 1", "m1", "m2"]
