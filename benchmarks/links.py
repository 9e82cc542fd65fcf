"""How many earlier cases a demo case has something in common with: `python -m benchmarks.links`.

For each kind, honest and fraud: the mean number and the share with three or fewer, by the same things that
`benchmarks.queue_sample` shows. Then what a queue should not hold: accounts that are a sample twice in 90 days, cases
after a proven fraud; and how many decided payments came back as a chargeback. Prints Markdown.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from assistant import world
from benchmarks.queue_sample import SHARED

Row = dict[str, str]


def told(folder: Path, names: tuple[str, ...]) -> list[tuple[datetime, Row]]:
    """The rows of the files in the order of time."""
    rows = []
    for name in names:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            rows += [(datetime.fromisoformat(row["opened_at"]), row) for row in csv.DictReader(handle)]
    return sorted(rows, key=lambda one: one[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 24))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        world.generate(folder, cases=arguments.cases, seed=arguments.seed, end=arguments.end)
        rows = told(folder, ("payments", "identity", "merchants"))
        with (folder / "truth.csv").open(encoding="utf-8", newline="") as handle:
            fraud = {row["case_id"]: row["fraud"] == "1" for row in csv.DictReader(handle)}
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    earlier: dict[tuple[str, bool], list[int]] = defaultdict(list)
    sampled: dict[str, datetime] = {}
    closed: dict[str, datetime] = {}
    again = after = 0
    for at, row in rows:
        mine = {(noun, row[column]) for noun, columns in SHARED for column in columns if row.get(column)}
        earlier[row["case_id"][0], fraud[row["case_id"]]].append(len(set().union(*(seen[one] for one in mine))))
        for one in mine:
            seen[one].add(row["case_id"])
        owner = row.get("owner_account") or row["account_id"]
        after += owner in closed and closed[owner] < at
        if row["flagged_by"].endswith("sample"):
            again += owner in sampled and at - sampled[owner] < timedelta(days=90)
            sampled[owner] = at
        if row["outcome"] == "fraud":
            closed.setdefault(owner, datetime.fromisoformat(row["outcome_known_at"]))
    print("| kind | | cases | earlier cases, mean | three or fewer |\n|---|---|---|---|---|")
    for (kind, guilty), counts in sorted(earlier.items()):
        name = {"p": "payment", "i": "identity", "m": "merchant"}[kind]
        few = np.mean(np.array(counts) <= 3)
        print(f"| {name} | {'fraud' if guilty else 'honest'} | {len(counts):,} | {np.mean(counts):.2f} | {few:.1%} |")
    decided = [row for _, row in rows if row["case_id"][0] == "p" and row["decision"]]
    disputed = sum(row["outcome_source"] == "chargeback" for row in decided) / len(decided)
    samples = sum(row["flagged_by"] == "random sample" for row in decided) / len(decided)
    print(f"\nsampled again in 90 days: {again}; after a proven fraud: {after}")
    print(f"of the decided payments: {disputed:.1%} charged back, {samples:.1%} random samples")


if __name__ == "__main__":
    main()
