"""A handful of demo cases on paper, for somebody who reads queues for a living: `python -m benchmarks.queue_sample`.

Five payments, three identity checks and two merchants, drawn from a demo world as the desk knows them, with what was
decided and what became known. What is true (`truth.csv`) is not printed, and nothing is picked by hand: the seed of the
draw fixes the cases.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from assistant import world
from assistant.world.chance import Dice

DRAWN = {"payments": 5, "identity": 3, "merchants": 2}


def sample(files: world.WorldFiles, seed: int) -> Iterator[str]:
    """The drawn cases, each as one block of text with a line for every column that is not empty."""
    dice = Dice(seed, "sample for readers")
    for path in (files.payments, files.identity, files.merchants):
        columns = tomllib.loads(files.schema(path).read_text(encoding="utf-8"))["columns"]
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        for row in dice.sample(rows, DRAWN[path.stem]):
            lines = [f"Case {row['case_id']} ({path.stem}), opened {row['opened_at']}"]
            for name, cell in row.items():
                if cell and name not in {"case_id", "opened_at"}:
                    phrase = columns[name].get("phrase", name.replace("_", " "))
                    lines.append(f"  {phrase}: " + cell.replace("\n", "\n    "))
            yield "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="which cases are drawn")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--world-seed", type=int, default=7)
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 24))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = world.generate(Path(folder), cases=arguments.cases, seed=arguments.world_seed, end=arguments.end)
        arguments.out.write_text("\n\n".join(sample(files, arguments.seed)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
