"""What is missing in a record: a browser that says nothing, a phone that nobody typed in, a gateway that left a field
empty. Which records have gaps does not depend on what is true, nor on what else they show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from assistant.world.chance import Dice
from assistant.world.story import Facts

__all__ = ["with_gaps"]

F = TypeVar("F", bound=Facts)
_INCOMPLETE = 0.14
_MORE = 0.2


def with_gaps(facts: F, dice: Dice, gaps: dict[str, tuple[Any, ...]]) -> F:
    """The facts, now and then without one or two of the columns that may be empty; `gaps` says what stands there
    instead."""
    if not dice.chance(_INCOMPLETE):
        return facts
    there = [column for column in gaps if getattr(facts, column)]
    missing = dice.sample(there, 2 if dice.chance(_MORE) else 1)
    found: Any = facts
    return replace(found, **{column: dice.pick(gaps[column]) for column in missing})
