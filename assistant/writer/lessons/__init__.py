"""Pairs to learn writing from: a prompt as the program renders it, and the note that answers it.

Promise: the same seed gives the same pairs; every target is true by construction and cites what it says; trades,
shapes of evidence and ways of asking are held out for evaluation. Nothing here is shared with the demo world, the
signals or the verifier: what teaches the writer must not be what judges it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from assistant.prompt import Prompt, PromptTemplate, load
from assistant.writer.lessons.brief import Brief, asked, default_brief, system
from assistant.writer.lessons.prose import action, note
from assistant.writer.lessons.sheets import material
from assistant.writer.protocol import TAUGHT

__all__ = ["A_SHEET", "Brief", "Lesson", "default_brief", "lessons"]

A_SHEET = 2
"""Lessons in a row about the same sheet: what is asked for is all that differs, so it is what makes the difference."""
DEFAULT_SHARE = 0.4
"""The share of lessons that ask what the released prompt asks; the others ask in other words, for other things."""
_RELEASED_SYSTEM_SHARE = 0.7


@dataclass(frozen=True)
class Lesson:
    """A prompt, the note that answers it, what was asked for and the action that is right."""

    prompt: Prompt
    target: str
    brief: Brief
    action: str


def lessons(seed: int, *, held_out: bool = False, default_share: float = DEFAULT_SHARE) -> Iterator[Lesson]:
    """Lessons without end, `A_SHEET` for each sheet. Held-out ones come from trades, shapes and wordings that the
    others never use."""
    template = load(TAUGHT)
    for number in count():
        chance = Random(f"{seed}-{'held' if held_out else 'taught'}-{number}")
        given = material(chance, held_out)
        fixed = template.system_source if chance.random() < _RELEASED_SYSTEM_SHARE else system(chance)
        for _ in range(A_SHEET):
            brief, words = (default_brief, "") if chance.random() < default_share else asked(chance, held_out)
            target = note(given, brief, chance)
            if not target.startswith("Action:"):
                prompt = _asking(template, fixed, words).render(given.sheet)
                yield Lesson(prompt, target, brief, action(given))


def _asking(template: PromptTemplate, fixed: str, words: str) -> PromptTemplate:
    """The released prompt with another fixed part, or another request in its last line."""
    user = template.user_source.rstrip("\n")
    if words:
        user = user[: user.rindex("\n") + 1] + words
    return template.model_copy(update={"system_source": fixed, "user_source": user})
