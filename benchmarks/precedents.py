"""Are the precedents the right ones? `python -m benchmarks.precedents`

On a world whose truth is known of every case: the later half (or the latest `--of`) asks at the moment it was opened,
in the product's way, in the product's way with a view less, and in the naive way (`benchmarks.naive`). Then the answer
as it is shown: how often it holds a counter-example, stands for a ring, and how long it takes.

The weights in `retrieval/search.py` were chosen on the demo world of seed 7, so only other seeds are held out;
`--shifted` is a second world of other countries and other frauds. `--small` is a first look in a few minutes.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from sklearn.metrics import roc_auc_score

from assistant import world
from assistant.case import Case, Precedent, known_before
from assistant.links import links_of
from assistant.precedents import memory_item, memory_query, narrative
from assistant.settings import Settings
from assistant.shortlist import RING_TYPES, WEAK_TYPES
from assistant.telling import profile, telling
from assistant.workspace import Workspace
from benchmarks.naive import Naive, Once
from retrieval import Embedder, HashEmbedder, Memory, MiniLM, Query, View, fuse
from retrieval.search import weights_for

K = 5
DEEP = 200
"""Matches that are asked for, so that enough are left without those of the same ring."""
DRAWS, AUC_DRAWS = 1000, 200
VIEWS = ("text", "words", "links", "profile")
Ranked = list[tuple[str, float]]
"""Ids with their similarity, best first."""


@dataclass(frozen=True)
class Judge:
    """What is true of every case; which cases hang together by things that strangers do not share (`ring`), and which
    by anything but a shop or a network (`tied`), such as one customer's."""

    fraud: Mapping[str, bool]
    typology: Mapping[str, str]
    ring: Mapping[str, int]
    tied: Mapping[str, int]
    outcomes: Callable[[Case, Sequence[str]], dict[str, bool]]
    """The outcomes of past cases that were known when a case was opened."""

    def gain(self, case: Case, found: Ranked, past: Sequence[str], group: Mapping[str, int]) -> float | None:
        """nDCG@5 for the same typology, pairs of one group left out; None where no other past case has it."""
        own = group[case.case_id]
        others = [id for id in past if self.typology[id] == self.typology[case.case_id] and group[id] != own]
        if not self.fraud[case.case_id] or not others:
            return None
        first = [id for id, _ in found if group[id] != own][:K]
        discount = 1 / np.log2(np.arange(2, K + 2))
        same = np.array([self.typology[id] == self.typology[case.case_id] for id in first], dtype=float)
        return float(same @ discount[: len(same)] / discount[: len(others)].sum())

    def vote(self, case: Case, found: Ranked) -> float | None:
        """The share of fraud among the first five with a known outcome, weighted by similarity; None without any."""
        known = self.outcomes(case, [id for id, _ in found[: 4 * K]])
        voters = [(similarity, known[id]) for id, similarity in found if id in known][:K]
        total = sum(max(similarity, 0.0) for similarity, _ in voters)
        return sum(max(similarity, 0.0) for similarity, fraud in voters if fraud) / total if total else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 24))
    parser.add_argument("--of", type=int, default=0, help="the latest so many cases; the later half by default")
    parser.add_argument("--shifted", action="store_true", help="the second world, of other countries and other frauds")
    parser.add_argument("--small", action="store_true", help="1,500 cases, of which the latest 300 ask")
    parser.add_argument("--embedder", choices=("minilm", "hash"), default="minilm")
    arguments = parser.parse_args()
    if arguments.small:
        arguments.cases, arguments.of = 1500, 300
    with tempfile.TemporaryDirectory() as folder:
        workspace, embedder, truth = built(Path(folder), arguments)
        cases = sorted(workspace.store.cases.all(), key=lambda case: case.opened_at)
        asking = cases[-(arguments.of or len(cases) // 2) :]
        compare(workspace, embedder, cases, asking, truth)
        shown(workspace, asking[-400:])
        workspace.close()


def built(home: Path, arguments: argparse.Namespace) -> tuple[Workspace, Embedder, dict[str, dict[str, str]]]:
    """A workspace of the world, indexed with an embedder that reads each text once, and what is true of its cases."""
    setting = None
    if arguments.shifted:
        from tests.world.shifted import SEED, SHIFTED

        setting, arguments.seed = SHIFTED, SEED
    files = world.generate(
        home / "demo", cases=arguments.cases, seed=arguments.seed, end=arguments.end, setting=setting
    )
    workspace = Workspace.open(settings=Settings(home=home))
    embedder = Once(MiniLM("auto") if arguments.embedder == "minilm" else HashEmbedder())
    workspace.records.recall.memory = Memory(home / "memory", embedder)
    for path in (files.payments, files.identity, files.merchants):
        workspace.import_cases(path, files.schema(path))
    workspace.train()
    started = time.perf_counter()
    total = workspace.index(weigh=False).total
    seconds = time.perf_counter() - started
    print(f"{arguments.cases:,} cases of seed {arguments.seed}; {total:,} indexed, {total / seconds:.0f} a second\n")
    with files.truth.open(encoding="utf-8", newline="") as file:
        return workspace, embedder, {row["case_id"]: row for row in csv.DictReader(file)}


def compare(
    workspace: Workspace,
    embedder: Embedder,
    cases: Sequence[Case],
    asking: Sequence[Case],
    truth: Mapping[str, Mapping[str, str]],
) -> None:
    judge = Judge(
        {id: row["fraud"] == "1" for id, row in truth.items()},
        {id: row["typology"] for id, row in truth.items()},
        rings(cases, lambda type: type in RING_TYPES),
        rings(cases, lambda type: type not in WEAK_TYPES),
        lambda case, ids: outcomes(workspace, case, ids),
    )
    memory, ask = workspace.records.memory, weighed(workspace)
    known_at = first_known(workspace)
    naive = Naive(embedder)
    naive.add({case.case_id: narrative(case) for case in cases if case.case_id in known_at}, known_at)
    gains: dict[str, list[float]] = {}
    untied: dict[str, list[float]] = {}
    votes: dict[str, list[float]] = {}
    frauds: list[bool] = []
    for case in track(asking, description="asking"):
        past = [id for id, moment in known_at.items() if moment < case.opened_at and id != case.case_id]
        answers = ways(memory, ask(case), case)
        answers["naive"] = naive.similar(narrative(case), case.opened_at, DEEP, case.case_id)
        voted = {way: judge.vote(case, found) for way, found in answers.items()}
        for way, found in answers.items():
            for kept, group in ((gains, judge.ring), (untied, judge.tied)):
                if (gain := judge.gain(case, found, past, group)) is not None:
                    kept.setdefault(way, []).append(gain)
            if all(vote is not None for vote in voted.values()):
                votes.setdefault(way, []).append(float(voted[way] or 0.0))
        if all(vote is not None for vote in voted.values()):
            frauds.append(judge.fraud[case.case_id])
    table(gains, untied, votes, np.array(frauds))


def ways(memory: Memory, query: Query, case: Case) -> dict[str, Ranked]:
    """The answer of the product, and the same candidates ranked with a view less. Text and links alone are asked for
    anew, since they weigh otherwise without a profile."""
    matches = memory.similar(query, DEEP)
    weights = weights_for(query)
    found = {"as shipped": [(match.id, match.similarity) for match in matches]}
    for left_out in VIEWS:
        views = [
            View(name, weight, {match.id: match.by_view.get(name, 0.0) for match in matches})
            for name, weight in weights.items()
            if name != left_out
        ]
        found[f"without {left_out}"] = [(one.key, one.similarity) for one in fuse(views, tie_break=str)]
    plain = memory.similar(replace(query, profile={}, lens={}), DEEP)
    return found | {"text, words and links": [(match.id, match.similarity) for match in plain]}


def weighed(workspace: Workspace) -> Callable[[Case], Query]:
    """The query of the product, through the lens of the vintage that may score the case."""
    model = workspace.records.model
    assert model is not None
    lenses = {id(one): telling(one) for one in model.vintages}

    def ask(case: Case) -> Query:
        vintage = model.pick(case, frozenset()).vintage
        if vintage is None or vintage.recipe.cutoff > case.opened_at:
            return memory_query(case, case.opened_at, frozenset(), {}, {})
        own = workspace.records.signals(case).row(0)
        return memory_query(case, case.opened_at, frozenset(), profile(own), lenses[id(vintage)].lens(own))

    return ask


def first_known(workspace: Workspace) -> dict[str, datetime]:
    """Since when each case is a precedent, as the memory has it."""
    cases = workspace.store.cases
    decisions, outcomes = cases.decisions(), cases.outcomes()
    items = [
        memory_item(case, decisions.get(case.case_id, ()), outcomes.get(case.case_id, ()), {}) for case in cases.all()
    ]
    return {item.id: item.known_at for item in items if item}


def outcomes(workspace: Workspace, case: Case, ids: Sequence[str]) -> dict[str, bool]:
    known = {id: known_before(given, case.opened_at) for id, given in workspace.store.cases.outcomes(ids).items()}
    return {id: one.outcome == "fraud" for id, one in known.items() if one and one.outcome in ("fraud", "legitimate")}


def rings(cases: Sequence[Case], counts: Callable[[str], bool]) -> dict[str, int]:
    """Which cases hang together by links of types that count: a number for each chain of them."""
    leader = list(range(len(cases)))

    def lead(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    first: dict[str, int] = {}
    for row, case in enumerate(cases):
        for link in links_of(case):
            if counts(link.type):
                leader[lead(row)] = lead(first.setdefault(str(link), row))
    return {case.case_id: lead(row) for row, case in enumerate(cases)}


def table(
    gains: Mapping[str, list[float]],
    untied: Mapping[str, list[float]],
    votes: Mapping[str, list[float]],
    frauds: NDArray[np.bool_],
) -> None:
    """Each way with its difference from the naive one, and the 95% interval of that over drawings of cases."""
    print("| way | nDCG@5, other ring | minus naive | nDCG@5, nothing shared | AUC of the vote | naive | difference |")
    print("|---|---|---|---|---|---|---|")
    queries = len(gains["naive"])
    drawn = np.random.default_rng(5).integers(0, queries, (DRAWS, queries))
    naive_gain, naive_vote = np.array(gains["naive"]), np.array(votes["naive"])
    for way in gains:
        better = np.array(gains[way]) - naive_gain
        low, high = np.quantile(better[drawn].mean(axis=1), (0.025, 0.975))
        told = difference(frauds, np.array(votes[way]), naive_vote)
        apart = f"{better.mean():+.3f} ({low:+.3f} to {high:+.3f}) | {np.mean(untied[way]):.3f}"
        print(f"| {way} | {np.mean(gains[way]):.3f} | {apart} | {told} |")
    print(f"\n{queries} fraud cases with a past one of their typology, ", end="")
    print(f"{len(frauds):,} cases with a vote, of them {frauds.sum()} fraud", flush=True)


def difference(frauds: NDArray[np.bool_], ours: NDArray[np.float64], naive: NDArray[np.float64]) -> str:
    """AUC of ours, of the naive vote, and the paired difference with its 95% interval."""
    chance, apart = np.random.default_rng(5), []
    while len(apart) < AUC_DRAWS:
        row = chance.integers(0, len(frauds), len(frauds))
        if 0 < frauds[row].sum() < len(row):
            apart.append(roc_auc_score(frauds[row], ours[row]) - roc_auc_score(frauds[row], naive[row]))
    low, high = np.quantile(apart, (0.025, 0.975))
    mine, other = roc_auc_score(frauds, ours), roc_auc_score(frauds, naive)
    return f"{mine:.3f} | {other:.3f} | {mine - other:+.3f} ({low:+.3f} to {high:+.3f})"


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
    print(f"{held / len(answers):.0%} of {len(answers)} answers hold a counter-example, ", end="")
    print(f"{rings / len(answers):.0%} a group; ", end="")
    p50, p95 = np.quantile(seconds, (0.5, 0.95)) * 1000
    print(f"an answer takes {p50:.0f} ms (p50), {p95:.0f} ms (p95)")


if __name__ == "__main__":
    main()
