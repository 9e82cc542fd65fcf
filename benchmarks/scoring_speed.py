"""How fast signals and scores are: `python -m benchmarks.scoring_speed`.

Signals in bulk on the demo world's shape: its cases, and the same cases again, moved in time with other entities, until
there are as many as asked for. One case scored with reasons, beside XGBoost's own prediction and contributions of the
same row, in turns. Times are of the processor, so that other work does not count.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np
import xgboost

from assistant.case import Case
from assistant.roles import ENTITY_ROLES
from assistant.scoring import train
from assistant.scoring.frame import frame_of
from assistant.scoring.models.trees import FittedTrees
from assistant.signals import compute, trace
from benchmarks.worlds import MATURITY, imported


def again(cases: Sequence[Case], number: int) -> list[Case]:
    """The cases a day earlier for each time that they come again, touching entities of their own."""
    found: list[Case] = []
    for turn in range(-(-number // len(cases))):
        for case in cases[: number - len(found)]:
            facts = tuple(
                fact.model_copy(update={"value": f"{turn}{fact.value}"}) if turn and fact.role in ENTITY_ROLES else fact
                for fact in case.facts
            )
            moved = {"opened_at": case.opened_at - timedelta(days=turn), "case_id": f"{turn}-{case.case_id}"}
            found.append(case.model_copy(update={**moved, "facts": facts}))
    return found


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", type=int, default=2000, help="cases of the demo world")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 8000, 32000])
    parser.add_argument("--rows", type=int, default=300, help="cases scored one by one")
    given = parser.parse_args()
    world = imported(given.world, 7, date(2026, 11, 23))
    print("| cases | traces, s | signals, s | cases/s |\n|---|---|---|---|")
    for size in given.sizes:
        cases = again(world.cases, size)
        start = time.process_time()
        traces = [trace(case) for case in cases]
        traced = time.process_time() - start
        took = timed(lambda: compute(cases, traces, traces))  # noqa: B023
        print(f"| {size:,} | {traced:.2f} | {took:.2f} | {size / (traced + took):,.0f} |", flush=True)
    now = max(case.opened_at for case in world.cases) + timedelta(days=1)
    model = train(world.cases, world.table, world.decisions, world.outcomes, now=now, maturity=MATURITY)
    vintage = [one for one in model.vintages if isinstance(one.model, FittedTrees)][-1]
    rows = [row for row, case in enumerate(world.cases) if case.kind == vintage.recipe.kind][-given.rows :]
    ours, raw = [], []
    for row in rows * 2:  # the first round warms up
        case = world.cases[row]
        table = compute([case], [trace(case)], [])
        frame = frame_of(table, np.array([0]), vintage.recipe.numbers, vintage.recipe.categories)
        matrix = vintage.model.rates(frame) if vintage.model.rates else frame.matrix
        booster = vintage.model.booster

        def plain() -> None:
            one = xgboost.DMatrix(matrix)  # noqa: B023
            booster.predict(one)  # noqa: B023
            booster.predict(one, pred_contribs=True)  # noqa: B023

        raw.append(timed(plain))
        ours.append(timed(lambda: next(model.score([case], table, frozenset(), lambda *_: "high"))))  # noqa: B023
    for name, times in (("XGBoost", raw), ("scored with reasons", ours)):
        half = np.array(times[len(rows) :]) * 1000
        print(f"{name}: p50 {np.quantile(half, 0.5):.2f} ms, p99 {np.quantile(half, 0.99):.2f} ms, {len(half)} rows")


if __name__ == "__main__":
    main()
