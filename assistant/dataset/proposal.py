"""What was found out about somebody's file: a schema to be, with the reasons and the doubts.

Promise: all that `fra schema` prints and the import page shows stands here, as frozen values; `schema_text` words it.
Nothing in it grows with the file: of every column a few short values are kept. Leaves finding out to `guess`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assistant.dataset.money import DecimalMark
from assistant.dataset.table import Dialect
from assistant.roles import Role

__all__ = ["LABEL_WORDS", "SAMPLES", "Doubt", "Labels", "Proposal", "ProposedColumn", "Trial"]

SAMPLES = 3
LABEL_WORDS = 40
"""Different values that a column may have to be shown as a possible label."""


@dataclass(frozen=True)
class Doubt:
    """What a person must look at. `about` is the key of the schema that it touches, `file` for the file itself."""

    about: Literal["file", "currency", "decimal", "amount", "label"]
    text: str


@dataclass(frozen=True)
class ProposedColumn:
    """One column. `format` is how its times are written (None: ISO 8601, or no times).

    With `rivals`, formats that fit as well and mean other dates, a person must choose one. `unfit` is the share of
    values that do not have the format. `percent` marks a score written as 0 to 100. `words` are all values of a column
    that has few, else empty.
    """

    name: str
    role: Role
    why: str = ""
    doubt: str = ""
    samples: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    percent: bool = False
    is_time: bool = False
    format: str | None = None
    rivals: tuple[str, ...] = ()
    unfit: float = 0.0

    @property
    def must_choose(self) -> bool:
        return bool(self.rivals and self.format) and self.role != "ignore"


@dataclass(frozen=True)
class Labels:
    """Which values of the label column mean what. `assumed_delay_days` is None where a column says the time."""

    fraud: tuple[str, ...]
    legitimate: tuple[str, ...]
    unresolved: tuple[str, ...] = ()
    assumed_delay_days: int | None = None


@dataclass(frozen=True)
class Trial:
    """What came of trying the proposal on the rows that were looked at."""

    rows: int
    of_rows: int
    not_ready: str = ""
    rejected: int = 0
    first_rejected: str = ""


@dataclass(frozen=True)
class Proposal:
    """A schema to be. `currency` is None where a column says it or nothing is an amount. `actions` are pairs of a word
    of the decision column and what it is called here, empty where it stands for no decision."""

    source: str
    kind: str
    columns: tuple[ProposedColumn, ...]
    dialect: Dialect = field(default_factory=Dialect)
    each: str | None = None
    currency: str | None = None
    decimal: DecimalMark | None = None
    missing: tuple[str, ...] = ()
    labels: Labels | None = None
    actions: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Doubt, ...] = ()
    trial: Trial | None = None

    def doubts_about(self, about: str) -> tuple[str, ...]:
        return tuple(doubt.text for doubt in self.doubts if doubt.about == about)
