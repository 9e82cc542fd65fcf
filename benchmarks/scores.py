"""Scores on later data, beside a tuned XGBoost on the raw columns: `make bench-scores`, or
`python -m benchmarks.scores --small` for a look.

Every file comes in by the schema that `fra schema` proposes for it, unedited. Both sides learn from the same labels
known at the same cutoffs and are tested on the same later cases; the folds are pooled. The three files of the demo
world come into one store, as they do in the product; the baseline has a model for each. *Closed* is the share of the
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
    """What can be learned from some files in one store, and the raw columns of each kind with the row of each case."""

    lesson: Lesson
    raw: dict[str, RawTable]
    places: dict[int, int]


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


def task(files: Sequence[Path], now: datetime) -> Task:
    """Imports files by the schemas that are proposed for them; one kind of case in each."""
    rules = {file: Schema.parse(propose(file)) for file in files}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "fra.db")
        for file, schema in rules.items():
            result = import_file(file, schema, store.cases, rejects_dir=Path(folder))
            assert result.imported == result.rows, result
        cases = list(store.cases.all())
        decisions, outcomes = store.cases.decisions(), store.cases.outcomes()
        store.close()
    traces = [trace(case, outcomes.get(case.case_id, ())) for case in cases]
    lesson = prepare(cases, compute(cases, traces, traces), decisions, outcomes, now=now, maturity=MATURITY)
    raw, places = {}, {}
    for file, schema in rules.items():
        own = [(row, case) for row, case in enumerate(cases) if case.source == schema.source]
        ids, seconds = [case.case_id for _, case in own], [case.opened_at.timestamp() for _, case in own]
        raw[own[0][1].kind] = raw_table(file, schema, ids, seconds)
        places |= {row: place for place, (row, _) in enumerate(own)}
    return Task(lesson, raw, places)


def parts(one: Task, learner: Learner = CHAMPION) -> dict[str, Part]:
    """The later cases of each kind that both sides could be tested on."""
    trained = teach(one.lesson, learner)
    said = dict(zip(trained.later.rows, trained.later.said, strict=True))
    found = {}
    for kind in one.lesson.kinds:
        settled = one.lesson.settled(kind)
        opened = np.array([one.lesson.cases[row].opened_at for row in settled.rows], dtype=object)
        truth, ours, theirs = [], [], []
        for vintage, after in pairwise(own for own in trained.model.vintages if own.recipe.kind == kind):
            start, until = vintage.recipe.cutoff, after.recipe.cutoff
            later = (opened >= start) & (opened < until)
            if later.any():
                truth.append(settled.truth[later])
                ours.append(np.array([said[row] for row in settled.rows[later]]))
                theirs.append(_baseline(one, kind, start, settled.rows[later]))
        if truth:
            found[kind] = Part(np.concatenate(truth), np.concatenate(ours), np.concatenate(theirs))
    return found


def _baseline(one: Task, kind: str, cutoff: datetime, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the baseline of a cutoff says of these rows."""
    known = one.lesson.known(kind, cutoff)
    learn, test = (one.raw[kind].take(np.array([one.places[row] for row in part])) for part in (known.rows, rows))
    return tuned(learn, known.truth).probabilities(test)


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
            yield row(file.name, list(parts(task([file], now)).values())) or file.name
    for seed in seeds if only in "demo" else ():
        with tempfile.TemporaryDirectory() as folder:
            world.generate(Path(folder), cases=cases, seed=seed, end=end)
            found = parts(task([Path(folder) / f"{name}.csv" for name in KINDS], now))
        for kind, part in found.items():
            yield row(f"demo {kind}, seed {seed}", [part]) or kind
        yield row(f"demo world, {cases:,} cases, seed {seed}", list(found.values())) or "demo world"


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
