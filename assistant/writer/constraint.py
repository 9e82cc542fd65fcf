"""Keeps a model to a grammar, token by token.

Promise: `choose` gives the likeliest token that the grammar allows, and nothing else; `forced` gives what must follow
in any case, for which no model need be asked. The likeliest of all is tried first, which costs microseconds and nearly
always holds; only when it is refused is the vocabulary masked. A tokenizer that llguidance cannot read leaves the model
unbound, and `trouble` says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from llguidance import LLMatcher, LLTokenizer
from llguidance.hf import from_tokenizer

from assistant.errors import NotReady

__all__ = ["Constraint", "Constraints"]


class Constraints:
    """Makes constraints for one tokenizer."""

    def __init__(self, tokenizer: Any, vocabulary: int, ends: set[int]) -> None:
        self.trouble = ""
        self._tokenizer: LLTokenizer | None = None
        try:
            self._tokenizer = from_tokenizer(tokenizer, n_vocab=vocabulary, eos_token=sorted(ends))
        except ValueError as error:
            self.trouble = f"its text is not held to the form of a draft, because of its tokenizer ({error})"

    def of(self, grammar: str) -> Constraint:
        """A constraint at its beginning; one that allows everything without a grammar."""
        if not grammar or self._tokenizer is None:
            return Constraint(None)
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
        _sound(matcher)
        return Constraint(matcher)


class Constraint:
    """One answer on its way through a grammar."""

    def __init__(self, matcher: LLMatcher | None) -> None:
        self._matcher = matcher

    @property
    def finished(self) -> bool:
        """Whether the grammar allows nothing more."""
        return self._matcher is not None and self._matcher.is_stopped()

    def forced(self) -> list[int]:
        """The tokens that must come next, because the grammar allows nothing else; they count as written."""
        if self._matcher is None or self.finished:
            return []
        tokens = list(self._matcher.compute_ff_tokens())
        if tokens:
            self._matcher.consume_tokens(tokens)
            _sound(self._matcher)
        return tokens

    def choose(self, logits: torch.Tensor) -> int:
        """The likeliest token that may follow; it counts as written. `logits` is [vocabulary]."""
        likeliest = int(logits.argmax())
        if self._matcher is None or self._matcher.try_consume_tokens([likeliest]):
            return likeliest
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        _sound(self._matcher)
        allowed = torch.from_numpy(np.unpackbits(bits, bitorder="little", count=len(logits)).astype(bool))
        best = int(logits.masked_fill(~allowed, -torch.inf).argmax())
        self._matcher.consume_token(best)
        _sound(self._matcher)
        return best


def _sound(matcher: LLMatcher) -> None:
    if matcher.is_error():
        why = matcher.get_error().partition("<state>")[0].strip()
        raise NotReady(f"the grammar of the draft failed ({why}); use another writer for this case")
