"""Case text stays text, and figures read well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.case import Fact, Interaction, Precedent, Reason, Review, Scorecard, Sentence
from assistant.desk import Brief
from assistant.drafting import draft
from assistant.editing import edit
from assistant.policy import load_policy
from assistant.prompt import load
from assistant.ui import rendering, views, words
from assistant.ui.draft_views import finished_view, unfinished_view
from assistant.ui.queue_views import QueuePanel, QueueView
from assistant.waiting import Count
from tests.cases import case
from tests.conftest import NOON
from tests.sheets import item, sheet
from tests.test_drafting import Told

HOSTILE = "<b>{{7*7}}</b> ${alert(1)} `x` \"'>"


def test_no_sign_of_any_template_language_survives_in_case_text() -> None:
    row = QueueView(HOSTILE, HOSTILE, "high", "High risk", "91%", "EUR 1.00", "3 h", current=True)
    page = rendering.queue(QueuePanel([row], Count(1, False), opening=True))
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


def test_a_score_shows_its_interval_and_what_speaks_against_its_usual_direction_apart_from_the_reasons() -> None:
    odd = Interaction(signal="age", contribution=0.3, statement=f"the {HOSTILE} is old, which usually lowers the risk")
    score = Scorecard(
        probability=0.12, band="medium", model="m", interval=(0.0912, 0.141), reasons=(reason("E1", 1.0),),
        interactions=(odd,),
    )  # fmt: skip

    def page(one: Scorecard) -> str:
        advice = load_policy().advise(case("c1"), one.probability)
        brief = Brief(case("c1"), NOON, one, (), advice, sheet(probability=one.probability), "")
        return "".join(rendering.case_panels(views.case_view(brief, views.History())))

    shown = page(score)
    assert "9.1% to 14%" in shown
    assert "1 signal weighed against the usual direction" in shown
    assert "is old, which usually lowers the risk</li>" in shown
    assert "<b>" not in shown
    plain = page(score.model_copy(update={"interval": None, "interactions": ()}))
    assert "9.1% to" not in plain
    assert "usual direction" not in plain


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


@pytest.mark.parametrize(
    ("because", "said"),
    [
        (("same device",), "same device"),
        (("same device", "same email address", "also account age in days is 3"),
         "same device and email address; also account age in days is 3"),
        (("same account", "same card", "same device", "and 2 more from the same ring"),
         "same account, card and device; and 2 more from the same ring"),
        (("reads alike",), "reads alike"),
        ((), ""),
    ],
)  # fmt: skip
def test_the_things_that_two_cases_share_are_told_in_one_breath(because: tuple[str, ...], said: str) -> None:
    assert words.alike(because) == said


def test_a_counter_example_is_marked_and_another_precedent_says_where_it_differs_and_neither_becomes_markup() -> None:
    ring = Precedent(
        case_id="p-1", similarity=0.9, outcome="fraud", action=None, reason=None, decided_at=None, known_at=NOON,
        because=("same device", "and 2 more from the same ring"), ring=("p-2", "p-3"), differs=f"here {HOSTILE}",
    )  # fmt: skip
    other = ring.model_copy(update={"ring": (), "counter_example": f"turned out to be legitimate {HOSTILE}"})
    score = Scorecard(probability=None, band="abstain", model="none")
    brief = Brief(case("c1"), NOON, score, (ring, other), load_policy().advise(case("c1"), None), sheet(), "")
    shown = rendering.precedents(views.case_view(brief, views.History()))
    assert "and 2 more from the same ring" in shown
    assert shown.count("Differs: here") == 1
    assert shown.count("<strong>Counter-example</strong>: turned out to be legitimate") == 1
    assert "<b>" not in shown


def test_no_sign_of_any_template_language_survives_in_a_draft_whoever_wrote_it() -> None:
    on = sheet(
        item("F1", "fact", "neutral", f"amount: EUR 129.00 {HOSTILE}", "EUR 129.00"),
        item("N1", "note", "neutral", f"customer text: {HOSTILE}", untrusted=True),
    )
    written = draft(Told(f"The amount is EUR 129.00 [F1].\nWould change: {HOSTILE}"), load("draft@v1").render(on))
    review = Review(
        review_id=HOSTILE, case_id=HOSTILE, as_of=NOON, score=Scorecard(probability=0.9, band="high", model=HOSTILE),
        precedents=(), sheet=on, draft=written, policy=load_policy().advise(case("c1"), 0.9),
    )  # fmt: skip
    mine = [Sentence(id=one.id, text=f"{HOSTILE} [F1][N1]") for one in written.sentences]
    edited = edit(review, written, mine, HOSTILE, NOON).draft
    view = finished_view(review.model_copy(update={"draft": edited}), written, earlier=edited, saved=HOSTILE)
    under_way = unfinished_view(HOSTILE, edited.sentences, on.evidence, HOSTILE, HOSTILE)
    for page in (rendering.draft(view), rendering.draft(under_way), rendering.waiting(HOSTILE, HOSTILE, writing=True)):
        assert "&lt;b&gt;" in page
        for sign in ("<b>", "{{", "${", "`"):
            assert sign not in page


def test_a_past_case_s_reason_tells_no_personal_data_in_a_list() -> None:
    said = "called Nora Weiss on +49 171 5557788, mail nora@example.com"
    own = (Fact(name="who", role="name", phrase="who", value="Nora Weiss"),)
    assert words.masked(said, own) == "called [name] on [phone], mail [email]"
    assert words.masked("company register partial", own) == "company register partial"
