"""What a cited precedent says about itself: what it turned out to be, and what was done with it.

Reads the head of the statement ("case p-1 turned out to be fraud and was blocked on …"), before the reasons why it
is alike, because those describe the other case as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.case import Evidence, Sheet
from assistant.verify.reading import plain

__all__ = ["ACTION_WORDS", "Decided", "decided", "precedents"]

ACTION_WORDS: dict[str, str] = {
    "approve": r"approv(?:e|ed|es|ing|al)|accept(?:ed|ing)?|releas(?:e|ed|ing)|let through|waved through",
    "step_up": r"step(?:ped|ping)?[- _]?up|challeng(?:e|ed|ing)|extra authentication|additional authentication"
    r"|(?:ask|asking)(?: \w+){0,3} for (?:a )?(?:further |another |additional )?proof",
    "refund": r"refund(?:ed|s|ing)?",
    "block": r"block(?:ed|s|ing)?|declin(?:e|ed|es|ing)|stopp?(?:ed|ing)?",
    "request_documents": r"(?:request(?:ed|ing|s)?|ask(?:ed|ing)? for)[ _]"
    r"(?:more |further |new |additional )?documents?",
    "reject": r"reject(?:ed|s|ing|ion)?|refus(?:e|ed|es|ing)|turn(?:ed)? down",
    "reserve": r"(?:keep(?:ing)? |hold(?:ing)? )?(?:a )?reserv(?:e|ed|es|ing)",
    "hold_payout": r"h(?:o|e)ld(?:ing)?[ _](?:back )?(?:the )?payouts?|payouts? (?:was |were )?held",
    "escalate": r"escalat(?:e|ed|es|ing|ion)",
}  # fmt: skip
"""How each action is worded. `block` and `reject` are told apart: they are actions of different kinds of case."""

_OUTCOMES = (
    ("unresolved", re.compile(r"\bunresolved\b", re.IGNORECASE)),
    ("legitimate", re.compile(r"\b(?:not|no) fraud|\blegit(?:imate)?\b|\bgenuine\b", re.IGNORECASE)),
    ("fraud", re.compile(r"\bfraud(?:ulent)?\b", re.IGNORECASE)),
)
_ACTIONS = {action: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for action, words in ACTION_WORDS.items()}


@dataclass(frozen=True)
class Decided:
    """One precedent: its outcome (fraud, legitimate, unresolved or nothing) and what its statement says was done."""

    id: str
    outcome: str
    actions: frozenset[str]

    @property
    def traits(self) -> frozenset[str]:
        ended = self.outcome in ("fraud", "legitimate")
        return self.actions | ({self.outcome, "ended"} if ended else {"open"})


@lru_cache(maxsize=1024)
def _read(evidence_id: str, statement: str) -> Decided:
    head = re.split(r":\s|;\s", plain(statement), maxsplit=1)[0]
    outcome = next((name for name, pattern in _OUTCOMES if pattern.search(head)), "")
    return Decided(evidence_id, outcome, frozenset(a for a, pattern in _ACTIONS.items() if pattern.search(head)))


def decided(item: Evidence) -> Decided:
    return _read(item.id, item.statement)


def precedents(sheet: Sheet) -> tuple[Decided, ...]:
    """Every precedent of the sheet, read."""
    return tuple(decided(item) for item in sheet.of_kind("precedent"))
