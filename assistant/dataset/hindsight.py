"""Which columns of a sample were filled in later, by what stands in them beside the label.

Promise: a column that is filled in where a case was fraud and hardly anywhere else, or only where somebody has looked
into the case at all, is found and named: it would put the answer into the case. Columns whose names give them away are
left to `clues`. Thresholds are stated here; the shares that led to a finding stand in its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.dataset.clues import Clue
from assistant.dataset.profile import MISSING, Profile

__all__ = ["filled_in_later"]

LEAST_FRAUDS, LEAST_OTHERS = 8, 30
OFTEN, HARDLY = 0.5, 0.02
TIMES_MORE = 4
NEARLY_ALL = 0.9


def filled_in_later(columns: Sequence[Profile], clues: Mapping[str, Clue], truths: Sequence[str]) -> dict[str, Clue]:
    """The clues to put in place of the given ones. `truths` are fraud, legitimate, unresolved or nothing, by row."""
    frauds, honest, unlabelled = (
        [row for row, one in enumerate(truths) if one == what] for what in ("fraud", "legitimate", "")
    )
    labelled = [row for row, one in enumerate(truths) if one]
    found: dict[str, Clue] = {}
    for column in columns:
        role = clues[column.name].role
        if role in {"id", "time", "label", "label_time", "outcome_source", "ignore"} or _of_a_decision(role):
            continue
        said = [_says_something(cell) for cell in column.cells]
        if len(frauds) >= LEAST_FRAUDS and len(honest) >= LEAST_OTHERS:
            of_fraud, of_honest = _share(said, frauds), _share(said, honest)
            if of_fraud >= OFTEN and of_honest <= HARDLY:
                why = f"filled in for {of_fraud:.0%} of the fraud and {of_honest:.0%} of the rest, so it came later"
                found[column.name] = Clue("ignore", doubt=why)
                continue
        if len(labelled) >= LEAST_OTHERS and len(unlabelled) >= LEAST_OTHERS:
            looked_into, others = _share(said, labelled), _share(said, unlabelled)
            only_there = others <= HARDLY and looked_into >= NEARLY_ALL
            remark = role in {"note", "free_text"} and looked_into > TIMES_MORE * others and looked_into > 0.05
            if only_there or remark:
                why = (
                    f"filled in for {looked_into:.0%} of the cases with a label and {others:.0%} of the others, so it "
                    "was written when the answer was known"
                )
                found[column.name] = Clue("ignore", doubt=why)
    return found


def _of_a_decision(role: str) -> bool:
    return role in {"decision", "decision_time", "decision_reason", "reviewer"}


def _says_something(cell: str) -> bool:
    text = cell.strip()
    return bool(text) and text not in MISSING and text.strip("0.,") != ""


def _share(said: Sequence[bool], rows: Sequence[int]) -> float:
    return sum(said[row] for row in rows) / len(rows)
