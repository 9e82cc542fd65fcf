"""Scores on later data, beside a default XGBoost on the raw columns: `python -m benchmarks.scores`.

Both learn from the same labels known at the same cutoffs and are tested on the same later cases. The baseline gets
every column of the file, ordinal-encoded, and the time in seconds. Prints one Markdown table.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xgboost
from numpy.typing import NDArray
from sklearn.preprocessing import OrdinalEncoder

from assistant import world
from assistant.dataset import Schema, import_file
from assistant.scoring import Interval, label_of, train
from assistant.scoring.metrics import bootstrap, expected_calibration_error, ranking
from assistant.signals import compute, trace
from assistant.store import Store

HERE = Path(__file__).resolve().parents[1]
AWS = {
    "transactions": ("transaction_data_2K_coldstart.csv", "aws_transactions.toml"),
    "registrations": ("registration_data_2K_coldstart.csv", "aws_registrations.toml"),
}
MATURITY = timedelta(days=45)


class Later(NamedTuple):
    """Pooled later cases: truth and what each side said."""

    labels: NDArray[np.int64]
    ours: NDArray[np.float64]
    baseline: NDArray[np.float64]


def later_cases(file: Path, schema: Path) -> Later | None:
    """Imports a file and pools the later cases of every cutoff; None where labels are too few to test."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "fra.db")
        rules = Schema.load(schema)
        import_file(file, rules, store.cases, rejects_dir=Path(folder))
        cases = list(store.cases.all())
        decisions, outcomes = store.cases.decisions(), store.cases.outcomes()
        store.close()
    traces = [trace(case, outcomes.get(case.case_id, ())) for case in cases]
    table = compute(cases, traces, traces)
    now = datetime.now(UTC)
    model = train(cases, table, decisions, outcomes, now=now, maturity=MATURITY)

    def labels(as_of: datetime) -> dict[int, int]:
        found = {}
        for row, case in enumerate(cases):
            label = label_of(
                case.case_id, decisions.get(case.case_id, ()), outcomes.get(case.case_id, ()), as_of, MATURITY
            )
            if label is not None:
                found[row] = int(label.fraud)
        return found

    raw = raw_columns(file, rules, [case.case_id for case in cases], [case.opened_at.timestamp() for case in cases])
    final = labels(now)
    truth, ours, baseline = [], [], []
    for vintage, after in pairwise(model.vintages):
        start, until = vintage.recipe.cutoff, after.recipe.cutoff
        later = np.array([row for row in final if start <= cases[row].opened_at < until], dtype=np.int64)
        if not len(later):
            continue
        known = labels(start)
        learn = np.array(list(known), dtype=np.int64)
        plain = xgboost.XGBClassifier(n_jobs=1)
        plain.fit(raw[learn], np.array(list(known.values())))
        truth.append(np.array([final[row] for row in later], dtype=np.int64))
        ours.append(vintage.score(table, later).probabilities)
        baseline.append(plain.predict_proba(raw[later])[:, 1].astype(float))
    return Later(np.concatenate(truth), np.concatenate(ours), np.concatenate(baseline)) if truth else None


def raw_columns(file: Path, schema: Schema, case_ids: list[str], seconds: list[float]) -> NDArray[np.float64]:
    """Every column but id, label and label time, ordinal-encoded, in the order of the cases; the time last."""
    out = {"id", "time", "label", "label_time", "outcome_source", "decision", "decision_time", "decision_reason"}
    out |= {"reviewer", "free_text", "note"}
    names = [name for name, column in schema.columns.items() if column.role not in out]
    with file.open(newline="", encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    id_column = next((name for name, column in schema.columns.items() if column.role == "id"), None)
    if id_column is None:
        # without ids the cases are matched by their moment, which is unique in these files
        time = next(name for name, column in schema.columns.items() if column.role == "time")
        rows.sort(key=lambda row: row[time])
    else:
        by_id = {row[id_column]: row for row in rows}
        rows = [by_id[case_id] for case_id in case_ids]
    columns = []
    for name in names:
        values = [row[name] for row in rows]
        try:
            columns.append(np.array([float(value) if value else np.nan for value in values]))
        except ValueError:
            columns.append(OrdinalEncoder().fit_transform(np.array(values, dtype=object).reshape(-1, 1))[:, 0])
    return np.column_stack([*columns, seconds])


def difference(later: Later, metric: int, rounds: int = 2000) -> Interval:
    """Ours minus baseline with its paired bootstrap interval; metric 0 is AUC, 1 average precision."""
    random = np.random.default_rng(7)
    counts = np.zeros((rounds + 1, len(later.labels)))
    counts[0] = 1
    for value in (0, 1):
        rows = np.flatnonzero(later.labels == value)
        counts[1:, rows] = random.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=rounds)
    found = ranking(later.labels, later.ours, counts)[metric] - ranking(later.labels, later.baseline, counts)[metric]
    low, high = np.quantile(found[1:], [0.025, 0.975])
    return Interval(value=float(found[0]), low=float(low), high=float(high))


def row(name: str, later: Later | None) -> str:
    if later is None:
        return f"| {name} | too few labels for a model that is tested on later cases |  |  |  |  |  |  |"
    ours, baseline = (
        bootstrap(later.labels, said, np.ones(len(later.labels)), 7) for said in (later.ours, later.baseline)
    )
    cells = [
        name,
        f"{len(later.labels):,} ({later.labels.sum():,})",
        *(words(one) for pair in zip(ours, baseline, strict=True) for one in pair),
        words(difference(later, 1), "+"),
        f"{expected_calibration_error(later.labels, later.ours, np.ones(len(later.labels))):.3f}",
    ]
    return f"| {' | '.join(cells)} |"


def words(one: Interval, sign: str = "") -> str:
    return f"{one.value:{sign}.3f} ({one.low:{sign}.3f} to {one.high:{sign}.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent / "shared" / "data" / "aws_fraud_samples")
    parser.add_argument("--cases", type=int, default=2000, help="size of the demo world")
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 23), help="its last day")
    arguments = parser.parse_args()
    print(
        "| data | later cases (fraud) | AUC | AUC raw | average precision | average precision raw | difference | ECE |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, (file, schema) in AWS.items():
        if (arguments.data / file).exists():
            print(
                row(f"AWS {name}", later_cases(arguments.data / file, HERE / "docs" / "examples" / schema)), flush=True
            )
    with tempfile.TemporaryDirectory() as folder:
        world.generate(Path(folder), cases=arguments.cases, seed=7, end=arguments.end)
        for name in ("payments", "identity", "merchants"):
            later = later_cases(Path(folder) / f"{name}.csv", Path(folder) / f"{name}.toml")
            print(row(f"demo {name}", later), flush=True)


if __name__ == "__main__":
    main()
