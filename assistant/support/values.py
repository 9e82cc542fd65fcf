"""The values that travel between the stages of an answer. Frozen; they read and decide nothing."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.case import Check, Moment, Sentence

__all__ = [
    "Answer",
    "Count",
    "Find",
    "How",
    "Match",
    "Mention",
    "MentionType",
    "Question",
    "Source",
    "Status",
    "Topic",
    "Topics",
]

Topic = Literal[
    "status",
    "reason",
    "next_step",
    "documents",
    "time",
    "dispute",
    "complaint",
    "report_fraud",
    "similar",
    "statistics",
    "out_of_scope",
]
"""What a question is about."""
MentionType = Literal["case", "email", "phone", "card", "name", "amount", "date"]
How = Literal["exact", "masked", "near"]
Status = Literal["answered", "which_case", "which_topic", "not_found", "ask_a_lead", "dont_know", "out_of_scope"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mention(_Value):
    """Something in a question that names a case. `said` is how it was written, `key` what is looked for."""

    type: MentionType
    said: str
    key: str
    start: int
    end: int
    masked: bool = False


class Question(_Value):
    """A question as it was read. No full card number is in it, whatever was typed; in `topic_text` all that names
    somebody is replaced by what it is."""

    text: str
    topic_text: str
    mentions: tuple[Mention, ...] = ()
    cards_masked: int = 0


class Topics(_Value):
    """How sure it is what the question is about: the likeliest topic, and the next one."""

    topic: Topic
    sure: float
    second: Topic
    is_sure: bool


class Match(_Value):
    """A case that fits what was said, and by what. `label` names it without personal data."""

    case_id: str
    by: tuple[str, ...]
    label: str


class Find(_Value):
    """The cases that fit best, newest first; `unmet` is what was said that none of them, or no case at all, has."""

    matches: tuple[Match, ...] = ()
    unmet: tuple[str, ...] = ()
    more: bool = False


class Source(_Value):
    """What an answer rests on: `id` on its sheet, and where it can be looked up."""

    id: str
    kind: Literal["case", "policy", "article", "count"]
    title: str
    text: str
    case_id: str = ""


class Count(_Value):
    """A question about many cases, as it was understood: each filter by its name, in words."""

    filters: dict[str, str]
    number: int
    unread: tuple[str, ...] = ()


class Answer(_Value):
    """What the asker gets. `direct` answers, `next` says what happens and when, `customer_does` what the customer must
    do; `customer_message` may be sent as it is. A status other than answered says what stands in the way."""

    question_id: str
    at: Moment
    status: Status
    topic: Topic
    direct: tuple[Sentence, ...] = ()
    next: tuple[Sentence, ...] = ()
    customer_does: tuple[Sentence, ...] = ()
    customer_message: str = ""
    language: str = "en"
    sources: tuple[Source, ...] = ()
    case_id: str = ""
    matches: tuple[Match, ...] = ()
    count: Count | None = None
    writer: str = ""
    checks: tuple[Check, ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        """The answer in one piece."""
        return " ".join(one.text for one in (*self.direct, *self.next, *self.customer_does))
