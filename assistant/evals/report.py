"""The report of a run, or of two side by side: one page that needs no network.

Promise: everything that a case or a writer said is escaped, in text and in figures. Items come worst first: those that
were broken, then those that failed, and each says which check failed and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from assistant.case import Sentence, Sheet
from assistant.drafting import ACTION, CHANGE
from assistant.evals.compare import Comparison, compare
from assistant.evals.metrics import METRICS, Score
from assistant.evals.run import Run
from assistant.evals.summary import COVERAGES
from assistant.evals.written import Written

__all__ = ["Piece", "differences", "write_report"]

MOST_ITEMS = 120
"""A page of five hundred drafts is read by nobody; the rest can be read in the run's folder."""
TOLD = ("key_facts", "citation_precision", "right", "withheld", "attacked", "unharmed", "secrets")
BINS = 10
HEIGHT = 380

_pages = Environment(
    loader=ChoiceLoader([PackageLoader("assistant.evals", "pages"), PackageLoader("assistant.scoring", "pages")]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


@dataclass(frozen=True)
class Piece:
    """Words of a text: `same`, `gone` from it, or `new` in it."""

    kind: str
    text: str


@dataclass(frozen=True)
class _Row:
    """One item on the page."""

    id: str
    word: str
    slices: str
    left: Sequence[Piece]
    right: Sequence[Piece]
    notes: tuple[str, str]
    why: Sequence[tuple[str, str]]
    sheet: Sheet


def write_report(run: Run, against: Run | None, folder: Path) -> Path:
    """Writes the page into `folder`, or into the file that it names, and gives its path."""
    found = compare(against, run) if against else None
    name = f"{run.head.run_id}-against-{against.head.run_id}" if against else run.head.run_id
    path = folder if folder.suffix == ".html" else folder / f"{name}.html"
    rows = sorted(_rows(run, against, found), key=lambda row: row[0])
    page = _pages.get_template("evals.html").render(
        run=run,
        against=against,
        found=found,
        says={one.name: one.says for one in METRICS},
        figures=_drawn(_figures(run, against, found)),
        rows=[row for _, row in rows[:MOST_ITEMS]],
        left_out=max(0, len(rows) - MOST_ITEMS),
        titles=("before", "after") if against else ("as it was written", "as it is shown"),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def differences(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, word for word: what is gone from the first, and what is new in the second."""
    one, two = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    left, right = [], []
    for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if a < b:
            left.append(Piece("same" if tag == "equal" else "gone", "".join(one[a:b])))
        if c < d:
            right.append(Piece("same" if tag == "equal" else "new", "".join(two[c:d])))
    return left, right


def _rows(run: Run, against: Run | None, found: Comparison | None) -> Iterator[tuple[tuple[int, float, str], _Row]]:
    broken, fixed = (set(found.broken), set(found.fixed)) if found else (set[str](), set[str]())
    for item in run.suite.items:
        scores = run.scores.get(item.id, {})
        now = run.written.get(item.id)
        if against:
            then = against.written.get(item.id)
            texts = (_shown(then), _shown(now))
        else:
            then, texts = now, (_as_written(now), _shown(now))
        passed = scores["passes"].value if "passes" in scores else 0.0
        word = "broken" if item.id in broken else "fixed" if item.id in fixed else "passed" if passed else "failed"
        order = {"broken": 0, "failed": 1, "fixed": 2, "passed": 3}[word]
        left, right = differences(*texts)
        row = _Row(
            id=item.id,
            word=word,
            slices=", ".join(f"{key} {value}" for key, value in item.slices.items()),
            left=left,
            right=right,
            notes=(_note(then) if against else "", _note(now)),
            why=_why(scores, now),
            sheet=item.sheet,
        )
        changed = sum(len(one.text) for one in (*left, *right) if one.kind != "same")
        yield (order, -float(changed), item.id), row


def _why(scores: dict[str, Score], written: Written | None) -> list[tuple[str, str]]:
    """What did not go well: each check of the text that failed, then the metrics that are no share of those."""
    found = []
    for judged in written.judged if written else ():
        for check in judged.failed:
            said = judged.sentence.text[check.start : check.end]
            found.append((f"{check.check}, {check.sentence}", f"{check.why}: “{said}”" if said else check.why))
    told = TOLD if found else ("passes", *TOLD)
    return found + [(name, scores[name].why) for name in told if name in scores and scores[name].why]


def _as_written(written: Written | None) -> str:
    """The writer's text in the form of a draft, so that only what it says is compared."""
    if written is None:
        return ""
    lines = [_cited(one.sentence) for one in written.judged]
    rest = [line.strip() for line in written.text.split("\n") if ACTION.match(line) or CHANGE.match(line)]
    return "\n".join([*lines, *rest])


def _cited(sentence: Sentence) -> str:
    return f"{sentence.text} [{', '.join(sentence.citations)}]" if sentence.citations else sentence.text


def _shown(written: Written | None) -> str:
    if written is None or written.draft is None:
        return ""
    draft = written.draft
    lines = [f"{one.text} [{', '.join(one.citations)}]" if one.citations else one.text for one in draft.sentences]
    return "\n".join(
        [*lines, f"Action: {draft.action or 'none'}", *(f"Would change: {one}" for one in draft.would_change)]
    )


def _note(written: Written | None) -> str:
    if written is None:
        return "there is no record"
    if written.draft is None:
        return written.trouble
    return f"{written.draft.status}, {written.seconds:.1f} s"


def _drawn(figures: Sequence[tuple[str, str, Any]]) -> list[dict[str, str]]:
    import plotly.io

    return [
        {
            "title": title,
            "words": words,
            "drawn": plotly.io.to_html(
                figure,
                full_html=False,
                include_plotlyjs=number == 0,
                config={"displaylogo": False, "responsive": True},
                div_id=f"figure-{number}",
            ),
        }
        for number, (title, words, figure) in enumerate(figures)
    ]


def _figures(run: Run, against: Run | None, found: Comparison | None) -> list[tuple[str, str, Any]]:
    figures = []
    if found:
        words = "Every metric that is a share, after minus before, with 95% intervals; right of the line is more."
        figures.append(("Differences", words, _differences(found)))
    if found and found.slices:
        words = "Items that pass, in every slice of ten items or more."
        figures.append(("Slices", words, _slices(found)))
    runs = [("after", run), ("before", against)] if against else [("this run", run)]
    measured = [(name, one) for name, one in runs if one is not None and one.summary.risks]
    if measured:
        words = "How sure it was of its actions, and how often they were the right ones; bins of equal mass."
        figures.append(("Said and seen", words, _calibration(measured)))
        words = "How often the action is wrong among the items that it is surest of."
        figures.append(("Coverage and risk", words, _risk(measured)))
    return figures


def _figure(x: str, y: str, **layout: Any) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure()
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    figure.update_layout(
        template="plotly_white", height=HEIGHT, margin={"t": 20}, legend=legend, xaxis_title=x, yaxis_title=y
    )
    figure.update_layout(**layout)
    return figure


def _differences(found: Comparison) -> Any:
    rows = [one for one in found.metrics if max(abs(one.before), abs(one.after)) <= 1]
    figure = _figure("after minus before", "", height=100 + 28 * len(rows), showlegend=False)
    figure.add_scatter(
        x=[one.difference.value for one in rows],
        y=[escape(one.metric) for one in rows],
        mode="markers",
        error_x={
            "array": [one.difference.high - one.difference.value for one in rows],
            "arrayminus": [one.difference.value - one.difference.low for one in rows],
        },
    )
    figure.add_vline(x=0, line_dash="dot", line_color="grey")
    figure.update_yaxes(automargin=True, autorange="reversed")
    return figure


def _slices(found: Comparison) -> Any:
    names = [f"{escape(one.by)} ({one.items})" for one in found.slices]
    figure = _figure("share that passes", "", barmode="group", height=140 + 34 * len(names))
    figure.add_bar(y=names, x=[one.before for one in found.slices], name="before", orientation="h")
    figure.add_bar(y=names, x=[one.after for one in found.slices], name="after", orientation="h")
    figure.update_yaxes(automargin=True, autorange="reversed")
    return figure


def _calibration(runs: Sequence[tuple[str, Run]]) -> Any:
    figure = _figure("said", "seen")
    for name, run in runs:
        pairs = []
        for item in run.suite.items:
            written = run.written.get(item.id)
            action = written.draft.action if written and written.draft else None
            if action in item.expected.confidence and item.expected.action:
                pairs.append((item.expected.confidence[action], float(action == item.expected.action)))
        table = np.array(sorted(pairs))
        bins = [part for part in np.array_split(table, BINS) if len(part)]
        figure.add_scatter(
            x=[float(part[:, 0].mean()) for part in bins],
            y=[float(part[:, 1].mean()) for part in bins],
            text=[f"{len(part)} items" for part in bins],
            name=name,
            mode="lines+markers",
        )
    figure.add_scatter(x=[0, 1], y=[0, 1], name="what is said is seen", line={"dash": "dot", "color": "grey"})
    return figure


def _risk(runs: Sequence[tuple[str, Run]]) -> Any:
    figure = _figure("share of the items, the surest first", "share of wrong actions")
    for name, run in runs:
        wrong = [one.wrong for one in run.summary.risks]
        figure.add_scatter(x=list(COVERAGES), y=wrong, name=name, mode="lines+markers")
    figure.update_xaxes(tickformat=".0%")
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    return figure
