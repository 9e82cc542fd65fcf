"""Writes several drafts in step, for evaluation: the weights are fetched once for all, which is most of a step's time.

Promise: each text is the one that it would have been alone, because every text is read in the same portions as then
and an int8 product is exact however many rows it has. What all prompts begin with is read once. Between two steps the
model is free for somebody else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.errors import BadInput
from assistant.writer.generation import READ_AT_ONCE, Answer, Engine, Limits
from assistant.writer.llama import Llama, Memory

__all__ = ["AT_ONCE", "Request", "Told", "answers"]

AT_ONCE = 8
"""Texts in one step. More fetch the weights for more of them, but the arithmetic of each is then what counts."""


@dataclass(frozen=True)
class Request:
    """One prompt, as token ids, and the grammar that its answer keeps to."""

    prompt: tuple[int, ...]
    grammar: str = ""


@dataclass(frozen=True)
class Told:
    """A finished answer: `place` is that of its request, `seconds` the time from its first token read."""

    place: int
    text: str
    whole: bool
    seconds: float


@dataclass
class _Text:
    place: int
    answer: Answer
    memory: Memory
    began: float
    pieces: list[str] = field(default_factory=list)


def answers(
    engine: Engine, requests: Sequence[Request], *, max_new_tokens: int, timeout_s: float, longest_line: int | None
) -> Iterator[Told]:
    """The answers as they are finished. Raises BadInput for a prompt that does not fit, before anything is written."""
    model = engine.reader
    if not isinstance(model, Llama):
        raise TypeError(f"{type(model).__name__} reads one text at a time")
    longest = max((len(one.prompt) for one in requests), default=0) + max_new_tokens
    if longest > engine.context_tokens:
        raise BadInput(f"a prompt has {longest - max_new_tokens} tokens, too many for this model; shorten it")
    memories = [model.memory(longest) for _ in range(min(AT_ONCE, len(requests)))]
    shared = _shared([one.prompt for one in requests])
    beginning = model.memory(shared)
    waiting = list(enumerate(requests))
    writing: list[_Text] = []
    if requests:
        with engine.turn:
            _read(model, beginning, requests[0].prompt[:shared])
    while waiting or writing:
        while waiting and memories:
            place, request = waiting.pop(0)
            limits = Limits(max_new_tokens, time.monotonic() + timeout_s * AT_ONCE, (), None, longest_line)
            answer = Answer(engine.tokenizer, model.ends, limits, engine.constraints.of(request.grammar))
            text = _Text(place, answer, memories.pop(), time.monotonic())
            text.memory.copy_from(beginning, shared)
            kept = (len(request.prompt) - 1) // READ_AT_ONCE * READ_AT_ONCE
            with engine.turn:
                _read(model, text.memory, request.prompt[shared:kept])
            answer.unread = list(request.prompt[kept:])
            writing.append(text)
        with engine.turn:
            logits = model.read_each([(text.memory, text.answer.unread) for text in writing])
        for text, row in zip(list(writing), logits, strict=True):
            piece = text.answer.go_on(row)
            text.pieces.append(piece.text)
            if text.answer.ending is None and (cut := text.answer.cut()):
                text.pieces.append(cut.text)
            if text.answer.ending is not None:
                writing.remove(text)
                memories.append(text.memory)
                whole = text.answer.ending == "stop"
                yield Told(text.place, "".join(text.pieces), whole, time.monotonic() - text.began)


def _shared(prompts: Sequence[Sequence[int]]) -> int:
    """How many tokens all prompts begin with, in whole portions; the last token of none is among them."""
    first, *others = prompts or [()]
    shared = len(first) - 1
    for other in others:
        shared = min(shared, len(other) - 1)
        shared = next((at for at in range(shared) if first[at] != other[at]), shared)
    return max(0, shared - shared % READ_AT_ONCE)


def _read(model: Llama, memory: Memory, tokens: Sequence[int]) -> None:
    for start in range(0, len(tokens), READ_AT_ONCE):
        model.read_each([(memory, tokens[start : start + READ_AT_ONCE])])
