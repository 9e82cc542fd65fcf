"""What can be wrong with one cell, as a value.

Promise: reading a cell never raises; it gives the value or a `Fault` that says which column, what stood there and why
it cannot be used. Leaves the reading itself to `times` and `money`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fault", "shown"]

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason to reject a row. `column` is empty when the row as a whole is at fault."""

    column: str
    value: str
    why: str

    def __str__(self) -> str:
        where = f"{self.column} {shown(self.value)}: " if self.column else ""
        return f"{where}{self.why}"


def shown(text: str) -> str:
    """The text in quotes, on one line and short, so that a hostile or huge cell cannot take over a message."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: SHOWN + 1])
    return f'"{line[:SHOWN]}…"' if len(line) > SHOWN else f'"{line}"'
