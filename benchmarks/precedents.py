"""Are the precedents the right ones? `python -m benchmarks.precedents`

On a demo world whose truth is known of every case: the latest cases ask at the moment they were opened, with text and
links alone and with the profile beside them, as the product does. Then the answer as it is shown: how often it holds a
counter-example, stands for a ring, and how long it takes. The weights in `retrieval/search.py` were chosen on the demo
world of seed 7, so only other seeds are held out.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from rich.progress import track
from sklearn.metrics import ndcg_score, roc_auc_score

from assistant.case import Case, Precedent, known_before
from assistant.precedents import memory_query
from assistant.settings import Settings
from assistant.telling import profile, telling
from assistant.workspace import Workspace
from retrieval import Match, Query

K = 5
TYPOLOGY_OF = 100
"""Matches among which nDCG looks for the same typology."""

Ask = Callable[[Case], Query]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 24))
    parser.add_argument("--of", type=int, default=400, help="the latest so many cases")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(settings=Settings(home=Path(folder)))
        workspace.demo(cases=arguments.cases, seed=arguments.seed, end=arguments.end)
        (path,) = Path(folder).rglob("truth.csv")
        with path.open(encoding="utf-8", newline="") as file:
            truth = {row["case_id"]: row for row in csv.DictReader(file)}
        cases = sorted(workspace.store.cases.all(), key=lambda case: case.opened_at)[-arguments.of :]
        print(f"{len(cases)} cases, {sum(truth[one.case_id]['fraud'] == '1' for one in cases)} of them fraud\n")
        print("| ranked by | outcome agrees | AUC of the outcomes | nDCG@5, same typology |\n|---|---|---|---|")
        for name, ask in (("text and links", plain), ("text, links and profile", weighed(workspace))):
            found = [workspace.records.memory.similar(ask(one), TYPOLOGY_OF) for one in track(cases, description=name)]
            print(f"| {name} | {figures(workspace, cases, found, truth)} |", flush=True)
        shown(workspace, cases)
        workspace.close()


def plain(case: Case) -> Query:
    return memory_query(case, case.opened_at, frozenset(), {}, {})


def weighed(workspace: Workspace) -> Ask:
    """The query of the product, through the lens of the vintage that may score the case."""
    model = workspace.records.model
    assert model is not None
    lenses = {id(one): telling(one) for one in model.vintages}

    def ask(case: Case) -> Query:
        vintage = model.pick(case, frozenset()).vintage
        if vintage is None or vintage.recipe.cutoff > case.opened_at:
            return plain(case)
        own = workspace.records.signals(case).row(0)
        return memory_query(case, case.opened_at, frozenset(), profile(own), lenses[id(vintage)].lens(own))

    return ask


def figures(
    workspace: Workspace, cases: Sequence[Case], found: Sequence[Sequence[Match]], truth: dict[str, dict[str, str]]
) -> str:
    """Agreement of the first K with a known outcome, AUC of their share of fraud, nDCG of the same typology."""
    agree, votes, gains = [], [], []
    for case, matches in zip(cases, found, strict=True):
        outcomes = workspace.store.cases.outcomes([one.id for one in matches[:K]])
        known = [known_before(given, case.opened_at) for given in outcomes.values()]
        frauds = [one.outcome == "fraud" for one in known if one and one.outcome in ("fraud", "legitimate")]
        fraud = truth[case.case_id]["fraud"] == "1"
        if frauds:
            agree.append(np.mean([one == fraud for one in frauds]))
            votes.append((fraud, np.mean(frauds)))
        same = [truth[one.id]["typology"] == truth[case.case_id]["typology"] for one in matches]
        if fraud and any(same):
            gains.append(ndcg_score([same], [np.arange(len(same), 0, -1)], k=K))
    real, said = zip(*votes, strict=True)
    return (
        f"{np.mean(agree):.3f} of {len(agree)} | {roc_auc_score(real, said):.3f} | {np.mean(gains):.3f} of {len(gains)}"
    )


def shown(workspace: Workspace, cases: Sequence[Case]) -> None:
    answers: list[list[Precedent]] = []
    seconds = []
    for case in track(cases, description="answers"):
        signals = workspace.records.signals(case)
        score = workspace.records.score(case, signals)
        started = time.perf_counter()
        precedents, _ = workspace.records.precedents(case, case.opened_at, signals, score)
        seconds.append(time.perf_counter() - started)
        answers.append(precedents)
    held = sum(any(one.counter_example for one in answer) for answer in answers)
    rings = sum(any(one.ring for one in answer) for answer in answers)
    print(
        f"\n{held / len(answers):.0%} of the answers hold a counter-example, {rings / len(answers):.0%} a group; ",
        end="",
    )
    p50, p95 = np.quantile(seconds, (0.5, 0.95)) * 1000
    print(f"an answer takes {p50:.0f} ms (p50), {p95:.0f} ms (p95)")


if __name__ == "__main__":
    main()
