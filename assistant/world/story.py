"""One case of the demo world before it is numbered, and how its columns are declared.

A `Story` keeps apart what the case shows (`facts`, the columns of the file) and what is true (`truth`), so that what
is true can only reach the decisions, the outcomes and `truth.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from assistant.world.people import Customer, Manner

__all__ = ["Facts", "Story", "Truth", "column", "money"]


def column(role: str, phrase: str = "") -> Any:
    """A field of a facts class that becomes a column with this role. Without a phrase, its name with spaces is used."""
    return field(metadata={"role": role, "phrase": phrase})


def money(phrase: str = "") -> Any:
    return column("amount", phrase)


@dataclass(frozen=True)
class Truth:
    """What is the matter: a typology, a hard negative, or neither of them."""

    typology: str = ""
    hard_negative: str = ""

    @property
    def fraud(self) -> bool:
        return bool(self.typology)


class Facts(Protocol):
    """The columns of one kind. `marks` names what an attentive reader notices in them, honest or not."""

    @property
    def amount(self) -> Decimal: ...

    @property
    def currency(self) -> str: ...

    def marks(self) -> tuple[str, ...]: ...

    def things(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Story:
    """A case to be: when, what it shows, what is true, who writes, and what a text may mention."""

    kind: str
    opened_at: datetime
    facts: Facts
    truth: Truth
    manner: Manner
    mentions: tuple[tuple[str, str], ...]

    @classmethod
    def about(cls, kind: str, at: datetime, facts: Facts, truth: Truth, writer: Customer, **mentions: str) -> Story:
        return cls(kind, at, facts, truth, writer.manner, tuple(mentions.items()))
