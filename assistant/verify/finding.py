"""How a check reports: one finding for each span it refuses, one passing verdict when it refuses none.

Invariant: every span lies inside the text that was checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from assistant.case import Check, Sentence

__all__ = ["Finding", "verdict"]


class Finding(NamedTuple):
    """Characters `start` to `end` of a sentence that do not hold, and why, in words for a reviewer."""

    start: int
    end: int
    why: str


def verdict(check: str, sentence: Sentence, findings: Iterable[Finding], passed: str) -> tuple[Check, ...]:
    """The findings as failing checks in the order of the text, or one check that says what held."""
    size = len(sentence.text)
    failed = tuple(
        Check(check=check, sentence=sentence.id, start=min(start, size), end=min(end, size), ok=False, why=why)
        for start, end, why in sorted(set(findings))
    )
    return failed or (Check(check=check, sentence=sentence.id, start=0, end=size, ok=True, why=passed),)
