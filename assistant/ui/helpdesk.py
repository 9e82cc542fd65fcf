"""What happens at the support page: a question, its answer, and what is said of it. No Gradio and no policy here.

The talk is the tab's: the page keeps what was said and names the case it is about; the server keeps questions without
personal data and nothing else of a talk.
"""

from __future__ import annotations

import logging
from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import AssistantError
from assistant.support import Answer, Topic
from assistant.support.disclosure import LANGUAGES
from assistant.support.topics import said_of
from assistant.ui import rendering, words
from assistant.workspace import Workspace
from retrieval import RetrievalError

__all__ = ["Asked", "HelpPanels", "Helpdesk", "Judged", "language_names"]

log = logging.getLogger(__name__)
ROLE = "support"
"""Everybody reads this page as support does: it is the page that is read aloud to customers."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Asked(_Message):
    """A question; `number` is the tab's own, so that an answer finds its place in the talk."""

    number: int = Field(ge=0, le=1_000_000)
    text: str = Field(max_length=60_000)
    focus: str = Field(default="", max_length=500)
    chosen: str = Field(default="", max_length=500)
    topic: Topic | Literal[""] = ""
    language: str = Field(default="en", max_length=8)


class Judged(_Message):
    """What somebody says of an answer."""

    question: str = Field(max_length=64)
    thumb: Literal[-1, 0, 1] = 0
    correction: str = Field(default="", max_length=2000)
    wanted: bool = False


class HelpPanels(NamedTuple):
    """New contents of the page's panels; None leaves a panel as it is."""

    answer: str | None = None
    beside: str | None = None
    notice: str | None = None


class Helpdesk:
    """Answers what the page sends."""

    def __init__(self, workspace: Workspace, actor: str) -> None:
        self._workspace = workspace
        self._actor = actor

    def ask(self, asked: Asked) -> HelpPanels:
        """The answer and the case beside it; what cannot be answered says why, in the place of the answer."""
        try:
            found = self._workspace.ask(
                asked.text,
                actor=self._actor,
                role=ROLE,
                focus=asked.focus,
                chosen=asked.chosen,
                topic=asked.topic or None,
                language=asked.language if asked.language in LANGUAGES else "en",
            )
        except (AssistantError, RetrievalError) as error:
            return HelpPanels(rendering.render("support_trouble", number=asked.number, said=words.sentence(str(error))))
        except Exception:
            log.exception("a question could not be answered")
            told = (
                "The question could not be answered because of a fault in the program; it stands in the server's log."
            )
            return HelpPanels(rendering.render("support_trouble", number=asked.number, said=told))
        topics = [(name, said_of(name)) for name in get_args(Topic)] if found.status == "which_topic" else []
        shown = rendering.render("support_answer", number=asked.number, answer=found, topics=topics)
        return HelpPanels(shown, self._beside(found), rendering.notice(""))

    def judge(self, judged: Judged) -> HelpPanels:
        """Keeps what was said of an answer."""
        try:
            self._workspace.store.questions.judge(
                judged.question,
                self._actor,
                thumb=judged.thumb or None,
                correction=judged.correction.strip(),
                wanted=judged.wanted,
            )
        except AssistantError as error:
            return HelpPanels(notice=rendering.notice(words.sentence(str(error)), tone="error"))
        return HelpPanels(notice=rendering.notice("Thank you, it is kept."))

    def _beside(self, found: Answer) -> str:
        return rendering.render("support_beside", answer=found, languages=language_names())


def language_names() -> list[tuple[str, str]]:
    """The languages of a customer's message, each in its own name."""
    names = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
    return [(one, names[one]) for one in LANGUAGES]
