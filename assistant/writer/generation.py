"""Generates text with a causal model on this machine: greedy, in pieces, bounded, one generation at a time.

Promise: the same prompt gives the same text; a generation ends at the end token, a stop text, the token limit, the
time limit, a cancel, when a line grows too long or when the model repeats itself, and says which; between two steps it
can always be stopped. Under a grammar nothing is written that the grammar does not allow.
What a prompt shares with the one before is not read again. It knows token ids and text only: messages are the business
of `local`, drafts of whoever reads them, arithmetic of a `Reader`.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch

from assistant.errors import BadInput, NotReady
from assistant.writer.constraint import Constraint, Constraints

__all__ = ["READ_AT_ONCE", "Answer", "Ending", "Engine", "Limits", "Piece", "Reader"]

Ending = Literal["stop", "length", "timeout", "cancelled", "loop"]

READ_AT_ONCE = 64
"""Tokens of the prompt read between two looks at clock and cancel. A whole prompt at once is read a fifth faster, but
256 at once overran the limit by nine seconds on a busy machine. What is remembered of a prompt is remembered in the
same portions, so that it is exactly what reading it anew would give."""
LONGEST_CYCLE = 48
REPEATED_TOKENS = 24
QUEUE_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Piece:
    """Some text; the last piece of a generation says how it ended and how many tokens it wrote."""

    text: str
    ending: Ending | None = None
    tokens: int = 0


class Reader(Protocol):
    """A loaded model with a memory of what it has read. `ends` are the tokens that end an answer."""

    tokenizer: Any
    context_tokens: int
    vocabulary: int
    ends: set[int]
    rewinds: bool
    """Whether `forget` can keep a part; otherwise it forgets everything."""

    @property
    def read_tokens(self) -> int: ...

    def forget(self, kept: int) -> None:
        """Cuts the memory back to the first `kept` tokens."""
        ...

    def read(self, tokens: Sequence[int]) -> torch.Tensor:
        """The logits of what follows the last token: [vocabulary]."""
        ...


class Engine:
    """One loaded model. Safe to use from several threads: the second one waits for the first."""

    def __init__(self, reader: Reader, threads: int) -> None:
        torch.set_num_threads(threads)
        self.tokenizer: Any = reader.tokenizer
        self.context_tokens = reader.context_tokens
        self.constraints = Constraints(reader.tokenizer, reader.vocabulary, reader.ends)
        self.reader = reader
        self._remembered: list[int] = []
        self.turn = threading.Lock()
        """Held while the model reads."""

    def generate(
        self,
        prompt: Sequence[int],
        *,
        max_new_tokens: int,
        timeout_s: float,
        stop: Sequence[str] = (),
        cancel: threading.Event | None = None,
        grammar: str = "",
        longest_line: int | None = None,
    ) -> Iterator[Piece]:
        """The answer in pieces; the last one has an `ending`. Closing the iterator stops the work at once.

        The time limit starts when it is this generation's turn. `longest_line` is in characters. Raises BadInput when
        the prompt does not fit and NotReady when others kept the model busy for a minute.
        """
        if len(prompt) + max_new_tokens > self.context_tokens:
            raise BadInput(
                f"the prompt has {len(prompt)} tokens and the model reads at most "
                f"{self.context_tokens - max_new_tokens}; shorten it"
            )
        if not self.turn.acquire(timeout=QUEUE_TIMEOUT_S):
            raise NotReady(f"the local model was busy for {QUEUE_TIMEOUT_S:.0f} seconds; try again")
        try:
            limits = Limits(max_new_tokens, time.monotonic() + timeout_s, stop, cancel, longest_line)
            yield from self._generate(prompt, limits, self.constraints.of(grammar))
        finally:
            self.turn.release()

    def _generate(self, prompt: Sequence[int], limits: Limits, constraint: Constraint) -> Iterator[Piece]:
        answer = Answer(self.tokenizer, self.reader.ends, limits, constraint)
        unread = list(prompt[self._recall(prompt) :])
        while len(unread) > READ_AT_ONCE:
            if ending := limits.passed(()):
                yield Piece("", ending)
                return
            self.reader.read(unread[:READ_AT_ONCE])
            self._remembered += unread[:READ_AT_ONCE]
            del unread[:READ_AT_ONCE]
        answer.unread = unread
        while answer.ending is None:
            piece = answer.cut() or answer.go_on(self.reader.read(answer.unread))
            if piece.text or piece.ending:
                yield piece

    def _recall(self, prompt: Sequence[int]) -> int:
        """How many tokens of the prompt are in memory; all else is forgotten."""
        shared = 0
        if self.reader.rewinds:
            longest = min(len(self._remembered), len(prompt) - 1)
            while shared < longest and self._remembered[shared] == prompt[shared]:
                shared += 1
        shared -= shared % READ_AT_ONCE
        self.reader.forget(shared)
        del self._remembered[shared:]
        return shared


@dataclass(frozen=True)
class Limits:
    max_new_tokens: int
    deadline: float
    stop: Sequence[str]
    cancel: threading.Event | None
    longest_line: int | None

    def passed(self, written: Sequence[int]) -> Ending | None:
        """What forbids another step, if anything."""
        if self.cancel is not None and self.cancel.is_set():
            return "cancelled"
        if time.monotonic() > self.deadline:
            return "timeout"
        return "length" if len(written) >= self.max_new_tokens else None

    def too_long(self, text: str) -> bool:
        """Whether the line that is being written has grown too long."""
        return self.longest_line is not None and len(text) - text.rfind("\n") > self.longest_line


class Answer:
    """One answer while it is written. `unread` is what the model has to read before it can go on."""

    def __init__(self, tokenizer: Any, ends: set[int], limits: Limits, constraint: Constraint) -> None:
        self.unread: list[int] = []
        self.ending: Ending | None = None
        self._tokenizer, self._ends, self._limits, self._constraint = tokenizer, ends, limits, constraint
        self._written: list[int] = []
        self._text, self._given = "", 0

    def cut(self) -> Piece | None:
        """The last piece, where a limit forbids another step."""
        ending = self._limits.passed(self._written)
        return self._end(ending) if ending else None

    def go_on(self, logits: torch.Tensor) -> Piece:
        """Writes the next token and those that must follow it. The text that is sure by now; it may be none."""
        token = self._constraint.choose(logits)
        if token in self._ends:
            return self._end("stop")
        self.unread = [token, *self._constraint.forced()]
        self._written += self.unread
        self._text = str(self._tokenizer.decode(self._written, skip_special_tokens=True))
        if (place := _first(self._text, self._limits.stop)) is not None:
            self._text = self._text[:place]
            return self._end("stop")
        if self._constraint.finished:
            return self._end("stop")
        if repeats_itself(self._written):
            return self._end("loop")
        if self._limits.too_long(self._text):
            return self._end("length")
        ready = max(self._given, len(self._text) - _unsure(self._text, self._limits.stop))
        piece = Piece(self._text[self._given : ready])
        self._given = ready
        return piece

    def _end(self, ending: Ending) -> Piece:
        self.ending = ending
        return Piece(self._text[self._given :], ending, len(self._written))


def repeats_itself(tokens: Sequence[int]) -> bool:
    """Whether the end is one run of tokens at least three times over, for 24 tokens or more."""
    for cycle in range(1, LONGEST_CYCLE + 1):
        size = cycle * max(3, math.ceil(REPEATED_TOKENS / cycle))
        if size > len(tokens):
            continue
        tail = tokens[-size:]
        if all(tail[place] == tail[place - cycle] for place in range(cycle, size)):
            return True
    return False


def _first(text: str, stop: Sequence[str]) -> int | None:
    return min((place for end in stop if (place := text.find(end)) >= 0), default=None)


def _unsure(text: str, stop: Sequence[str]) -> int:
    """Characters at the end that cannot be given yet: half a character, or what may become a stop text."""
    broken = len(text) - len(text.rstrip("\ufffd"))
    halves = [size for end in stop for size in range(1, len(end)) if text.endswith(end[:size])]
    return max([broken, *halves])
