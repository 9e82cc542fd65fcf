"""Generates text with a causal model on this machine: greedy, in pieces, bounded, one generation at a time.

Promise: the same prompt gives the same text; a generation ends at the end token, a stop text, the token limit, the
time limit, a cancel, or when the model repeats itself, and says which; between two tokens it can always be stopped.
It knows token ids and text only: messages are the business of `local`, drafts of whoever reads them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache
from transformers.utils import logging

from assistant.errors import BadInput, NotReady

__all__ = ["Ending", "Engine", "Piece"]

Ending = Literal["stop", "length", "timeout", "cancelled", "loop"]

READ_AT_ONCE = 64
"""Tokens of the prompt read between two looks at clock and cancel. A whole prompt at once is read a fifth faster, but
256 at once overran the limit by nine seconds on a busy machine."""
LONGEST_CYCLE = 48
REPEATED_TOKENS = 24
QUEUE_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Piece:
    """Some text; the last piece of a generation says how it ended and how many tokens it wrote."""

    text: str
    ending: Ending | None = None
    tokens: int = 0


class Engine:
    """One loaded model. Safe to use from several threads: the second one waits for the first."""

    def __init__(self, folder: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        logging.disable_progress_bar()
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.model: Any = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=fastest_type())
        self.model.eval()
        self.context_tokens: int = self.model.config.max_position_embeddings
        self._ends = {self.tokenizer.eos_token_id, self.model.config.eos_token_id} - {None}
        self._turn = threading.Lock()

    def generate(
        self,
        prompt: Sequence[int],
        *,
        max_new_tokens: int,
        timeout_s: float,
        stop: Sequence[str] = (),
        cancel: threading.Event | None = None,
    ) -> Iterator[Piece]:
        """The answer in pieces; the last one has an `ending`. Closing the iterator stops the work at once.

        The time limit starts when it is this generation's turn. Raises BadInput when the prompt does not fit and
        NotReady when others kept the model busy for a minute.
        """
        if len(prompt) + max_new_tokens > self.context_tokens:
            raise BadInput(
                f"the prompt has {len(prompt)} tokens and the model reads at most "
                f"{self.context_tokens - max_new_tokens}; shorten it"
            )
        if not self._turn.acquire(timeout=QUEUE_TIMEOUT_S):
            raise NotReady(f"the local model was busy for {QUEUE_TIMEOUT_S:.0f} seconds; try again")
        try:
            yield from self._generate(prompt, max_new_tokens, time.monotonic() + timeout_s, stop, cancel)
        finally:
            self._turn.release()

    def _generate(
        self,
        prompt: Sequence[int],
        max_new_tokens: int,
        deadline: float,
        stop: Sequence[str],
        cancel: threading.Event | None,
    ) -> Iterator[Piece]:
        cache = DynamicCache(config=self.model.config)
        waiting = list(prompt)
        written: list[int] = []
        given = 0
        ending: Ending | None = None
        while ending is None:
            if cancel is not None and cancel.is_set():
                ending = "cancelled"
            elif time.monotonic() > deadline:
                ending = "timeout"
            elif len(written) >= max_new_tokens:
                ending = "length"
            elif len(waiting) > READ_AT_ONCE:
                self._read(waiting[:READ_AT_ONCE], cache)
                del waiting[:READ_AT_ONCE]
            else:
                token = self._read(waiting, cache)
                if token in self._ends:
                    ending = "stop"
                    continue
                waiting = [token]
                written.append(token)
                text = self._text(written)
                if (place := _first(text, stop)) is not None:
                    yield Piece(text[given:place], "stop", len(written))
                    return
                if repeats_itself(written):
                    ending = "loop"
                elif (ready := len(text) - _unsure(text, stop)) > given:
                    yield Piece(text[given:ready])
                    given = ready
        yield Piece(self._text(written)[given:], ending, len(written))

    @torch.inference_mode()
    def _read(self, tokens: Sequence[int], cache: DynamicCache) -> int:
        """Reads the tokens into the cache and returns the likeliest next one."""
        done = self.model(
            input_ids=torch.tensor([list(tokens)]), past_key_values=cache, use_cache=True, logits_to_keep=1
        )
        return int(done.logits[0, -1].argmax())

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self.tokenizer.decode(tokens, skip_special_tokens=True))


def fastest_type() -> torch.dtype:
    """bf16 where the processor multiplies it, else fp32.

    On a processor without it (AVX2 only), one thread read a prompt at 38 tokens/s in bf16 and 220 in fp32, and wrote
    11 tokens/s in both; with it, bf16 reads three times as fast.
    """
    able = torch.cpu.get_capabilities()
    return torch.bfloat16 if able.get("avx512_bf16") or able.get("amx_bf16") else torch.float32


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
