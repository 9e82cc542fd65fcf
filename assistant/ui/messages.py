"""What the desk's page sends: one frozen message for each signal. Anything else is refused before it is looked at."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.waiting import Filters

__all__ = ["Ask", "Browse", "Cancel", "Edit", "Leave", "Line", "Rename", "Rewrite", "Undo", "Verdict"]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ask(_Message):
    """The page asks for a case; without an id for the next one."""

    case_id: str = Field(default="", max_length=500)
    back: str = Field(default="", max_length=500)
    reviewer: str = Field(default="", max_length=100)


class Verdict(_Message):
    """The page decides what it shows."""

    case_id: str = Field(max_length=500)
    review_id: str = Field(default="", max_length=64)
    draft_edit: int = 0
    action: str = Field(default="", max_length=64)
    reason: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=10_000)
    override: str = Field(default="", max_length=80)
    override_words: str = Field(default="", max_length=2_000)
    reviewer: str = Field(default="", max_length=100)


class Leave(_Message):
    """The page leaves the case that it shows: to others, for later, to somebody, or just so."""

    case_id: str = Field(max_length=500)
    how: Literal["skip", "snooze", "assign", "release", "wake"]
    reason: str = Field(default="", max_length=500)
    hours: float = Field(default=0, ge=0, le=24 * 90)
    to: str = Field(default="", max_length=100)
    reviewer: str = Field(default="", max_length=100)


class Undo(_Message):
    """The page takes a decision back."""

    case_id: str = Field(max_length=500)
    reviewer: str = Field(default="", max_length=100)


class Rename(_Message):
    """Somebody else sits at the page now."""

    reviewer: str = Field(default="", max_length=100)


class Browse(_Message):
    """The page narrows the queue, takes a view, turns a page of it, or keeps a view under a name."""

    do: Literal["narrow", "view", "more", "back", "save", "remove", "unskip"]
    filters: Filters | None = None
    name: str = Field(default="", max_length=100)
    reviewer: str = Field(default="", max_length=100)


class Rewrite(_Message):
    """The page asks for another draft of what it shows, by the usual writer or by the local model."""

    writer: Literal["", "local"] = ""


class Cancel(_Message):
    """The page wants no more of the draft that is being written."""


class Line(_Message):
    """A sentence as it stands in the editor, the ids of its evidence in brackets; a new one has no id."""

    id: str = Field(default="", max_length=40)
    text: str = Field(max_length=5000)


class Edit(_Message):
    """The page saves what a person made of the draft that it shows; `draft_edit` 0 is the draft as it was written."""

    case_id: str = Field(max_length=500)
    review_id: str = Field(max_length=64)
    draft_edit: int = 0
    sentences: list[Line] = Field(max_length=200)
    reviewer: str = Field(default="", max_length=100)
    mark: str = Field(default="", max_length=40)
    """Comes back with the panel that answers, so that the page knows which edit was saved."""
