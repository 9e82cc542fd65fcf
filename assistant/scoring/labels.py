"""Labels, by one stated rule.

1. The newest outcome known before the moment asked about decides: fraud, legitimate, or no label when unresolved.
2. Without an outcome, an approval that nobody complained about for `maturity` counts as legitimate, known when it
   matured. Nothing else is inferred: a block is not proof of fraud.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from assistant.case import Decision, Label, Outcome, known_before

__all__ = ["label_of"]

APPROVED = "approve"


def label_of(
    case_id: str, decisions: Sequence[Decision], outcomes: Sequence[Outcome], as_of: datetime, maturity: timedelta
) -> Label | None:
    """The label of a case as it stood strictly before `as_of`, or None."""
    outcome = known_before(outcomes, as_of)
    if outcome is not None:
        if outcome.outcome == "unresolved":
            return None
        return Label(
            case_id=case_id,
            fraud=outcome.outcome == "fraud",
            known_at=outcome.known_at,
            rule="assumed delay" if outcome.assumed_delay else f"outcome: {outcome.source}",
        )
    last = max((one for one in decisions if one.decided_at < as_of), key=lambda one: one.decided_at, default=None)
    if last is not None and last.action == APPROVED and last.decided_at + maturity < as_of:
        return Label(case_id=case_id, fraud=False, known_at=last.decided_at + maturity, rule="matured approval")
    return None
