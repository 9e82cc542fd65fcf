"""What every writer is: a prompt goes in, text in one fixed format comes out, in pieces.

The format, one sentence a line with the ids of its evidence at the end, or with pointers (`pointing`) in their place:

    The card was first seen 2 hours before this order [E1].
    Two of the three similar cases were fraud [P1][P2].
    Action: block
    Would change: a delivery confirmed to the billing address

A writer promises the format only as far as it can: whoever reads the text parses it and checks every sentence.
A writer sees the prompt and the sheet inside it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from assistant.case import Sentence
from assistant.prompt import Prompt

__all__ = ["EMBEDDED", "EXPLAINED", "TAUGHT", "SeveralWriter", "Text", "Writer"]

TAUGHT = "draft@v4"
"""The prompt that the adapter was taught with; lessons render it."""
EMBEDDED = "draft@v5"
"""The same without the words of outsiders, which the adapter was taught to leave out: what it is not shown cannot
steer it."""
EXPLAINED = "draft@v1"
"""The prompt that explains itself to a model that was not taught."""


@runtime_checkable
class Writer(Protocol):
    """`name` is shown to people, `model` goes into the provenance, `note` says why this writer and not another, and
    `prompt` is the released prompt that it writes best from."""

    name: str
    model: str
    note: str
    prompt: str

    def write(self, prompt: Prompt) -> Iterator[str]:
        """Pieces of the draft's text, in order. Closing the iterator stops the writer."""
        ...

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        """One sentence with citations in place of `sentence`, which failed a check because of `why`; empty if none."""
        ...


class Text(NamedTuple):
    """What a writer made of one of several prompts, and in how many seconds beside the others."""

    place: int
    text: str
    seconds: float


@runtime_checkable
class SeveralWriter(Writer, Protocol):
    """A writer that has the texts of many prompts sooner together than one after the other."""

    def write_several(self, prompts: Sequence[Prompt]) -> Iterator[Text]:
        """A text for each prompt, as they are finished; each the same as `write` gives."""
        ...
