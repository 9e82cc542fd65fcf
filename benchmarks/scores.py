"""Scores on later data, beside a default XGBoost on the raw columns: `python -m benchmarks.scores`.

Every file comes in by the schema that `fra schema` proposes for it, unedited. Both sides learn from the same labels
known at the same cutoffs and are tested on the same later cases. The baseline gets every column of the file, ordinal-
encoded, and the time in seconds. The nested file is the payments of the demo world as one JSON object an account.
Prints one Markdown table.
"""

from __future__ import annotations

import argparse
import csv
import json
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
from assistant.case import CaseRecord
from assistant.dataset import Schema, import_file, propose
from assistant.dataset.load import read_records
from assistant.dataset.reading import open_table
from assistant.scoring import Interval, label_of, train
from assistant.scoring.metrics import bootstrap, expected_calibration_error, ranking
from assistant.signals import compute, trace
from assistant.store import Store

HERE = Path(__file__).resolve().parents[1]
LATER = {"decision", "decided_at", "decision_reason", "reviewer", "outcome", "outcome_known_at", "outcome_source"}
"""Columns of the demo world that were filled in later, whatever role the proposal gives them."""
MATURITY = timedelta(days=45)


class Later(NamedTuple):
    """Pooled later cases: truth and what each side said."""

    labels: NDArray[np.int64]
    ours: NDArray[np.float64]
    baseline: NDArray[np.float64]


def later_cases(file: Path) -> Later | None:
    """Imports a file and pools the later cases of every cutoff; None where labels are too few to test."""
    rules = Schema.parse(propose(file))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "fra.db")
        result = import_file(file, rules, store.cases, rejects_dir=Path(folder))
        assert result.imported == result.rows, result
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
    """Every column but id, texts and what came later, ordinal-encoded, in the order of the cases; the time last."""
    out = {"id", "time", "label", "label_time", "outcome_source", "decision", "decision_time", "decision_reason"}
    out |= {"reviewer", "free_text", "note"}
    table = open_table(file, schema)
    places = [
        at
        for at, name in enumerate(table.columns)
        if schema.columns[name].role not in out and name.rpartition(".")[2] not in LATER
    ]
    rows = {
        found.case.case_id: row.cells for row, found in read_records(table, schema) if isinstance(found, CaseRecord)
    }
    columns = []
    for place in places:
        values = [rows[case_id][place] for case_id in case_ids]
        try:
            columns.append(np.array([float(value) if value else np.nan for value in values]))
        except ValueError:
            columns.append(OrdinalEncoder().fit_transform(np.array(values, dtype=object).reshape(-1, 1))[:, 0])
    return np.column_stack([*columns, seconds])


def nested(payments: Path, into: Path) -> Path:
    """The payments of the demo world as an account's JSON object with a list of its payments."""
    outside = ("customer_name", "email", "phone", "age_band")
    accounts: dict[str, dict[str, object]] = {}
    with payments.open(newline="", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            about = {"id": row.pop("account_id")} | {name: row.pop(name) for name in outside}
            record = accounts.setdefault(about["id"], {"account": about, "payments": []})
            record["payments"].append({name: value for name, value in row.items() if value})  # type: ignore[attr-defined]
    into.write_text("".join(json.dumps(one) + "\n" for one in accounts.values()), encoding="utf-8")
    return into


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
    parser.add_argument("--cases", type=int, default=6000, help="size of the demo world")
    parser.add_argument("--seed", type=int, default=7, help="of the demo world")
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 23), help="its last day")
    arguments = parser.parse_args()
    print(
        "| data | later cases (fraud) | AUC | AUC raw | average precision | average precision raw | difference | ECE |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for file in sorted(arguments.data.glob("*.csv")):
        print(row(file.name, later_cases(file)), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        world.generate(Path(folder), cases=arguments.cases, seed=arguments.seed, end=arguments.end)
        for name in ("payments", "identity", "merchants"):
            later = later_cases(Path(folder) / f"{name}.csv")
            print(row(f"demo {name}, {arguments.cases:,} cases", later), flush=True)
        later = later_cases(nested(Path(folder) / "payments.csv", Path(folder) / "accounts.jsonl"))
        print(row("demo payments, nested JSONL", later), flush=True)


if __name__ == "__main__":
    main()
