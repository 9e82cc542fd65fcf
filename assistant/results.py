"""What the verbs of a workspace give back, where that is no value of the flow; the command line prints it as JSON."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from assistant.case import Precedent
from assistant.ties import Tie

__all__ = ["DemoResult", "IndexResult", "Recalled", "Withdrawal"]


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoResult(_Result):
    """What building the demo world did."""

    cases: int
    decided: int
    models: int
    indexed: int
    note: str = ""


class IndexResult(_Result):
    """How many outbox entries were worked off, and how many items the memory holds now."""

    indexed: int
    total: int


class Recalled(NamedTuple):
    """What is like a case, what ties it to others, and what could not be searched, in words."""

    precedents: list[Precedent]
    ties: tuple[Tie, ...]
    missing: str


class Withdrawal(_Result):
    """A precedent that was taken out, and the reviews whose drafts had used it."""

    case_id: str
    drafts: tuple[str, ...]
