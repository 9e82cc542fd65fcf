"""What the verbs of a workspace give back, where that is no value of the flow; the command line prints it as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["DemoResult", "IndexResult", "Withdrawal"]


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


class Withdrawal(_Result):
    """A precedent that was taken out, and the reviews whose drafts had used it."""

    case_id: str
    drafts: tuple[str, ...]
