"""What the bar under a case shows: what can be done with it now, by this reviewer. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.policy import Policy
from assistant.waiting import Undone

__all__ = ["BarView", "ReasonChoice", "open_bar"]


@dataclass(frozen=True)
class ReasonChoice:
    """A reason and the actions that it can be given for."""

    name: str
    actions: tuple[str, ...]


@dataclass(frozen=True)
class BarView:
    """`open` can be decided, `held` is in somebody else's hands, `decided` is over, `reading` is
    for who may not decide. `given` is what a decision that was
    just undone had said."""

    case_id: str
    state: Literal["open", "held", "decided", "reading"]
    told: str = ""
    back: str = ""
    actions: tuple[str, ...] = ()
    reasons: tuple[ReasonChoice, ...] = ()
    overrides: tuple[str, ...] = ()
    skips: tuple[str, ...] = ()
    policy_action: str = ""
    people: tuple[str, ...] = ()
    snoozed: bool = False
    given: Undone | None = None
    undo_until: datetime | None = None


def open_bar(
    policy: Policy,
    case_id: str,
    kind: str,
    *,
    policy_action: str,
    back: str = "",
    people: tuple[str, ...] = (),
    snoozed: bool = False,
    given: Undone | None = None,
) -> BarView:
    """The bar of a case that this reviewer has in hand."""
    allowed = policy.allowed(kind)
    fits = {action: policy.reasons(kind, action) for action in allowed}
    return BarView(
        case_id=case_id,
        state="open",
        back=back,
        actions=allowed,
        reasons=tuple(
            ReasonChoice(reason, tuple(action for action in allowed if reason in fits[action]))
            for reason in policy.of(kind).reasons
        ),
        overrides=policy.overrides,
        skips=policy.skips,
        policy_action=policy_action,
        people=people,
        snoozed=snoozed,
        given=given,
    )
