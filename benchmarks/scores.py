"""Scores on later data, beside a tuned XGBoost on the raw columns: `make bench-scores`, or
`python -m benchmarks.scores --small` for a look.

Every file comes in by the schema that `fra schema` proposes for it, unedited. Both sides learn from the same labels
known at the same cutoffs and are tested on the same later cases; the folds are pooled. *Closed* is the share of the
baseline's distance to an average precision of 1 that is gone. Prints one Markdown table; `--json FILE` keeps it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant import world
from assistant.dataset import Schema, import_file, propose
from assistant.scoring import Interval, prepare
from assistant.scoring.metrics import expected_calibration_error, ranking
from assistant.scoring.models import CHAMPION, Learner
from assistant.scoring.train import Lesson, teach
from assistant.signals import compute, trace
from assistant.store import Store
from benchmarks.baseline import RawTable, raw_table, tuned

HERE = Path(__file__).resolve().parents[1]
MATURITY = timedelta(days=45)
ROUNDS = 2000
KINDS = ("payments", "identity", "merchants")


class Task(NamedTuple):
    """A file: what can be learned from it, and its raw columns."""

    lesson: Lesson
    raw: RawTable


class Part(NamedTuple):
    """The pooled later cases of one kind: truth and what each side said."""

    labels: NDArray[np.int64]
    ours: NDArray[np.float64]
    baseline: NDArray[np.float64]


class Row(NamedTuple):
    """A line of the table. Average precision is taken within each kind and weighted by its frauds."""

    name: str
    cases: int
    frauds: int
    ours: Interval
    baseline: Interval
    difference: Interval
    closed: Interval
    auc: float
    auc_baseline: float
    ece: float


def task(file: Path, now: datetime) -> Task:
    """Imports a file by the schema that is proposed for it."""
    rules = Schema.parse(propose(file))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "fra.db")
        result = import_file(file, rules, store.cases, rejects_dir=Path(folder))
        assert result.imported == result.rows, result
        cases = list(store.cases.all())
        decisions, outcomes = store.cases.decisions(), store.cases.outcomes()
        store.close()
    traces = [trace(case, outcomes.get(case.case_id, ())) for case in cases]
    lesson = prepare(cases, compute(cases, traces, traces), decisions, outcomes, now=now, maturity=MATURITY)
    ids, seconds = [case.case_id for case in cases], [case.opened_at.timestamp() for case in cases]
    return Task(lesson, raw_table(file, rules, ids, seconds))


def parts(one: Task, learner: Learner = CHAMPION) -> Iterator[Part]:
    """The later cases of each kind that both sides could be tested on."""
    trained = teach(one.lesson, learner)
    later = trained.later
    for kind in one.lesson.kinds:
        settled = one.lesson.settled(kind)
        opened = np.array([one.lesson.cases[row].opened_at for row in settled.rows], dtype=object)
        own = [vintage for vintage in trained.model.vintages if vintage.recipe.kind == kind]
        rows, theirs = [], []
        for vintage, after in pairwise(own):
            start, until = vintage.recipe.cutoff, after.recipe.cutoff
            test = settled.rows[(opened >= start) & (opened < until)]
            known = one.lesson.known(kind, start)
            if len(test):
                rows.append(test)
                theirs.append(tuned(one.raw.take(known.rows), known.truth).probabilities(one.raw.take(test)))
        if rows:
            said = dict(zip(later.rows, later.said, strict=True))
            truth = dict(zip(later.rows, later.truth, strict=True))
            order = np.concatenate(rows)
            yield Part(
                np.array([truth[row] for row in order]),
                np.array([said[row] for row in order]),
                np.concatenate(theirs),
            )


def row(name: str, found: Sequence[Part]) -> Row | None:
    """Both sides with paired bootstrap intervals; classes and kinds are resampled apart. None without both classes."""
    found = [part for part in found if 0 < part.labels.sum() < len(part.labels)]
    if not found:
        return None
    random = np.random.default_rng(7)
    sides = np.zeros((2, 2, ROUNDS + 1))  # metric × side × round
    frauds = sum(int(part.labels.sum()) for part in found)
    for part in found:
        counts = np.zeros((ROUNDS + 1, len(part.labels)))
        counts[0] = 1
        for value in (0, 1):
            rows = np.flatnonzero(part.labels == value)
            counts[1:, rows] = random.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=ROUNDS)
        share = part.labels.sum() / frauds
        for place, said in enumerate((part.ours, part.baseline)):
            sides[:, place] += share * ranking(part.labels, said, counts)
    (auc, auc_baseline), (ours, baseline) = sides
    labels, said = (np.concatenate([part[field] for part in found]) for field in (0, 1))
    return Row(
        name=name,
        cases=len(labels),
        frauds=frauds,
        ours=_interval(ours),
        baseline=_interval(baseline),
        difference=_interval(ours - baseline),
        closed=_interval((ours - baseline) / (1 - baseline)),
        auc=float(auc[0]),
        auc_baseline=float(auc_baseline[0]),
        ece=expected_calibration_error(labels, said, np.ones(len(labels))),
    )


def _interval(values: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return Interval(value=float(values[0]), low=float(low), high=float(high))


def line(found: Row) -> str:
    cells = [
        found.name,
        f"{found.cases:,} ({found.frauds:,})",
        f"{found.auc:.3f}",
        f"{found.auc_baseline:.3f}",
        words(found.ours),
        words(found.baseline),
        words(found.difference, "+.3f"),
        words(found.closed, ".0%"),
        f"{found.ece:.3f}",
    ]
    return f"| {' | '.join(cells)} |"


def words(one: Interval, form: str = ".3f") -> str:
    return f"{one.value:{form}} ({one.low:{form}} to {one.high:{form}})"


def rows(data: Path, cases: int, seeds: Sequence[int], end: date, only: str) -> Iterator[Row | str]:
    """Each file of the folder, then the demo world: every kind, and all of them together."""
    now = datetime.now(UTC)
    for file in sorted(data.glob("*.csv")):
        if only in file.name:
            yield row(file.name, list(parts(task(file, now)))) or file.name
    if only and only not in "demo":
        return
    for seed in seeds:
        everything: list[Part] = []
        with tempfile.TemporaryDirectory() as folder:
            world.generate(Path(folder), cases=cases, seed=seed, end=end)
            for name in KINDS:
                found = list(parts(task(Path(folder) / f"{name}.csv", now)))
                everything += found
                yield row(f"demo {name}, seed {seed}", found) or name
        yield row(f"demo world, {cases:,} cases, seed {seed}", everything) or "demo world"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent / "shared" / "data" / "aws_fraud_samples")
    parser.add_argument("--cases", type=int, default=6000, help="size of the demo world")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7], help="of the demo world")
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 23), help="its last day")
    parser.add_argument("--only", default="", help="part of a file's name, or demo")
    parser.add_argument("--small", action="store_true", help="a demo world of 2,000 cases and nothing else")
    parser.add_argument("--json", type=Path, help="keep the figures here as well")
    given = parser.parse_args()
    cases, only = (2000, "demo") if given.small else (given.cases, given.only)
    print("| data | later cases (fraud) | AUC | AUC raw | average precision | raw | difference | closed | ECE |")
    print("|---|---|---|---|---|---|---|---|---|")
    kept = []
    for found in rows(given.data, cases, given.seeds, given.end, only):
        if isinstance(found, str):
            print(f"| {found} | too few labels for a model that is tested on later cases |  |  |  |  |  |  |  |")
            continue
        print(line(found), flush=True)
        kept.append({name: getattr(value, "__dict__", value) for name, value in found._asdict().items()})
    if given.json:
        given.json.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    main()
