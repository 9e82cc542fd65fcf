"""Import, review and writer on the demo world: `python -m benchmarks.desk`.

Everything runs in a home folder of its own, with the real embedder. Prints Markdown rows.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from assistant import world
from assistant.settings import Settings
from assistant.workspace import Workspace

NAMES = ("payments", "identity", "merchants")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--reviews", type=int, default=40)
    parser.add_argument("--local", type=int, default=10, help="drafts by the local model")
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 23))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        workspace = Workspace.open(settings=Settings(home=home))
        say("demo world made", timed(lambda: world.generate(home / "demo", cases=arguments.cases, end=arguments.end)))
        import_(workspace, home)
        say("trained", timed(workspace.train))
        say("indexed", timed(workspace.index))
        reviews(workspace, arguments.reviews)
        command_line(workspace, home)
        local(workspace, arguments.local)
        say_words("peak memory of all this", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def import_(workspace: Workspace, home: Path) -> None:
    rows = 0
    started = time.perf_counter()
    for name in NAMES:
        result = workspace.import_cases(home / "demo" / f"{name}.csv", home / "demo" / f"{name}.toml")
        assert result.imported == result.rows
        rows += result.rows
    seconds = time.perf_counter() - started
    say_words("imported", f"{rows:,} rows in {seconds:.1f} s, {rows / seconds:,.0f} rows/s")


def reviews(workspace: Workspace, number: int) -> None:
    seconds = []
    for row in workspace.queue(number):
        started = time.perf_counter()
        workspace.review(row.case_id, writer="scripted")
        seconds.append(time.perf_counter() - started)
    p50, p95 = np.quantile(seconds, [0.5, 0.95])
    say_words(f"review, scripted, {len(seconds)} cases", f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")


def command_line(workspace: Workspace, home: Path) -> None:
    case_id = workspace.queue(1)[0].case_id
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "from assistant.cli import main; main()", "review", case_id, "--json"],
            env=os.environ | {"FRA_HOME": str(home), "FRA_WRITER": "scripted"},
            check=True,
            capture_output=True,
        )
        seconds.append(time.perf_counter() - started)
    say_words("`fra review` as a command, 3 runs", f"{min(seconds):.1f} to {max(seconds):.1f} s")


def local(workspace: Workspace, number: int) -> None:
    statuses: Counter[str] = Counter()
    seconds = []
    sentences: Counter[str] = Counter()
    for row in workspace.queue(number):
        started = time.perf_counter()
        draft = workspace.review(row.case_id, writer="local").draft
        seconds.append(time.perf_counter() - started)
        statuses[draft.status] += 1
        sentences.update(one.origin for one in draft.sentences if draft.writer != "scripted")
    if seconds:
        said = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
        kept = ", ".join(f"{count} {origin}" for origin, count in sentences.most_common()) or "none"
        say_words(
            f"review, untuned local model, {number} cases",
            f"{said}; its sentences shown: {kept}; p50 {np.median(seconds):.1f} s, worst {max(seconds):.1f} s",
        )


def timed(deed: Callable[[], object]) -> float:
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


def say(what: str, seconds: float) -> None:
    say_words(what, f"{seconds:.1f} s")


def say_words(what: str, words: str) -> None:
    print(f"| {what} | {words} |", flush=True)


if __name__ == "__main__":
    main()
