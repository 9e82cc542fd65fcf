"""Writes an answer from its sheet without any model: approved texts and article sections, word for word.

The same sheet and topic give the same answer. What answers the question comes first, then what happens next, then what
the customer must do; each line cites the one item that it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.case import Evidence, Sentence, Sheet
from assistant.prompt import Prompt
from assistant.support.sheet import ANSWER
from assistant.support.values import Topic
from assistant.writer import ScriptedWriter

__all__ = ["DOES", "FOLLOWS", "LEADS", "PlainAnswer", "PlainMessage", "field_of"]

LEADS: dict[Topic, tuple[str, ...]] = {
    "status": ("state", "money"),
    "reason": ("why", "state"),
    "next_step": ("next", "state"),
    "documents": ("send", "nothing", "state"),
    "time": ("time", "state"),
    "dispute": ("state", "money"),
    "complaint": ("appeal", "state"),
    "report_fraud": ("state",),
}
"""The fields that answer a question of each topic, in order."""
FOLLOWS = ("next", "time")
DOES = ("send", "nothing", "appeal")
ARTICLES_FIRST: frozenset[Topic] = frozenset({"dispute", "report_fraud"})


class PlainAnswer(ScriptedWriter):
    """The support agent's answer."""

    def __init__(self, topic: Topic) -> None:
        super().__init__("the answer is made of approved texts; no model wrote it")
        self.topic = topic

    def write(self, prompt: Prompt) -> Iterator[str]:
        yield from (f"{line}\n" for line in lines(prompt.sheet, self.topic))

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        return ""


class PlainMessage(ScriptedWriter):
    """The customer's message: every approved text of the state, in their order."""

    def __init__(self) -> None:
        super().__init__("the message is made of approved texts; no model wrote it")

    def write(self, prompt: Prompt) -> Iterator[str]:
        for item in prompt.sheet.of_kind("rule", "article"):
            yield f"{_line(item)}\n"
        yield f"Action: {ANSWER}\n"

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        return ""


def lines(sheet: Sheet, topic: Topic) -> list[str]:
    """The lines of an answer, each with its citation, and what it comes to."""
    articles = list(sheet.of_kind("article"))
    leads = _of(sheet, LEADS.get(topic, ("state",)))
    first = [*articles, *leads] if topic in ARTICLES_FIRST else [*leads, *articles]
    chosen = [*first, *_of(sheet, FOLLOWS), *_of(sheet, DOES)]
    return [*map(_line, dict.fromkeys(chosen)), f"Action: {ANSWER}"]


def field_of(item: Evidence) -> str:
    """The field that an approved text tells; empty for other evidence."""
    return item.values[0] if item.kind == "rule" and item.values else ""


def _of(sheet: Sheet, fields: Sequence[str]) -> list[Evidence]:
    return [item for field in fields for item in sheet.of_kind("rule") if field_of(item) == field]


def _line(item: Evidence) -> str:
    text = item.statement.rstrip(".")
    return f"{text[:1].upper()}{text[1:]} [{item.id}]."
