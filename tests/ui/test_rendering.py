"""Case text stays text, and figures read well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.case import Precedent, Reason
from assistant.ui import rendering, views, words
from assistant.ui.views import QueueView
from tests.conftest import NOON

HOSTILE = "<b>{{7*7}}</b> ${alert(1)} `x` \"'>"


def test_no_sign_of_any_template_language_survives_in_case_text() -> None:
    row = QueueView(HOSTILE, HOSTILE, "high", "High risk", "91%", "EUR 1.00", "3 h", current=True, skipped=False)
    page = rendering.queue([row], 1)
    for sign in ("<b>", "{{", "${", "`"):
        assert sign not in page
    assert "&#123;&#123;7*7&#125;&#125;" in page


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (None, "–"),
        (0.0, "< 0.1%"),
        (0.034, "3.4%"),
        (0.0996, "10%"),
        (0.335, "34%"),
        (0.9949, "99.5%"),
        (1.0, "> 99.9%"),
    ],
)
def test_a_probability_never_reads_as_a_certainty(probability: float | None, said: str) -> None:
    assert words.percent(probability) == said


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (timedelta(minutes=-3), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=1200), "3 years"),
    ],
)
def test_an_age_is_told_in_one_unit(waiting: timedelta, said: str) -> None:
    assert words.age(NOON - waiting, NOON) == said


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("the card is new (shorter than in 96% of cases)", ("The card is new", "shorter than in 96% of cases")),
        ("the card is new", ("The card is new", "")),
        ("name (of the shop) is odd", ("Name (of the shop) is odd", "")),
    ],
)
def test_the_normal_range_is_told_apart_from_the_finding(text: str, parts: tuple[str, str]) -> None:
    assert words.statement(text) == parts


def test_both_sides_of_a_case_are_shown_at_once() -> None:
    strong = [reason(f"E{number}", 2.0 - number / 10) for number in range(1, 10)]
    weak = [reason("E10", -0.05), reason("E11", -0.04)]
    shown, lesser = views.strongest([*strong, *weak])
    assert [one.evidence for one in shown] == ["E1", "E2", "E3", "E4", "E10", "E11"]
    assert [one.evidence for one in lesser] == ["E5", "E6", "E7", "E8", "E9"]


def reason(evidence: str, contribution: float) -> Reason:
    return Reason(
        evidence=evidence, signal=evidence, contribution=contribution, percentile=None, statement="it is so",
        polarity="raises" if contribution > 0 else "lowers",
    )  # fmt: skip


def test_a_precedent_without_outcome_does_not_claim_one() -> None:
    one = Precedent(
        case_id="p-1", similarity=0.9, outcome=None, action="block", reason=None, decided_at=NOON, known_at=NOON,
        because=(),
    )  # fmt: skip
    assert words.verdict(one) == "Outcome not known"
