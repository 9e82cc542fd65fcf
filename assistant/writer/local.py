"""Writes drafts with the embedded model in this process, through LangChain.

`LocalChatModel` is an ordinary LangChain chat model (invoke, stream, async, callbacks); `LocalWriter` uses it as any
application would. Promise: nothing is loaded before the first message, no request leaves the machine, a generation is
bounded in tokens and seconds, and the text of a message can never become a chat token. Whether what it writes is right
is left to the checks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain.chat_models import BaseChatModel
from langchain.messages import AIMessageChunk, HumanMessage, SystemMessage
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langsmith import tracing_context
from pydantic import PrivateAttr

from assistant.case import Sentence
from assistant.errors import BadInput
from assistant.prompt import Prompt, plain
from assistant.writer import weights
from assistant.writer.patience import Limits, pieces
from assistant.writer.protocol import EMBEDDED, EXPLAINED, Text
from assistant.writer.shape import LONGEST_LINE, draft_shape, sentence_shape
from assistant.writer.weights import EMBEDDED as WEIGHTS
from assistant.writer.weights import Source

__all__ = ["LocalChatModel", "LocalWriter", "chat_tokens", "finished_lines", "messages_of", "rewrite_request"]

_WHOLE_S = 300.0
"""The engine keeps the limits; this one is for the case that it hangs."""
_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class LocalChatModel(BaseChatModel):
    """The embedded model as a LangChain chat model.

    `stream(messages, cancel=event)` ends soon after the `threading.Event` is set; with `grammar=` (Lark, as llguidance
    reads it) nothing is written that it does not allow. The last message's `response_metadata["finish_reason"]` is
    stop, length, timeout, cancelled or loop.
    """

    home: Path
    threads: int = 2
    max_new_tokens: int = 320
    timeout_s: float = 40.0
    source: Source = WEIGHTS

    _engine: Any = PrivateAttr(default=None)
    _loading: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "fra-local"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.source.model, "sha256": self.source.sha256, "max_new_tokens": self.max_new_tokens}

    def load(self, progress: Callable[[str], None] = weights.silent) -> Any:
        """The loaded engine. The first call takes seconds, and about 15 when the weights are still to be converted."""
        with self._loading:
            if self._engine is None:
                folder = weights.prepare(self.home, progress, self.source)
                from assistant.writer.generation import Engine  # brings in torch, which takes seconds
                from assistant.writer.llama import Llama

                progress(f"loading {self.source.model}")
                self._engine = Engine(Llama(folder), self.threads)
            return self._engine

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        cancel: threading.Event | None = None,
        max_new_tokens: int | None = None,
        grammar: str = "",
        longest_line: int | None = None,
        **_: Any,
    ) -> Iterator[ChatGenerationChunk]:
        engine = self.load()
        prompt = chat_tokens(engine.tokenizer, messages)
        pieces = engine.generate(
            prompt,
            max_new_tokens=max_new_tokens or self.max_new_tokens,
            timeout_s=self.timeout_s,
            stop=stop or (),
            cancel=cancel,
            grammar=grammar,
            longest_line=longest_line,
        )
        for piece in pieces:
            message = AIMessageChunk(content=piece.text)
            if piece.ending:
                message.response_metadata = {"finish_reason": piece.ending, "model_name": self.source.model}
                message.chunk_position = "last"
                message.usage_metadata = {
                    "input_tokens": len(prompt),
                    "output_tokens": piece.tokens,
                    "total_tokens": len(prompt) + piece.tokens,
                }
            chunk = ChatGenerationChunk(message=message)
            if run_manager:
                run_manager.on_llm_new_token(piece.text, chunk=chunk)
            yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))


class LocalWriter:
    """The embedded model as a writer."""

    def __init__(self, home: Path, threads: int, chat: LocalChatModel | None = None) -> None:
        self.chat = chat or LocalChatModel(home=home, threads=threads)
        source = self.chat.source
        self.name = f"local:{source.model}"
        adapter = f", adapter {source.adapter_sha256[:12]}" if source.adapter else ""
        self.model = f"{source.model} {source.short}{adapter}"
        taught = "with an adapter taught for this task" if source.adapter else "which is not taught for the task"
        self.prompt = EMBEDDED if source.adapter else EXPLAINED
        self.note = f"local: {source.model} writes in this process, {taught}"

    def load(self, progress: Callable[[str], None] = weights.silent) -> None:
        """Loads the model ahead of the first draft. The note tells when it cannot be held to the form."""
        trouble = self.chat.load(progress).constraints.trouble
        if trouble and trouble not in self.note:
            self.note = f"{self.note}; {trouble}"

    def write(self, prompt: Prompt) -> Iterator[str]:
        """Whole lines. They are written in a thread of their own, so that one is checked while the next is written, and
        a rewrite of one can wait for the rest."""
        self.load()
        cancel = threading.Event()

        def lines() -> Iterator[str]:
            form = draft_shape(prompt)
            chunks = self.chat.stream(messages_of(prompt), cancel=cancel, grammar=form, longest_line=LONGEST_LINE)
            return finished_lines(_untraced(chunks))

        try:
            yield from pieces(lines, Limits(first_token_s=_WHOLE_S, whole_s=_WHOLE_S, tries=1))
        finally:
            cancel.set()

    def write_several(self, prompts: Sequence[Prompt]) -> Iterator[Text]:
        """Many drafts' texts, each as soon as it is there and the same as `write` gives, in a third of the time or so;
        the same prompt twice is written from once. Where the model reads one text at a time, one after the other."""
        self.load()
        engine = self.chat.load()
        from assistant.writer.llama import Llama
        from assistant.writer.together import Request, answers

        if not isinstance(engine.reader, Llama):
            for place, prompt in enumerate(prompts):
                started = time.monotonic()
                yield Text(place, "".join(self.write(prompt)), time.monotonic() - started)
            return
        requests = [
            Request(tuple(chat_tokens(engine.tokenizer, messages_of(one))), draft_shape(one)) for one in prompts
        ]
        places: dict[Request, list[int]] = {}
        for place, request in enumerate(requests):
            places.setdefault(request, []).append(place)
        different = list(places)
        tokens, limit = self.chat.max_new_tokens, self.chat.timeout_s
        for told in answers(engine, different, max_new_tokens=tokens, timeout_s=limit, longest_line=LONGEST_LINE):
            text = whole_lines(told.text, cut=not told.whole)
            yield from (Text(place, text, told.seconds) for place in places[different[told.place]])

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        """The sentence written again; empty when a limit cut it off."""
        before = messages_of(prompt)
        again = [before[0], HumanMessage(f"{prompt.user}\n\n{rewrite_request(sentence, why)}")]
        with tracing_context(enabled=False):
            answer = self.chat.invoke(again, stop=["\n"], max_new_tokens=80, grammar=sentence_shape(prompt))
        return str(answer.text).strip() if answer.response_metadata["finish_reason"] == "stop" else ""


def rewrite_request(sentence: Sentence, why: str) -> str:
    """What is asked of a model whose sentence failed a check because of `why`."""
    marks = "".join(f"[{one}]" for one in sentence.citations)
    return (
        "Write this sentence again so that it is right. Answer with that one sentence and the ids of its evidence "
        f"in square brackets, and nothing else.\nSentence: {plain(sentence.text)} {marks}\nFault: {plain(why)}"
    )


def _untraced(chunks: Iterator[AIMessageChunk]) -> Iterator[AIMessageChunk]:
    """With LANGSMITH_TRACING set, LangChain sends every message to a service of its own. It makes up its mind at the
    first chunk; the context must not stay open between two chunks, which may be asked for from different threads."""
    with tracing_context(enabled=False):
        first = next(chunks, None)
    if first is not None:
        yield first
        yield from chunks


def whole_lines(text: str, *, cut: bool) -> str:
    """The text as `finished_lines` would have given it, a last line that was cut off left out."""
    lines = text.split("\n")
    return "".join(f"{line}\n" for line in (lines[:-1] if cut or not lines[-1] else lines))


def finished_lines(chunks: Iterable[AIMessageChunk]) -> Iterator[str]:
    """Whole lines, each as soon as it is there. A last line that a limit cut off is left out: a sentence that lost its
    end may say the opposite of what it would have said, and still agree with the evidence."""
    line, ending = "", "stop"
    for chunk in chunks:
        *whole, line = (line + str(chunk.text)).split("\n")
        yield from (one + "\n" for one in whole)
        ending = chunk.response_metadata.get("finish_reason", ending)
    if line and ending == "stop":
        yield line + "\n"


def messages_of(prompt: Prompt) -> list[BaseMessage]:
    """The prompt as chat messages: the same for writing and for training."""
    return [SystemMessage(prompt.system), HumanMessage(prompt.user)]


def chat_tokens(tokenizer: Any, messages: Sequence[BaseMessage]) -> list[int]:
    """The token ids up to where the answer begins. No text of a message becomes a token of the chat format."""
    turns = []
    for message in messages:
        if message.type not in _ROLES:
            raise BadInput(f"the local model reads system, human and ai messages, not {message.type}; leave it out")
        turns.append({"role": _ROLES[message.type], "content": _without_tokens(str(message.text), tokenizer)})
    encoded = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_dict=True)
    return list(encoded["input_ids"])


def _without_tokens(text: str, tokenizer: Any) -> str:
    """Message text in which nothing is a token of the chat format, whoever wrote it."""
    for token in sorted(tokenizer.get_added_vocab(), key=len, reverse=True):
        text = text.replace(token, plain(token))
    return text
