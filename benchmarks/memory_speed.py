"""How fast the memory is made: `python -m benchmarks.memory_speed --cases 2000`

The same decided cases of the demo world into the memory, as `fra index` does it, and in the naive way
(`benchmarks.naive`) with the same model in fp32 and the texts as they come. Loading the models is not counted.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

from assistant.precedents import narrative
from assistant.settings import Settings
from assistant.workspace import Workspace
from benchmarks.naive import Naive
from benchmarks.precedents import first_known
from retrieval import Memory, MiniLM


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(settings=Settings(home=Path(folder)))
        workspace.demo(cases=arguments.cases, seed=arguments.seed, end=date(2026, 11, 24), index=False)
        own, fp32 = MiniLM("auto"), MiniLM()
        for embedder in (own, fp32):
            embedder.embed(["warm"])
        memory = workspace.records.recall.memory = Memory(Path(folder) / "memory", own)
        started = time.perf_counter()
        total = workspace.index(weigh=False).total
        ours = total / (time.perf_counter() - started)
        known_at = first_known(workspace)
        texts = {case.case_id: narrative(case) for case in workspace.store.cases.all() if case.case_id in known_at}
        naive = Naive(fp32)
        started = time.perf_counter()
        naive.add(texts, known_at)
        theirs = len(texts) / (time.perf_counter() - started)
        print(f"| {total:,} cases, {own.name} | {ours:.1f} a second | {theirs:.1f} a second | {ours / theirs:.2f} × |")
        memory.close()
        workspace.close()


if __name__ == "__main__":
    main()
