"""How far the evaluation can be trusted: `python -m benchmarks.evals`.

Comparisons of runs that do not differ, and of runs that differ by what the comparison says it would have seen; a run
from the cache; a run that is killed at random moments and resumed. Prints Markdown.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.drafting import draft
from assistant.evals.compare import ALPHA, compare_scores
from assistant.evals.metrics import Score
from assistant.evals.run import run_suite
from assistant.evals.stats import smallest_share_seen
from assistant.evals.suite import Item, Suite, find_suite, load_suite
from assistant.prompt import load
from assistant.writer import ScriptedWriter, open_writer
from benchmarks.verifier import share

NAMES = ("before", "after", "simulated")
PROGRAM = """
import sys
from pathlib import Path
from assistant.evals.run import run_suite
from assistant.evals.suite import find_suite, load_suite
from assistant.prompt import load
from assistant.writer import ScriptedWriter
home, name, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
suite = load_suite(find_suite(name, home)).part(limit)
print(run_suite(suite, load("draft@v4"), ScriptedWriter(), home).head.digest)
"""
Columns = dict[str, NDArray[np.float64]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000, help="simulated comparisons")
    parser.add_argument("--sizes", type=int, nargs="*", default=[60, 150], help="items of a simulated run")
    parser.add_argument("--suite", default="golden")
    parser.add_argument("--limit", type=int, default=150, help="items of the runs from the cache and after kills")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--writer", default="scripted", help="who writes the run that is timed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--loop", type=int, default=40, help="items of the plain loop that the run is compared with")
    arguments = parser.parse_args()
    suite = load_suite(find_suite(arguments.suite, Path(".fra")))
    print("| comparisons | items | called different |\n|---|---|---|")
    for size in arguments.sizes:
        for group in (1, 3):
            judge(suite, size, group, arguments.rounds, differ=False)
        judge(suite, size, 1, arguments.rounds, differ=True)
    timed(suite.part(arguments.limit), arguments.writer, arguments.threads, arguments.loop)
    killed(arguments.suite, arguments.limit, arguments.kills)


def judge(suite: Suite, count: int, group: int, rounds: int, *, differ: bool) -> None:
    """How many of so many comparisons find a difference. Where they `differ`, a fifth of the items changes, and the
    difference is what a comparison would have seen at that with a chance of 80%."""
    chance = np.random.default_rng(7)
    items = [Item(id=f"i{at}", group=f"g{at // group}", sheet=suite.items[0].sheet) for at in range(count)]
    found, effect = 0, smallest_share_seen(count, 0.2, ALPHA)
    for _ in range(rounds):
        if differ:
            before, after = changed(chance, count, effect, 0.2)
        else:
            before, after = metrics(chance, count, group), metrics(chance, count, group)
        result = compare_scores(items, rows(before), rows(after), NAMES)
        found += result.verdict != "no difference"
    row = f"{effect:.1%} of items more pass, as stated" if differ else f"no difference, groups of {group}"
    print(f"| {row} | {count} | {share(found, rounds)} |", flush=True)


def metrics(chance: np.random.Generator, count: int, group: int) -> Columns:
    """One run: items of a group are alike in half of what they are."""
    shared = (chance.random(-(-count // group)) < 0.7).repeat(group)[:count]
    passes = np.where(chance.random(count) < 0.5, shared, chance.random(count) < 0.7)
    costs = chance.exponential(20, -(-count // group)).repeat(group)[:count] + chance.exponential(20, count)
    return {
        "passes": passes * 1.0,
        "right": (chance.random(count) < 0.6) * 1.0,
        "numbers": chance.beta(8, 1, count),
        "citation_precision": chance.beta(5, 1, count),
        "key_facts": chance.integers(1, 4, count) / 3,
        "cost": costs,
    }


def changed(chance: np.random.Generator, count: int, effect: float, share: float) -> tuple[Columns, Columns]:
    before = (chance.random(count) < 0.5) * 1.0
    kinds = chance.random(count)
    fixed, broken = kinds < (share + effect) / 2, kinds > 1 - (share - effect) / 2
    before[fixed], before[broken] = 0, 1
    after = np.where(fixed, 1.0, np.where(broken, 0.0, before))
    return {"passes": before}, {"passes": after}


def rows(columns: Columns) -> dict[str, dict[str, Score]]:
    count = len(next(iter(columns.values())))
    return {
        f"i{at}": {name: Score(metric=name, value=float(column[at])) for name, column in columns.items()}
        for at in range(count)
    }


def timed(suite: Suite, spec: str, threads: int, loop: int) -> None:
    """A plain loop over some of the items, a run, and the same again from the cache alone."""
    print("\n| run | items | seconds |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        writer = open_writer(spec, home, threads)
        plain = suite.part(min(loop, len(suite.items)))
        prompt = load(writer.prompt)
        draft(writer, prompt.render(suite.items[0].sheet))  # loads the model
        started = time.perf_counter()
        for item in plain.items:
            draft(writer, prompt.render(item.sheet, item.personal))
        each = (time.perf_counter() - started) / len(plain.items)
        print(f"| a plain loop over {len(plain.items)} items | 1 | {each:.2f} |", flush=True)
        for name in ("first", "again, from the cache", "again, as it is there"):
            started = time.perf_counter()
            run = run_suite(suite, prompt, writer, home)
            took = time.perf_counter() - started
            faster = f"; {each * len(suite.items) / took:.1f} times the plain loop" if name == "first" else ""
            print(f"| {name}{faster} | {len(suite.items)} | {took:.1f} |", flush=True)
            if name == "first":
                shutil.rmtree(run.folder)


def killed(name: str, limit: int, kills: int) -> None:
    """A run that is killed at random moments and started again, against one that was left alone."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        alone, home = Path(folder) / "alone", Path(folder) / "killed"
        suite = load_suite(find_suite(name, alone)).part(limit)
        started = time.perf_counter()
        wanted = run_suite(suite, load("draft@v4"), ScriptedWriter(), alone).head.digest
        took = time.perf_counter() - started
        caught = 0
        while caught < kills:
            process = started_run(home, name, limit)
            before = len(list((home / "evals").rglob("*.json")))
            while process.poll() is None and len(list((home / "evals").rglob("*.json"))) == before:
                time.sleep(0.05)  # until it is at work
            try:
                process.wait(timeout=chance.uniform(0, took / kills))
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                caught += 1
                whole = [path for path in (home / "evals").glob("runs/*") if not path.name.startswith(".")]
                assert not whole, f"a run that was killed is called one: {whole}"
        found = started_run(home, name, limit).communicate()[0].split()[-1]
        print(f"\nKilled at {caught} random moments and resumed: {'identical' if found == wanted else 'DIFFERENT'}")


def started_run(home: Path, name: str, limit: int) -> subprocess.Popen[str]:
    home.mkdir(exist_ok=True)
    command: Sequence[str] = (sys.executable, "-c", PROGRAM, str(home), name, str(limit))
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


if __name__ == "__main__":
    main()
