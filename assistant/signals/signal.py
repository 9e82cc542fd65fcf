"""What a signal is, and the list of all signals.

A signal is a fact about a case that was known when the case was opened. It is declared once, next to the function that
computes it, and then appears in training, reasons and drafts by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from assistant.case import Case

if TYPE_CHECKING:
    from assistant.signals.history import History

__all__ = [
    "CASE_SIGNALS",
    "FAMILIES",
    "HISTORY_SIGNALS",
    "Signal",
    "Value",
    "from_case",
    "from_history",
    "mismatch",
    "spell",
]

Value = float | str
Group = Literal[
    "history", "velocity", "money", "payment", "network", "device", "identity", "document", "merchant", "facts", "time"
]
FAMILIES: dict[Group, str] = {
    "history": "history",
    "velocity": "history",
    "time": "history",
    "money": "money",
    "payment": "money",
    "network": "network",
    "device": "device",
    "identity": "identity",
    "document": "identity",
    "merchant": "merchant",
    "facts": "own columns",
}
"""What an analyst means by the groups, for the sums of a score."""
Unit = Literal["count", "hours", "days", "ratio", "share", "flag", "number", "text", "euro"]


@dataclass(frozen=True, slots=True)
class Signal:
    """The declaration. `phrase` holds `{value}`; `zero` is said instead where the value is 0 (a flag that is off,
    a count of none). `bad` is the direction that points to fraud, or None where either may."""

    name: str
    group: Group
    phrase: str
    unit: Unit = "number"
    bad: Literal["high", "low"] | None = None
    zero: str = ""
    reads: tuple[str, ...] = field(default=(), compare=False)

    def say(self, value: Value) -> str:
        """The value in words, without the normal range."""
        if isinstance(value, str):
            return self.phrase.format(value=value)
        if value == 0 and self.zero:
            return self.zero
        return self.phrase.format(value=spell(value, self.unit), s="" if value == 1 else "s", was=_was(value))


@lru_cache(maxsize=4096)
def mismatch(name: str, phrase: str, other: str, other_phrase: str, group: Group) -> Signal:
    """The flag that two columns of a case differ. The same for every case of a source, so it is made once."""
    return Signal(
        name=f"mismatch.{name}.{other}",
        group=group,
        phrase=f"{phrase} and {other_phrase} differ",
        zero=f"{phrase} and {other_phrase} are the same",
        unit="flag",
        bad="high",
        reads=(name, other),
    )


def spell(value: float, unit: Unit) -> str:
    """A value with its unit, as people say it: 0.97 hours → "58 minutes", 0.42 share → "42%"."""
    if unit == "hours":
        return _duration(value)
    if unit == "days":
        return f"{value:,.0f} day{'' if round(value) == 1 else 's'}"
    if unit == "share":
        return f"{value:.0%}"
    if unit == "count":
        return f"{value:,.0f}"
    if unit == "euro":
        return f"EUR {value:,.2f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def _was(value: float) -> str:
    return "was" if value == 1 else "were"


def _duration(hours: float) -> str:
    for size, word in ((24.0, "day"), (1.0, "hour"), (1 / 60, "minute")):
        if hours >= 2 * size or word == "minute":
            number = round(hours / size)
            return f"{number:,} {word}{'' if number == 1 else 's'}"
    raise AssertionError("unreachable")


CaseSignal = Callable[[Case], Iterable[tuple[Signal, Value]]]
HistorySignal = Callable[["History"], NDArray[np.float64]]

CASE_SIGNALS: list[CaseSignal] = []
"""Functions that read one case. They yield the signals they found, so one function serves any column."""
HISTORY_SIGNALS: list[tuple[Signal, HistorySignal]] = []
"""Functions that read what came before, for many cases at once; NaN means that the case lacks the entity."""


def from_case(function: CaseSignal) -> CaseSignal:
    """Registers a function of one case."""
    CASE_SIGNALS.append(function)
    return function


def from_history(signal: Signal) -> Callable[[HistorySignal], HistorySignal]:
    """Registers a function of the history under a declaration."""

    def register(function: HistorySignal) -> HistorySignal:
        HISTORY_SIGNALS.append((signal, function))
        return function

    return register
