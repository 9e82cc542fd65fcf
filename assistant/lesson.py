"""Teaching the embedded writer: brings the weights, the lessons and the verifier together, and leaves an adapter.

The grammar that teaches knows nothing of the verifier; here its drafts are put before it, now and then, for the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.case import Sentence
from assistant.drafting import draft
from assistant.prompt import Prompt
from assistant.writer import weights
from assistant.writer.card import write_card
from assistant.writer.protocol import TAUGHT
from assistant.writer.training import Course, train

__all__ = ["Given", "passes", "teach"]


class Given:
    """A writer that hands in a text which is there already, and cannot better it."""

    name = model = "given"
    note = ""
    prompt = TAUGHT

    def __init__(self, text: str) -> None:
        self.text = text

    def write(self, prompt: Prompt) -> Iterator[str]:
        yield self.text

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        return ""


def passes(prompt: Prompt, text: str) -> bool:
    """Whether every check holds for the text as it is, without a retry or repair."""
    done = draft(Given(text), prompt)
    return done.status == "verified" and all(check.ok for check in done.checks)


def teach(
    home: Path,
    folder: Path,
    *,
    seed: int,
    minutes: float,
    steps: int | None,
    progress: Callable[[str, int, int], None],
) -> dict[str, Any]:
    """Trains in `folder`, going on where an earlier run stopped; the result as a document."""
    base = weights.prepare(home, source=weights.BASE)
    trained = train(base, folder, Course(seed, minutes, steps), judge=passes, progress=progress)
    write_card(trained, seed)
    return {**asdict(trained), "folder": str(folder), "seed": seed}
