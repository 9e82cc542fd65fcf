"""Precedents on the data of others: `python -m benchmarks.memory_data aws FILE …`, `… banking77 FOLDER`

`aws`: registrations or insurance claims with a schema of docs/examples or a proposed one; the later half asks, and the
weighted vote of the first five is compared with that of the naive way, with the interval of the paired difference.
`banking77`: short questions of bank customers, 77 intents; the same intent is relevant. Text and words together against
plain dense search, nDCG@10 on the test questions. Both only check the code: nothing was tuned on them.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from rich.progress import track

from assistant.dataset import Schema, propose
from assistant.precedents import narrative
from assistant.settings import Settings
from assistant.workspace import Workspace
from benchmarks.naive import Naive, Once
from benchmarks.precedents import DEEP, Judge, difference, first_known, outcomes, weighed
from retrieval import HashEmbedder, Item, Memory, MiniLM, Query

SCHEMA = Path("docs/examples/aws_registrations.toml")
START = datetime(2026, 1, 1, tzinfo=UTC)
DEPTH = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("aws", "banking77"))
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--of", type=int, default=0, help="the latest so many; the later half, or all test questions")
    parser.add_argument("--embedder", choices=("minilm", "hash"), default="minilm")
    arguments = parser.parse_args()
    embedder = Once(MiniLM("auto") if arguments.embedder == "minilm" else HashEmbedder())
    for path in arguments.paths:
        with tempfile.TemporaryDirectory() as home:
            if arguments.what == "aws":
                votes(Path(home), path, embedder, arguments.of)
            else:
                intents(Path(home), path, embedder, arguments.of)


def votes(home: Path, path: Path, embedder: Once, of: int) -> None:
    workspace = Workspace.open(settings=Settings(home=home))
    workspace.records.recall.memory = Memory(home / "memory", embedder)
    schema = home / "schema.toml"
    schema.write_text(SCHEMA.read_text())
    if "2K_coldstart" not in path.name or not path.name.startswith("registration"):
        schema.write_text(propose(path))
    workspace.import_cases(path, Schema.load(schema))
    workspace.train()
    workspace.index(weigh=False)
    cases = sorted(workspace.store.cases.all(), key=lambda case: case.opened_at)
    known_at, ask = first_known(workspace), weighed(workspace)
    naive = Naive(embedder)
    naive.add({case.case_id: narrative(case) for case in cases if case.case_id in known_at}, known_at)
    final = {id: given[-1].outcome for id, given in workspace.store.cases.outcomes().items()}
    asking = [case for case in cases[-(of or len(cases) // 2) :] if final.get(case.case_id) in ("fraud", "legitimate")]
    judge = Judge({}, {}, {}, {}, lambda case, ids: outcomes(workspace, case, ids))
    frauds, ours, theirs = [], [], []
    for case in track(asking, description=path.name):
        matches = workspace.records.memory.similar(ask(case), DEEP)
        mine = judge.vote(case, [(match.id, match.similarity) for match in matches])
        other = judge.vote(case, naive.similar(narrative(case), case.opened_at, DEEP, case.case_id))
        if mine is not None and other is not None:
            frauds.append(final[case.case_id] == "fraud")
            ours.append(mine)
            theirs.append(other)
    told = difference(np.array(frauds), np.array(ours), np.array(theirs))
    print(f"| {path.stem} | {len(frauds):,} ({sum(frauds)} fraud) | {told} |", flush=True)
    workspace.close()


def intents(home: Path, folder: Path, embedder: Once, of: int) -> None:
    past, asked = (_read(folder / f"{name}.csv") for name in ("train", "test"))
    asked = asked[:: max(1, len(asked) // of)] if of else asked
    items = [Item(str(n), START + timedelta(minutes=n), text) for n, (text, _) in enumerate(past)]
    memory = Memory(home / "memory", embedder)
    memory.remember(items)
    naive = Naive(embedder)
    naive.add({item.id: item.text for item in items}, {item.id: item.known_at for item in items})
    now = START + timedelta(days=365)
    ours, theirs = [], []
    for text, intent in track(asked, description="banking77"):
        found = [match.id for match in memory.similar(Query(text, frozenset(), now), DEPTH)]
        plain = [id for id, _ in naive.similar(text, now, DEPTH)]
        of_intent = sum(one == intent for _, one in past)
        ours.append(_gain([past[int(id)][1] == intent for id in found], of_intent))
        theirs.append(_gain([past[int(id)][1] == intent for id in plain], of_intent))
    apart = np.array(ours) - np.array(theirs)
    drawn = apart[np.random.default_rng(5).integers(0, len(apart), (1000, len(apart)))].mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    print(f"| banking77, {len(asked):,} questions | {np.mean(ours):.3f} | {np.mean(theirs):.3f} ", end="")
    print(f"| {apart.mean():+.4f} ({low:+.4f} to {high:+.4f}) |")


def _gain(same: Sequence[bool], of: int) -> float:
    discount = 1 / np.log2(np.arange(2, DEPTH + 2))
    return float(np.array(same, dtype=float) @ discount[: len(same)] / discount[:of].sum())


def _read(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


if __name__ == "__main__":
    main()
