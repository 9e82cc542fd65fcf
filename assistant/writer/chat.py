"""Any LangChain chat model as a writer.

Promise: the text protocol of every writer; an answer is bounded in time, tokens and characters; personal data is masked
before the model sees it unless told otherwise, and put back line by line; nothing is traced to anybody. What goes wrong
is raised as NotReady with a reason in our own words, and the draft is then written by other means.
Whether what the model wrote is right is for the checks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace

from langchain.chat_models import BaseChatModel
from langchain.messages import AIMessageChunk, HumanMessage, SystemMessage
from langchain_core.messages import BaseMessage
from langsmith import tracing_context

from assistant.case import Sentence
from assistant.errors import AssistantError, NotReady
from assistant.prompt import Prompt
from assistant.writer.budget import DayBudget, tokens_of
from assistant.writer.local import finished_lines, rewrite_request
from assistant.writer.masking import Mask
from assistant.writer.patience import Breaker, Limits, asked_pause_s, fault, pieces
from assistant.writer.protocol import EXPLAINED

__all__ = ["ANSWER_TOKENS", "ChatWriter"]

ANSWER_TOKENS = 700
"""Eight sentences of sixty words in a language that needs many tokens."""
MOST_CHARACTERS = 8 * ANSWER_TOKENS
MOST_REWRITES = 2
"""What a draft asks for at most; its budget has room for them or they are not made."""
REWRITE_SHARE = 1 / 3
PROBE_TIMEOUT_S = 10.0
_ENDINGS = ("finish_reason", "stop_reason", "done_reason")
_WHOLE = frozenset({"stop", "end_turn", "stop_sequence", "eos"})


class ChatWriter:
    """`ChatWriter(model)` for a LangChain chat model of your own; let the model itself bound its answer as well.

    `says_end` is for a model that names a finish reason whenever it ends by itself: without one, the last line was cut.
    """

    def __init__(
        self,
        chat: BaseChatModel,
        *,
        name: str = "",
        model: str = "",
        note: str = "",
        masked: bool = True,
        says_end: bool = False,
        limits: Limits | None = None,
        draft_tokens: int = 20_000,
        day: DayBudget | None = None,
    ) -> None:
        self.name = name or f"chat:{chat._llm_type}"
        self.model = model or self.name
        self.note = note
        self.prompt = EXPLAINED
        self.masked = masked
        self.limits = limits or Limits()
        self.draft_tokens = draft_tokens
        self.day = day
        self.breaker = Breaker(self.limits)
        self._chat = chat
        self._says_end = says_end

    def write(self, prompt: Prompt) -> Iterator[str]:
        hide, show = self._masking(prompt)
        messages: list[BaseMessage] = [SystemMessage(hide(prompt.system)), HumanMessage(hide(prompt.user))]
        if (cost := _cost(messages)) > self.draft_tokens:
            raise NotReady(
                f"the draft may cost {cost:,} tokens and {self.draft_tokens:,} are allowed; "
                "raise FRA_WRITER_DRAFT_TOKENS"
            )
        with closing(self._answer(messages, self.limits)) as answer:
            for line in finished_lines(answer):
                yield show(line)

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        """The sentence written again; empty when a limit cut it off or the draft's budget has no room for it."""
        hide, show = self._masking(prompt)
        request = rewrite_request(sentence, why)
        before: list[BaseMessage] = [SystemMessage(hide(prompt.system)), HumanMessage(hide(prompt.user))]
        again: list[BaseMessage] = [before[0], HumanMessage(f"{before[1].text}\n\n{hide(request)}")]
        if _cost(before) + MOST_REWRITES * _cost(again) > self.draft_tokens:
            return ""
        limits = replace(self.limits, whole_s=self.limits.whole_s * REWRITE_SHARE)
        with closing(self._answer(again, limits)) as answer:
            return next((show(line).strip() for line in finished_lines(answer) if line.strip()), "")

    def probe(self) -> str:
        """Asks for one word about no case. Says what answered; raises NotReady."""
        started = time.monotonic()
        limits = replace(self.limits, first_token_s=PROBE_TIMEOUT_S, whole_s=PROBE_TIMEOUT_S, tries=1)
        question: list[BaseMessage] = [HumanMessage("Answer with the one word: ready")]
        try:
            with closing(_asked(self._chat, question, limits)) as answer:
                next(answer)
        except Exception as error:
            raise NotReady(f"{self.model} does not answer: {fault(error)}") from None
        masking = "masked" if self.masked else "not masked: it stays on this machine"
        return f"{self.model} answers after {time.monotonic() - started:.1f} s; personal data is {masking}"

    def _masking(self, prompt: Prompt) -> tuple[Callable[[str], str], Callable[[str], str]]:
        """The mask of a draft. It depends on the prompt alone, so a rewrite gets the placeholders of the draft."""
        if not self.masked:
            return str, str
        mask = Mask(prompt.personal)
        return mask.hide, mask.show

    def _answer(self, messages: list[BaseMessage], limits: Limits) -> Generator[AIMessageChunk]:
        self.breaker.check()
        reserved = _cost(messages)
        day = self.day.take(reserved) if self.day else ""
        used = 0
        ending = "" if self._says_end else "stop"
        text = ""
        try:
            with closing(_asked(self._chat, messages, limits)) as chunks:
                for chunk in chunks:
                    text += str(chunk.text)
                    used = max(used, (chunk.usage_metadata or {"total_tokens": 0})["total_tokens"])
                    ending = _ending(chunk) or ending
                    if len(text) > MOST_CHARACTERS:
                        ending = "length"
                        break
                    yield AIMessageChunk(content=str(chunk.text))
            self.breaker.held()
            yield AIMessageChunk(content="", response_metadata={"finish_reason": ending or "cut off"})
        except AssistantError:
            raise
        except Exception as error:
            self.breaker.failed(asked_pause_s(error))
            raise NotReady(fault(error)) from None
        finally:
            if self.day:
                self.day.give_back(day, reserved - (used or tokens_of(*(str(one.text) for one in messages), text)))


def _asked(chat: BaseChatModel, messages: list[BaseMessage], limits: Limits) -> Generator[AIMessageChunk]:
    def ask() -> Iterator[AIMessageChunk]:
        # With LANGSMITH_TRACING set, LangChain sends every message to a service of its own.
        with tracing_context(enabled=False):
            yield from chat.stream(messages)

    return pieces(ask, limits)


def _cost(messages: list[BaseMessage]) -> int:
    """The most that one request can cost."""
    return tokens_of(*(str(message.text) for message in messages)) + ANSWER_TOKENS


def _ending(chunk: AIMessageChunk) -> str:
    """Why the answer ended, `stop` when by itself; vendors name it differently."""
    for name in _ENDINGS:
        if said := chunk.response_metadata.get(name):
            return "stop" if str(said).lower() in _WHOLE else str(said)
    return ""
