"""What one browser tab has open, and what of its page is filled anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.desk import Brief
from assistant.ui.draft_views import DraftView
from assistant.ui.views import History
from assistant.waiting import Filters, Place

__all__ = ["NOBODY", "Panels", "Turn"]

NOBODY = "analyst"
"""Who works at a page that names nobody."""


@dataclass
class Turn:
    """What one tab has open. `number` goes up with every case opened, which ends a draft still being written.

    `finished` is the last finished draft of the case, for a reader who cancels another one. `held` is the case that
    this tab has in hand under the name `holder`; `pages` are the places behind which the pages of its queue begin. Who
    does not decide reads only: nothing comes into their hands."""

    number: int = 0
    written: int = 0
    finished: DraftView | None = None
    reviewer: str = ""
    decides: bool = True
    brief: Brief | None = None
    history: History = field(default_factory=History)
    held: str = ""
    holder: str = ""
    filters: Filters = field(default_factory=Filters)
    pages: list[Place | None] = field(default_factory=lambda: [None])

    @property
    def person(self) -> str:
        return self.reviewer.strip() or NOBODY

    @property
    def case_id(self) -> str:
        return self.brief.case.case_id if self.brief else ""


class Panels(NamedTuple):
    """New contents of the page's panels; None leaves a panel as it is."""

    queue: str | None = None
    verdict: str | None = None
    reasons: str | None = None
    draft: str | None = None
    precedents: str | None = None
    facts: str | None = None
    bar: str | None = None
    notice: str | None = None
