"""One table: which role may do what. What it does not name is refused."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["ACTIONS", "ROLES", "TABLE", "Action", "Role", "may"]

Role = Literal["analyst", "lead", "support", "auditor", "admin"]
Action = Literal["look", "decide", "outcome", "withdraw", "import", "train", "ask", "audit", "people"]
ROLES: tuple[Role, ...] = get_args(Role)
ACTIONS: tuple[Action, ...] = get_args(Action)

TABLE: dict[Role, frozenset[Action]] = {
    "analyst": frozenset({"look", "decide", "outcome", "ask"}),
    "lead": frozenset({"look", "decide", "outcome", "ask", "withdraw", "import", "train", "audit"}),
    "support": frozenset({"ask"}),
    "auditor": frozenset({"look", "audit"}),
    # who gives out the keys does not decide: nobody can make a second reviewer out of themselves in silence
    "admin": frozenset({"look", "import", "train", "audit", "people"}),
}


def may(role: str, action: Action) -> bool:
    """Whether a role may do something; a role that is not in the table may do nothing."""
    return any(role == known and action in actions for known, actions in TABLE.items())
