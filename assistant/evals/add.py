"""From the desk to a suite: an item from a real case, as it was seen then, with what is known to be right now.

Promise: the sheet is the one that the desk had, or would have had when the case was opened; what became known later is
in `expected` alone. Personal data is masked, of the case and by its shape in every text, and so are the ids of cases.
A case is added once. Only one whose truth is known, or whose draft a person overrode or edited, teaches anything.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.case import ESCALATE, Case, Evidence, Sheet, known_before
from assistant.errors import BadInput
from assistant.evals.expect import expected_of, slices_of
from assistant.evals.suite import CARD, Card, load_suite, own_suites, save_suite
from assistant.prompt import shipped
from assistant.workspace import Workspace
from assistant.writer.masking import Mask

__all__ = ["add_case", "masked"]

PLACEHOLDER = re.compile(r"<([a-z]+) \d+>")
OURS = ("signal", "document", "rule", "precedent")
"""Evidence that the program words itself: its numbers and dates are nobody's phone or card."""


def add_case(workspace: Workspace, case_id: str, suite: str) -> dict[str, Any]:
    """Adds one case to a suite of the home folder, which is made where there is none. Gives the item's id and how many
    items there are. Raises BadInput for a case that teaches nothing, and for a suite that ships."""
    folder = _folder(workspace.settings.home, suite)
    case = workspace.case(case_id)
    decisions, outcomes = workspace.history(case_id)
    known = known_before(outcomes, datetime.now(UTC))
    fraud = None if known is None or known.outcome == "unresolved" else known.outcome == "fraud"
    chosen = [one for one in decisions if one.action != ESCALATE]
    review = workspace.last_review(case_id)
    reasons = {
        "outcome": fraud is not None,
        "override": any(one.followed_draft is False for one in chosen),
        "edit": review is not None and review.draft.edited is not None,
    }
    why = next((name for name, holds in reasons.items() if holds), "")
    if not why:
        raise BadInput(
            f"the truth about {case_id} is not known and nobody overrode or edited its draft, so it teaches nothing "
            "yet; record what turned out to be true: fra outcome"
        )
    answered = [one.decided_at for one in decisions] + [one.known_at for one in outcomes]
    if review is not None and all(review.as_of < moment for moment in answered):
        sheet, precedents = review.sheet, review.precedents
    else:
        brief = workspace.brief(case_id, as_of=case.opened_at)
        sheet, precedents = brief.sheet, brief.precedents
    told = masked(sheet, case)
    expected = expected_of(
        case,
        sheet,
        precedents,
        workspace.policy,
        fraud=fraud,
        weighing=workspace.records.weighing(),
        action=chosen[-1].action if chosen else None,
    )
    line = {
        "id": f"case-{told.case_id}",
        "group": told.case_id,
        "slices": slices_of(case, sheet) | {"from": why},
        "sheet": told.model_dump(mode="json"),
        "expected": expected.model_dump(mode="json"),
    }
    return _added(folder, line)


def masked(sheet: Sheet, case: Case) -> Sheet:
    """The sheet without personal data and ids of cases. A placeholder is a word in brackets, because angle brackets are
    markup to the checks."""
    mask = Mask(case.personal)

    def hide(text: str) -> str:
        return PLACEHOLDER.sub(r"(\1)", mask.hide(text))

    def told(item: Evidence) -> Evidence:
        if item.kind == "precedent" and item.values:
            name, new = item.values[0], _digest(item.values[0])
            item = item.model_copy(
                update={
                    "statement": item.statement.replace(name, new),
                    "values": (new, *item.values[1:]),
                    "source": f"case {new}",
                }
            )
        if item.kind in OURS and not item.untrusted:
            return item
        return item.model_copy(update={"statement": hide(item.statement), "values": tuple(map(hide, item.values))})

    return sheet.model_copy(update={"case_id": _digest(sheet.case_id), "evidence": tuple(map(told, sheet.evidence))})


def _digest(case_id: str) -> str:
    return f"c-{hashlib.sha256(case_id.encode()).hexdigest()[:10]}"


def _folder(home: Path, suite: str) -> Path:
    if (shipped() / "suites" / suite / CARD).is_file():
        raise BadInput(f"the suite {suite} ships with the program and stays what it is; name one of your own")
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", suite):
        raise BadInput(f"{suite!r} is no name of a suite; use letters, digits and -, it will lie in {own_suites(home)}")
    return own_suites(home) / suite


def _added(folder: Path, line: dict[str, Any]) -> dict[str, Any]:
    """Adds a line to a suite. The same case again, or another with the same evidence, is refused."""
    lines: list[dict[str, Any]] = []
    card = Card(
        what="Cases of this desk whose truth is known.",
        source="the desk, masked",
        command="fra eval add",
        licence="not for publication",
    )
    if (folder / CARD).is_file():
        there = load_suite(folder)
        card, lines = there.card, [item.model_dump(mode="json") for item in there.items]
    evidence = json.dumps(line["sheet"]["evidence"], sort_keys=True)
    for one in lines:
        if one["id"] == line["id"] or json.dumps(one["sheet"]["evidence"], sort_keys=True) == evidence:
            raise BadInput(f"{one['id']} is in the suite {folder.name} already; nothing was added")
    suite = save_suite(folder, card, [*lines, line])
    return {"item": line["id"], "suite": folder.name, "items": len(suite.items), "folder": str(folder)}
