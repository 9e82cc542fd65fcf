"""The files of the demo world: one CSV and one schema per kind, and what is true in `truth.csv`.

Columns and schemas come from the facts classes, so they cannot disagree. `truth.csv` is for tests and evaluation only:
no schema names it, and no import reads it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import get_type_hints

from assistant.world.decisions import Outcome, Verdict
from assistant.world.identity import IdentityFacts
from assistant.world.merchant import MerchantFacts
from assistant.world.payment import PaymentFacts
from assistant.world.story import Column, Facts, Story

__all__ = ["Row", "WorldFiles", "write_files"]

_KINDS: tuple[tuple[str, str, type[Facts], str], ...] = (
    ("payments", "payment", PaymentFacts, "customer_message"),
    ("identity", "identity", IdentityFacts, "applicant_message"),
    ("merchants", "merchant", MerchantFacts, "merchant_statement"),
)
_AFTER = {
    "decision": "decision", "decided_at": "decision_time", "decision_reason": "decision_reason", "reviewer": "reviewer",
    "outcome": "label", "outcome_known_at": "label_time", "outcome_source": "outcome_source",
    "outcome_basis": "ignore",
}  # fmt: skip


@dataclass(frozen=True)
class WorldFiles:
    """Where everything was written."""

    folder: Path
    payments: Path
    identity: Path
    merchants: Path
    truth: Path

    def schema(self, file: Path) -> Path:
        return file.with_suffix(".toml")


@dataclass(frozen=True)
class Row:
    """A numbered case with everything that goes into its line."""

    case_id: str
    story: Story
    message: str
    message_stamp: str
    contact_log: str
    note: str
    verdict: Verdict | None
    outcome: Outcome | None


def write_files(folder: Path, rows: Sequence[Row]) -> WorldFiles:
    """Writes all files into the folder, over earlier ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind, facts, message in _KINDS:
        columns = _columns(facts, message)
        mine = [row for row in rows if row.story.kind == kind]
        _write_csv(folder / f"{name}.csv", columns, (_cells(row) for row in mine))
        (folder / f"{name}.toml").write_text(_schema(name, kind, columns), encoding="utf-8", newline="\n")
    truth = (
        (row.case_id, row.story.truth.typology, row.story.truth.hard_negative, int(row.story.truth.fraud))
        for row in rows
    )
    _write_csv(folder / "truth.csv", dict.fromkeys(("case_id", "typology", "hard_negative", "fraud"), ("", "")), truth)
    return WorldFiles(folder, *(folder / f"{name}.csv" for name in ("payments", "identity", "merchants", "truth")))


def _columns(facts: type[Facts], message: str) -> dict[str, tuple[str, str]]:
    """Name: role and phrase, in the order of the file."""
    columns = {"case_id": ("id", ""), "opened_at": ("time", "")}
    columns |= {name: (column.role, column.phrase) for name, column in _declared(facts).items()}
    columns |= {message: ("free_text", ""), f"{message}_at": ("category", f"{message.replace('_', ' ')} received")}
    columns |= {"contact_log": ("note", "earlier contact"), "first_line_note": ("note", "")}
    return columns | {name: (role, "") for name, role in _AFTER.items()}


@cache
def _declared(facts: type[Facts]) -> dict[str, Column]:
    """The columns that the fields of a facts class are annotated with, in their order."""
    return {name: hint.__metadata__[0] for name, hint in get_type_hints(facts, include_extras=True).items()}


def _cells(row: Row) -> list[str]:
    facts = [_cell(getattr(row.story.facts, name)) for name in _declared(type(row.story.facts))]
    verdict, outcome = row.verdict, row.outcome
    decided = [verdict.action, _cell(verdict.decided_at), verdict.reason, verdict.reviewer] if verdict else [""] * 4
    known = (
        ["fraud" if outcome.fraud else "legit", _cell(outcome.known_at), outcome.source, outcome.basis]
        if outcome
        else [""] * 4
    )
    opened_at = row.story.opened_at.isoformat(timespec="seconds")
    return [row.case_id, opened_at, *facts, row.message, row.message_stamp, row.contact_log, row.note, *decided, *known]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _write_csv(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _schema(name: str, kind: str, columns: dict[str, tuple[str, str]]) -> str:
    lines = [
        f'source = "demo_{name}"', f'kind = "{kind}"', 'time_zone = "UTC"', "",
        "[label]", 'fraud = ["fraud"]', 'legitimate = ["legit"]', 'source = "import"', "",
    ]  # fmt: skip
    for column, (role, phrase) in columns.items():
        lines += [f"[columns.{column}]", f'role = "{role}"']
        lines += [f"phrase = {json.dumps(phrase)}"] if phrase else []
        lines.append("")
    return "\n".join(lines)
