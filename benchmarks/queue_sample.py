"""A handful of demo cases on paper, for somebody who reads queues for a living: `python -m benchmarks.queue_sample`.

Five payments, three identity checks and two merchants, drawn from a demo world and printed as the desk shows them: the
fields, the score with its strongest reasons, earlier cases with the same account, device, card, document, phone or
address as far as they were known then (first those that somebody refers to), and what was decided and became known.
What is true (`truth.csv`) is not printed, and nothing is picked by hand: the seed of the draw fixes the cases. Several
seeds draw from one world.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from assistant.settings import Settings
from assistant.workspace import Workspace
from assistant.world.chance import Dice

DRAWN = {"payments": 5, "identity": 3, "merchants": 2}
SHARED = (
    ("account", ("account_id", "owner_account", "merchant_account")),
    ("device", ("device_id",)),
    ("card", ("card",)),
    ("document", ("document_number", "owner_document_number")),
    ("payout account", ("payout_account", "recipient_account")),
    ("phone", ("phone", "contact_phone")),
    ("address", ("shipping_address", "home_address", "registered_address")),
)
REASONS, EARLIER = 3, 3
LATER = {
    "decision", "decided_at", "decision_reason", "reviewer", "outcome", "outcome_known_at", "outcome_source",
    "outcome_basis",
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """The rows of a demo world in the order of time, and the workspace that scores them."""

    workspace: Workspace
    rows: dict[str, list[dict[str, str]]]
    phrases: dict[str, dict[str, str]]

    @classmethod
    def built(cls, home: Path, cases: int, seed: int, end: date) -> Desk:
        workspace = Workspace.open(settings=Settings(home=home))
        workspace.demo(cases=cases, seed=seed, end=end, index=False)
        rows, phrases = {}, {}
        for name in DRAWN:
            schema = tomllib.loads((home / "demo" / f"{name}.toml").read_text(encoding="utf-8"))["columns"]
            phrases[name] = {column: found.get("phrase", column.replace("_", " ")) for column, found in schema.items()}
            with (home / "demo" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
                rows[name] = list(csv.DictReader(handle))
        return cls(workspace, rows, phrases)

    def sample(self, seed: int) -> Iterator[str]:
        """The drawn cases, each as one block of text."""
        dice = Dice(seed, "sample for readers")
        for name, rows in self.rows.items():
            for row in dice.sample(rows, DRAWN[name]):
                known = {column: cell for column, cell in row.items() if column not in LATER}
                later = {column: cell for column, cell in row.items() if column in LATER}
                lines = [*self._fields(name, known), *self._score(row), *self._earlier(row), *self._fields(name, later)]
                yield "\n".join([f"Case {row['case_id']} ({name}), opened {row['opened_at']}", *lines])

    def _fields(self, name: str, row: dict[str, str]) -> Iterator[str]:
        """A line for every column that is not empty."""
        for column, cell in row.items():
            if cell and column not in {"case_id", "opened_at"}:
                yield f"  {self.phrases[name][column]}: " + cell.replace("\n", "\n    ")

    def _score(self, row: dict[str, str]) -> Iterator[str]:
        score = self.workspace.brief(row["case_id"], memory=False).score
        if score.probability is None:
            return
        yield f"  score: {100 * score.probability:.0f} of 100 ({score.band})"
        for reason in sorted(score.reasons, key=lambda one: -abs(one.contribution))[:REASONS]:
            yield f"    {'+' if reason.contribution > 0 else '-'} {reason.statement}"

    def _earlier(self, row: dict[str, str]) -> Iterator[str]:
        """The newest earlier cases with something in common, with what was known of them when this one was opened."""
        opened = datetime.fromisoformat(row["opened_at"])
        mine = {(noun, row[column]) for noun, columns in SHARED for column in columns if row.get(column)}
        found: dict[str, list[str]] = defaultdict(list)
        others = {}
        for other in (one for rows in self.rows.values() for one in rows):
            theirs = {(noun, other[column]) for noun, columns in SHARED for column in columns if other.get(column)}
            if mine & theirs and datetime.fromisoformat(other["opened_at"]) < opened:
                found[other["case_id"]] = sorted({noun for noun, _ in mine & theirs})
                others[other["case_id"]] = other
        newest = sorted(found, key=lambda one: datetime.fromisoformat(others[one]["opened_at"]), reverse=True)
        if newest:
            yield f"  earlier cases with something in common: {len(newest)}"
        said = " ".join(row[column] for column in ("first_line_note", "decision_reason", "outcome_basis"))
        shown = sorted(newest, key=lambda one: one not in said)  # what somebody refers to is there to be looked at
        for case_id in shown[:EARLIER]:
            other = others[case_id]
            day = datetime.fromisoformat(other["opened_at"]).astimezone(UTC)
            yield f"    {case_id}, {day:%Y-%m-%d}, same {', '.join(found[case_id])}: {_known(other, opened)}"


def _known(row: dict[str, str], then: datetime) -> str:
    """What was known of a case at a moment."""
    if not row["decided_at"] or datetime.fromisoformat(row["decided_at"]) >= then:
        return f"{row['flagged_by']}, open"
    known = f"{row['flagged_by']}, {row['decision'].replace('_', ' ')} ({row['reviewer']})"
    if row["outcome_known_at"] and datetime.fromisoformat(row["outcome_known_at"]) < then:
        known += f", {row['outcome']} ({row['outcome_source']})"
    return known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", required=True, help="which cases are drawn, a seed per file")
    parser.add_argument("--out", type=Path, nargs="+", required=True, help="as many files as seeds")
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--world-seed", type=int, default=7)
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 11, 24))
    arguments = parser.parse_args()
    if len(arguments.seed) != len(arguments.out):
        parser.error("give one --out for each --seed")
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.built(Path(folder), arguments.cases, arguments.world_seed, arguments.end)
        for seed, out in zip(arguments.seed, arguments.out, strict=True):
            out.write_text("\n\n".join(desk.sample(seed)) + "\n", encoding="utf-8")
        desk.workspace.close()


if __name__ == "__main__":
    main()
