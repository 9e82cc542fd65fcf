"""The report of a training: one page that needs no network, for people who want to see before they believe.

Names of columns and words of cases are escaped before they reach a figure, because plotly reads a little markup.
Leaves every number to `later`, `metrics` and `whatif`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from assistant.scoring.card import pages
from assistant.scoring.compare import Comparison, Coster
from assistant.scoring.later import Later, reliability
from assistant.scoring.train import Lesson, Trained
from assistant.scoring.whatif import capacity, drift, score_drift, thresholds

__all__ = ["write_report"]

MOST_DRIFT = 20
HEIGHT = 420


def write_report(comparison: Comparison, lesson: Lesson, cost: Coster, review_cost: float, path: Path) -> None:
    """Writes the page. The figures are of the champion unless they name their model."""
    import plotly.io

    champion = comparison.trained[0]
    measured = [one for one in comparison.trained if one.model.card.metrics]
    figures: list[tuple[str, str, Any]] = []
    if measured and champion.model.card.metrics:
        figures = [
            ("Precision and recall", _PR, _precision_recall(measured)),
            ("True and false positives", _ROC, _roc(measured)),
            ("Said and seen", _SAID, _calibration(measured)),
            ("Cost against review capacity", _CAPACITY, _capacity(champion.later, lesson, cost, review_cost)),
            ("The last 30 days at another threshold", _THRESHOLD, _thresholds(champion, lesson)),
            ("Slices", _SLICES, _slices(champion)),
            ("Drift", _DRIFT, _drift(champion, lesson)),
        ]
    shown = []
    for number, (title, words, figure) in enumerate(figures):
        drawn = (
            ""
            if figure is None
            else plotly.io.to_html(
                figure,
                full_html=False,
                include_plotlyjs=number == 0,
                config={"displaylogo": False},
                div_id=f"figure-{number}",
            )
        )
        shown.append({"title": title, "words": words, "drawn": drawn})
    cards = [one.model.card for one in comparison.trained]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(pages.get_template("report.html").render(cards=cards, figures=shown), encoding="utf-8")


_PR = "How many of the flagged cases are fraud, as more of the fraud is caught. Later cases, every model."
_ROC = "How much fraud is caught for how many good customers flagged. Later cases, every model."
_SAID = "Ten bins of equal mass: on the diagonal, what is said is what is seen."
_CAPACITY = (
    "A team reviews so many cases a day, those first whose review is expected to save most; it finds the truth, and "
    "each review costs what the policy says. All other cases get the action that is cheapest at their probability."
)
_THRESHOLD = (
    "Every case of the last 30 days, scored by the vintage before it, with what is known of it by now. Most outcomes "
    "of the last weeks are not known yet."
)
_SLICES = "What was said and what was seen of later cases, by what they have in common."
_DRIFT = (
    "Population stability index: the last 30 days against what the newest tested vintage learned from. Below 0.1 "
    "little has moved, above 0.25 much. Signals that count the past grow as the past grows."
)


def _figure(x: str, y: str, **layout: Any) -> Any:
    import plotly.graph_objects as go

    found = go.Figure()
    found.update_layout(
        template="plotly_white",
        height=HEIGHT,
        margin={"t": 20},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis_title=x,
        yaxis_title=y,
        **layout,
    )
    return found


def _precision_recall(trained: Sequence[Trained]) -> Any:
    from sklearn.metrics import precision_recall_curve

    figure = _figure("recall", "precision")
    for one in trained:
        later, card = one.later, one.model.card
        precision, recall, _ = precision_recall_curve(later.truth, later.said, sample_weight=later.weights)
        name = f"{escape(card.name)} ({card.metrics.average_precision.value:.3f})" if card.metrics else card.name
        figure.add_scatter(x=recall, y=precision, name=name, line={"shape": "hv"})
    return figure


def _roc(trained: Sequence[Trained]) -> Any:
    from sklearn.metrics import roc_curve

    figure = _figure("share of legitimate cases flagged", "share of fraud caught")
    for one in trained:
        later, card = one.later, one.model.card
        flagged, caught, _ = roc_curve(later.truth, later.said, sample_weight=later.weights)
        name = f"{escape(card.name)} ({card.metrics.auc.value:.3f})" if card.metrics else card.name
        figure.add_scatter(x=flagged, y=caught, name=name)
    return figure


def _calibration(trained: Sequence[Trained]) -> Any:
    figure = _figure("said", "seen")
    for one in trained:
        said, seen, numbers = zip(*reliability(one.later), strict=True)
        figure.add_scatter(
            x=said, y=seen, name=escape(one.model.card.name), mode="lines+markers", text=[f"{n} cases" for n in numbers]
        )
    figure.add_scatter(x=[0, 1], y=[0, 1], name="what is said is seen", line={"dash": "dot", "color": "grey"})
    return figure


def _capacity(later: Later, lesson: Lesson, cost: Coster, review_cost: float) -> Any:
    found = capacity(later, lesson.cases, cost, review_cost)
    figure = _figure(
        "reviews a day",
        "cost of a case, EUR",
        yaxis2={
            "title": "share of fraud reviewed",
            "overlaying": "y",
            "side": "right",
            "range": [0, 1.02],
            "dtick": 0.2,
            "tickformat": ".0%",
        },
    )
    days = [one.a_day for one in found]
    figure.add_scatter(x=days, y=[one.cost for one in found], name="cost of a case")
    figure.add_scatter(x=days, y=[one.frauds_reviewed for one in found], name="share of fraud reviewed", yaxis="y2")
    return figure


def _thresholds(champion: Trained, lesson: Lesson) -> Any:
    found = thresholds(champion.model, lesson)
    if not found:
        return None
    figure = _figure("flagged from this probability on", "cases in 30 days", barmode="stack")
    at = [one.probability for one in found]
    for name, values in (
        ("flagged, known fraud", [one.known_fraud for one in found]),
        ("flagged, known legitimate", [one.known_legitimate for one in found]),
        ("flagged, not known yet", [one.not_known_yet for one in found]),
    ):
        figure.add_bar(x=at, y=values, name=name)
    figure.add_scatter(x=at, y=[one.missed_fraud for one in found], name="not flagged, known fraud")
    return figure


def _slices(champion: Trained) -> Any:
    found = [one for one in champion.model.card.slices if one.n_fraud or one.n >= 20]
    names = [f"{escape(one.by)}: {escape(one.name)} ({one.n}, {one.n_fraud} fraud)" for one in found]
    figure = _figure("share", "", barmode="group")
    figure.add_bar(y=names, x=[one.said for one in found], name="said", orientation="h")
    figure.add_bar(y=names, x=[one.seen for one in found], name="seen", orientation="h")
    ranked = [(name, one.average_precision) for name, one in zip(names, found, strict=True) if one.average_precision]
    figure.add_scatter(
        y=[name for name, _ in ranked], x=[value for _, value in ranked], name="average precision", mode="markers"
    )
    figure.update_layout(height=140 + 34 * len(found))
    figure.update_yaxes(automargin=True, autorange="reversed")
    return figure


def _drift(champion: Trained, lesson: Lesson) -> Any:
    scores = score_drift(champion.model, lesson)
    found = [*scores, *drift(champion.model, lesson)[:MOST_DRIFT]]
    if not found:
        return None
    figure = _figure("population stability index", "")
    names = [f"{escape(one.kind)}: {escape(one.name)}" for one in found]
    figure.add_bar(y=names, x=[one.index for one in found], orientation="h", showlegend=False)
    figure.add_vline(x=0.25, line_dash="dot", line_color="grey")
    figure.update_layout(height=120 + 22 * len(found))
    figure.update_yaxes(automargin=True, autorange="reversed")
    return figure
