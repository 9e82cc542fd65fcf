"""How hard the demo world is: `python -m benchmarks.worlds`.

For each seed and kind: the champion on later data by the product's own labels (its card) and by what is true, and the
best single signal. Also holds what the other measurements of the demo world start from. Prints one Markdown table.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from assistant import world
from assistant.case import Case, Decision, Outcome
from assistant.dataset import Schema, import_file
from assistant.scoring import Card, train
from assistant.signals import SignalTable, compute, trace
from assistant.store import Store

__all__ = ["MATURITY", "Imported", "best_signal", "champion", "imported"]

MATURITY = timedelta(days=45)
MOST_WORDS = 40
"""A column of more different words than this is no category."""


@dataclass(frozen=True)
class Imported:
    """A demo world that came in through the importer, in the order of time, with its signals and what is true."""

    cases: list[Case]
    table: SignalTable
    decisions: dict[str, list[Decision]]
    outcomes: dict[str, list[Outcome]]
    truth: dict[str, dict[str, str]]

    def rows(self, kind: str) -> NDArray[np.int64]:
        return np.array([row for row, case in enumerate(self.cases) if case.kind == kind], dtype=np.int64)

    def fraud(self, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """What is true of these rows: 1 fraud, 0 legitimate."""
        return np.array([int(self.truth[self.cases[row].case_id]["fraud"]) for row in rows], dtype=np.int64)


def imported(cases: int, seed: int, end: date, setting: world.Setting | None = None) -> Imported:
    """Makes a world, imports it like anybody's files, and computes its signals."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = world.generate(folder, cases=cases, seed=seed, end=end, setting=setting)
        store = Store(folder / "fra.db")
        for path in (files.payments, files.identity, files.merchants):
            import_file(path, Schema.load(files.schema(path)), store.cases, rejects_dir=folder)
        found, decisions, outcomes = list(store.cases.all()), store.cases.decisions(), store.cases.outcomes()
        store.close()
        with files.truth.open(encoding="utf-8", newline="") as handle:
            truth = {row["case_id"]: row for row in csv.DictReader(handle)}
    traces = [trace(case, outcomes.get(case.case_id, ())) for case in found]
    return Imported(found, compute(found, traces, traces), decisions, outcomes, truth)


def champion(made: Imported, end: date) -> Card:
    """The card of the model that `fra train` would make on the day after the world ends."""
    now = datetime.combine(end, time(), UTC) + timedelta(seconds=1)
    return train(made.cases, made.table, made.decisions, made.outcomes, now=now, maturity=MATURITY).card


def best_signal(made: Imported, kind: str) -> tuple[str, float]:
    """The signal that separates best by itself, in whichever direction and with missing values at whichever end; words
    are ranked by their own fraud rate, which flatters them."""
    rows = made.rows(kind)
    fraud = made.fraud(rows)
    found = {name: _separation(fraud, column[rows]) for name, column in made.table.numbers.items()}
    for name, column in made.table.texts.items():
        words, which = np.unique([str(word) for word in column[rows]], return_inverse=True)
        if 1 < len(words) <= MOST_WORDS:
            rates = np.bincount(which, fraud) / np.bincount(which)
            found[name] = float(roc_auc_score(fraud, rates[which]))
    name = max(found, key=lambda one: found[one])
    return name, found[name]


def _separation(fraud: NDArray[np.int64], values: NDArray[np.float64]) -> float:
    if np.isnan(values).all():
        return 0.5
    ends = (np.nanmin(values) - 1, np.nanmax(values) + 1)
    areas = [float(roc_auc_score(fraud, np.where(np.isnan(values), end, values))) for end in ends]
    return max(*areas, *(1 - area for area in areas))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 11, 13])
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 23))
    arguments = parser.parse_args()
    print("| seed | kind | cases | later cases (fraud) | champion AUC | ECE | best single signal | its AUC |")
    print("|---|---|---|---|---|---|---|---|")
    for seed in arguments.seeds:
        made = imported(arguments.cases, seed, arguments.end)
        card = champion(made, arguments.end)
        for kind in ("payment", "identity", "merchant"):
            name, alone = best_signal(made, kind)
            metrics = card.by_kind[kind]
            auc = metrics.auc
            cells = [
                str(seed), kind, f"{len(made.rows(kind)):,}", f"{metrics.n_test:,} ({metrics.n_fraud})",
                f"{auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f})", f"{metrics.ece:.3f}", f"`{name}`", f"{alone:.3f}",
            ]  # fmt: skip
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
