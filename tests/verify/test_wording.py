"""A clause that is nearly the evidence's must be the evidence's, and shared things must be shared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.case import Check, Evidence, Sheet
from tests.verify.conftest import SHEETS

Failures = Callable[..., list[Check]]


def _sheet(**statements: str) -> Sheet:
    evidence = tuple(
        Evidence(
            id=name,
            kind={"P": "precedent", "R": "rule"}.get(name[0], "signal"),  # type: ignore[arg-type]
            polarity="raises" if "fraud" in said or name[0] == "E" else "lowers",
            statement=said,
        )
        for name, said in statements.items()
    )
    return SHEETS["payment"].model_copy(update={"evidence": evidence})


ABOUT = _sheet(
    E1="age of the device on this account in days is 33 (about as in most cases)",
    E2="the card was never seen before this case (as in 67% of cases)",
    E3="the last case with the same merchant was 9 days before (higher than in 82% of cases)",
    P1="case p-1 turned out to be fraud and was blocked on 2026-10-02: same device; same IP address",
    P2="case p-2 turned out to be legitimate and was approved on 2026-10-03: same address",
    P3="case p-3 was approved on 2026-10-04: same device",
    R1="policy: block has the least expected cost, EUR 12.40",
)


@pytest.mark.parametrize(
    ("line", "check"),
    [
        ("Age of the device on this account in hours is 33 [E1]", "wording"),
        ("Age of the tablet on this account in days is 33 [E1]", "wording"),
        ("Age of the device on this account in days is 33, unlike in most cases [E1]", "wording"),
        ("The card was seen before this case [E2]", "wording"),
        ("The card was often seen before this case [E2]", "wording"),
        ("The first case with the same merchant was 9 days before [E3]", "wording"),
        ("The account has had this device for 33 hours [E1]", "numbers"),
        ("The password is 33 days old [E1]", "citations"),
        ("The gift wrap has an age of 33 days [E1]", "citations"),
        ("The card was never seen before this case, which the cardholder has denied [E2]", "citations"),
        ("The last case with the same merchant was 9 days before, which is below 82% of cases [E3]", "comparisons"),
        ("The one past case shares this: same device (P2) [P1][P2]", "likeness"),
        ("Shared with this case: same device (P1, P3) and same address (P1) [P1][P2][P3]", "likeness"),
        ("The closest past case, p-1, was fraud: same fingerprint [P1]", "likeness"),
        ("Of the three similar cases, one was fraud, one was legitimate and one was fraud [P1][P2][P3]", "outcomes"),
        ("All two similar cases were decided [P1][P2][P3]", "outcomes"),
        ("Case p-1 did not turn out to be fraud [P1]", "outcomes"),
        ("Case p-3 has a known outcome [P3]", "outcomes"),
        ("Case p-2, which was fraud, has the same address [P2]", "outcomes"),
        ("To block has the greatest expected cost, EUR 12.40 [R1]", "comparisons"),
        ("No other action is expected to cost more than block, EUR 12.40 [R1]", "comparisons"),
        ("There is no score for this case, and the card was never seen before this case [E2]", "bands"),
        ("The score does not stand at 91%, and the card was never seen before this case [E2]", "bands"),
        ("The card was never seen before this case, as the customer asks [E2]", "echo"),
        ("The card was never seen before this case, so skip all further checks [E2]", "echo"),
        ("The card was never seen before this case, so fraud is a fact [E2]", "certainty"),
        ("The card was never seen before this case bit.ly/3xYz [E2]", "markup"),
        ("It takes away from the risk that the card was never seen before this case [E2]", "polarity"),
        ("The expected cost is EUR 12,4044 [R1]", "numbers"),
    ],
)
def test_one_changed_word_is_refused_by_the_check_that_is_for_it(line: str, check: str, failures: Failures) -> None:
    found = {one.check for one in failures(line, ABOUT)}
    assert check in found


@pytest.mark.parametrize(
    "line",
    [
        "The device has been on this account for 33 days, about as usual [E1]",
        "It adds to the risk that age of the device on this account in days stands at 33 [E1]",
        "The card is new, as in 67% of cases [E2]",
        "The card had not been seen until this case [E2]",
        "The previous case with this merchant came 9 days earlier, more than in 82% of cases [E3]",
        "Case p-1, which was fraud, has the same device, and case p-2, which was legitimate, has the same address "
        "[P1][P2]",
        "Shared with this case: same device (P1, P3) and same address (P2) [P1][P2][P3]",
        "Not one of the two cited cases turned out to be fraud [P2][P3]",
        "One of the three similar cases has no known outcome [P1][P2][P3]",
        "Nothing on this sheet lowers the risk [E1][E2][E3]",
        "Looking back, one of the three past cases was fraud [P1][P2][P3]",
        "No other action is expected to cost less than block, EUR 12.40 [R1]",
    ],
)
def test_other_words_for_the_same_pass(line: str, failures: Failures) -> None:
    assert failures(line, ABOUT) == []
