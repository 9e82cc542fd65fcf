"""What the model makes of a fraud that it has never seen: `python -m benchmarks.typologies`.

For each typology a model learns from everything else that is known and is tested on later cases: those of the
typology against the legitimate ones. Beside it stands the model that learned from all typologies. Labels, cutoffs and
weights are those of the product, what is true comes from `truth.csv`. Prints one Markdown table over all seeds.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from assistant.case import Case
from assistant.scoring import Model, train
from assistant.scoring.metrics import recall_at_fpr
from assistant.signals import SignalTable
from benchmarks.worlds import MATURITY, Imported, imported

KINDS = ("payment", "identity", "merchant")


class Later(NamedTuple):
    """Later cases of one kind, each with what is true and what the model said."""

    rows: NDArray[np.int64]
    said: NDArray[np.float64]


def later(model: Model, cases: list[Case], table: SignalTable, kind: str) -> Later:
    """What each vintage says of all cases between its cutoff and the next, labelled or not."""
    rows, said = [], []
    for vintage, after in pairwise(one for one in model.vintages if one.recipe.kind == kind):
        start, until = vintage.recipe.cutoff, after.recipe.cutoff
        part = [row for row, case in enumerate(cases) if case.kind == kind and start <= case.opened_at < until]
        rows += part
        said.append(vintage.score(table, np.array(part, dtype=np.int64)).probabilities)
    return Later(np.array(rows, dtype=np.int64), np.concatenate(said))


def without(world: Imported, typology: str, now: datetime) -> Model:
    """A model that saw no case of the typology. The signals of other cases may still have met its devices."""
    hidden = {case_id for case_id, row in world.truth.items() if row["typology"] == typology}

    def seen(given: Mapping[str, list]) -> dict[str, list]:
        return {case_id: found for case_id, found in given.items() if case_id not in hidden}

    return train(world.cases, world.table, seen(world.decisions), seen(world.outcomes), now=now, maturity=MATURITY)


def measure(found: Later, world: Imported, typology: str) -> tuple[int, float, float]:
    """Later cases of the typology, their AUC against the legitimate ones, and their recall at 5% false positives."""
    facts = [world.truth[world.cases[row].case_id] for row in found.rows]
    keep = np.array([row["typology"] == typology or row["fraud"] == "0" for row in facts])
    fraud = np.array([int(row["fraud"]) for row in facts])[keep]
    said = found.said[keep]
    if not fraud.any():
        return 0, float("nan"), float("nan")
    return int(fraud.sum()), float(roc_auc_score(fraud, said)), recall_at_fpr(fraud, said, np.ones(len(said)), 0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 11, 13])
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 23))
    arguments = parser.parse_args()
    now = datetime.combine(arguments.end, time(), UTC) + timedelta(seconds=1)
    pooled: dict[tuple[str, str], list[tuple[int, float, float, float, float]]] = defaultdict(list)
    for seed in arguments.seeds:
        world = imported(arguments.cases, seed, arguments.end)
        whole = train(world.cases, world.table, world.decisions, world.outcomes, now=now, maturity=MATURITY)
        known = {kind: later(whole, world.cases, world.table, kind) for kind in KINDS}
        for typology in sorted({row["typology"] for row in world.truth.values()} - {""}):
            blind = without(world, typology, now)
            for kind in KINDS:
                number, auc, recall = measure(known[kind], world, typology)
                if number:
                    _, blind_auc, blind_recall = measure(later(blind, world.cases, world.table, kind), world, typology)
                    pooled[kind, typology].append((number, auc, blind_auc, recall, blind_recall))
    print("| kind | typology | later cases | AUC, all seen | AUC, left out | recall at 5%, all seen | left out |")
    print("|---|---|---|---|---|---|---|")
    for (kind, typology), runs in sorted(pooled.items()):
        numbers = np.array(runs)
        mean = np.nanmean(numbers[:, 1:], axis=0)
        cells = [kind, typology.replace("_", " "), f"{numbers[:, 0].sum():.0f}", *(f"{value:.3f}" for value in mean)]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
