"""Labels by the stated rule."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from assistant.case import Decision, Outcome
from assistant.scoring import label_of
from tests.cases import decided, outcome
from tests.conftest import at

MATURITY = timedelta(days=45)
FRAUD, CLEARED = outcome("c", "fraud", at(days=10)), outcome("c", "legitimate", at(days=20))


@pytest.mark.parametrize(
    ("decisions", "outcomes", "as_of", "label"),
    [
        ([], [FRAUD], at(days=11), True),
        ([], [FRAUD], at(days=10), None),
        ([], [FRAUD, CLEARED], at(days=15), True),
        ([], [FRAUD, CLEARED], at(days=21), False),
        ([], [outcome("c", "unresolved", at(days=1))], at(days=99), None),
        ([decided("c", "block", at(days=1))], [], at(days=99), None),
        ([decided("c", "approve", at(days=1))], [], at(days=45), None),
        ([decided("c", "approve", at(days=1))], [], at(days=47), False),
        ([decided("c", "approve", at(days=1))], [FRAUD], at(days=99), True),
        ([decided("c", "approve", at(days=1)), decided("c", "block", at(days=2))], [], at(days=99), None),
    ],
)
def test_a_label_is_what_was_known_at_the_moment(
    decisions: list[Decision], outcomes: list[Outcome], as_of: datetime, label: bool | None
) -> None:
    found = label_of("c", decisions, outcomes, as_of, MATURITY)
    assert (found.fraud if found else None) == label
    assert found is None or found.known_at < as_of
