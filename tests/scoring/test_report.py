"""The report of a training: its numbers by hand, its page without a network, and hostile words as text."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from assistant.case import Case
from assistant.scoring import compare
from assistant.scoring.later import Later
from assistant.scoring.models import Linear, Trees
from assistant.scoring.report import write_report
from assistant.scoring.train import teach
from assistant.scoring.whatif import capacity, drift, score_drift, stability, thresholds
from tests.cases import case, fact
from tests.scoring.small_world import lesson, world


def cost(_: Case, probability: float, fraud: bool) -> float:
    """Blocking from one half on: a missed fraud costs 100, a blocked customer 10."""
    return (0.0 if probability >= 0.5 else 100.0) if fraud else (10.0 if probability >= 0.5 else 0.0)


def test_capacity_reviews_what_saves_most_first_and_counts_every_cost() -> None:
    # one day: a missed fraud at 0.4, a caught one at 0.9, a blocked customer at 0.6, a quiet one at 0.1
    said, truth = np.array([0.4, 0.9, 0.6, 0.1]), np.array([1, 1, 0, 0])
    later = Later(np.arange(4), truth, np.ones(4), said, said, said)
    found = {one.a_day: one for one in capacity(later, [case(f"c{n}") for n in range(4)], cost, review_cost=2.0)}
    assert sorted(found) == [0, 1, 2, 3, 4]
    assert (found[0].frauds_reviewed, found[0].cost) == (0, (100 + 0 + 10 + 0) / 4)
    # expected savings: 0.4 × 100 = 40, 0.1 × 10 = 1, 0.4 × 10 = 4, 0.1 × 100 = 10
    assert (found[1].frauds_reviewed, found[1].cost) == (0.5, (2 + 0 + 10 + 0) / 4)
    assert (found[2].frauds_reviewed, found[2].cost) == (0.5, (2 + 0 + 10 + 2) / 4)
    assert (found[3].frauds_reviewed, found[3].cost) == (0.5, (2 + 0 + 2 + 2) / 4)
    assert (found[4].frauds_reviewed, found[4].cost) == (1.0, 2.0)


def test_days_with_unlabelled_cases_share_out_the_reviews() -> None:
    said, truth = np.array([0.4, 0.3]), np.array([1, 1])
    later = Later(np.arange(2), truth, np.ones(2), said, said, said)
    # four cases that day, two of them labelled: two reviews reach one of the labelled ones
    found = {one.a_day: one for one in capacity(later, [case(f"c{n}") for n in range(4)], cost, review_cost=2.0)}
    assert found[2].frauds_reviewed == 0.5


def test_a_threshold_divides_the_last_month_into_what_is_known_of_it() -> None:
    taught = lesson(*world())
    model = teach(taught, Trees()).model
    found = thresholds(model, taught)
    last = taught.cases[-1].opened_at
    recent = [row for row, one in enumerate(taught.cases) if one.opened_at > last - timedelta(days=30)]
    frauds = int(taught.final.truth[np.isin(taught.final.rows, recent)].sum())
    assert [one.known_fraud + one.missed_fraud for one in found] == [frauds] * len(found)
    flagged = [one.known_fraud + one.known_legitimate + one.not_known_yet for one in found]
    assert flagged == sorted(flagged, reverse=True)
    assert [one.flagged_a_day for one in found] == pytest.approx([number / 30 for number in flagged])


def test_what_has_not_moved_has_no_drift_and_what_has_is_named_first() -> None:
    random = np.random.default_rng(1)
    same, other, moved = random.normal(size=4000), random.normal(size=4000), random.normal(1.5, size=4000)
    assert stability(same, other, words=False) < 0.02
    assert stability(same, moved, words=False) > 0.25
    assert stability(same, np.full(4000, np.nan), words=False) > 1
    words = np.array([0.0, 1.0] * 500)
    assert stability(words, words, words=True) == 0
    assert stability(words, np.full(500, np.nan), words=True) > 1

    cases, outcomes = world()
    late = cases[-1].opened_at - timedelta(days=30)
    faster = [
        one.model_copy(update={"facts": (fact("number", "9.0", "speed"), *one.facts[1:])})
        if one.opened_at > late
        else one
        for one in cases
    ]
    taught = lesson(faster, outcomes)
    model = teach(taught, Trees()).model
    assert drift(model, taught)[0].name == "value.speed"
    assert score_drift(model, taught)[0].index > 0.25


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a training on cases from a country with a hostile name."""
    cases, outcomes = world()
    hostile = fact("country", "<img src=x onerror=alert(1)>", "land")
    taught = lesson([one.model_copy(update={"facts": (*one.facts, hostile)}) for one in cases], outcomes)
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(compare(taught, [Trees(), Linear()], cost=cost), taught, cost, 2.0, path)
    return path


def test_the_page_needs_nothing_from_elsewhere_and_takes_words_as_text(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=", text)
    assert "<img" not in text.split("</script>")[-1]
    assert "onerror=alert" in text
    assert "country: <img" not in text


@pytest.mark.browser
def test_the_page_draws_every_figure_and_runs_no_word_of_a_case(page: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = Path("/usr/bin/chromium")
    if not chromium.exists():
        pytest.skip("no browser")
    asked, heard = [], []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("pageerror", lambda error: heard.append(str(error)))
        opened.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        opened.goto(page.as_uri())
        opened.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 7")
        drawn = opened.locator(".js-plotly-plot").count()
        browser.close()
    assert (drawn, heard, [url for url in asked if not url.startswith("file:")]) == (7, [], [])
