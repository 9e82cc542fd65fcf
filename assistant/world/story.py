"""One case of the demo world before it is numbered, and how its columns are declared.

A `Story` keeps apart what the case shows (`facts`, the columns of the file) and what is true (`truth`), so that what
is true can only reach the decisions, the outcomes and `truth.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Protocol

from assistant.world.money import written
from assistant.world.people import Customer, Manner

__all__ = ["Column", "Facts", "Story", "Truth"]


@dataclass(frozen=True)
class Column:
    """Annotates a field of a facts class that becomes a column. Without a phrase, its name with spaces is used."""

    role: str
    phrase: str = ""


@dataclass(frozen=True)
class Truth:
    """What is the matter: a typology, a hard negative, or neither of them."""

    typology: str = ""
    hard_negative: str = ""

    @property
    def fraud(self) -> bool:
        return bool(self.typology)


class Facts(Protocol):
    """The columns of one kind."""

    @property
    def amount(self) -> Decimal: ...

    @property
    def currency(self) -> str: ...

    @property
    def device_id(self) -> str: ...

    @property
    def flagged_by(self) -> str: ...

    def marks(self) -> tuple[str, ...]:
        """What an attentive reader notices, whether there is an honest reason for it or not."""

    def situation(self) -> set[str]:
        """What a sentence may ask for beside the marks: the course, the line, how long somebody has been known."""

    def things(self) -> tuple[tuple[str, str], ...]:
        """What other cases may share, each as noun and value, the most telling first."""

    def spans(self) -> tuple[tuple[str, str], ...]:
        """The columns that are ages, each with what is of that age."""

    def capped(self) -> tuple[tuple[str, str], ...]:
        """The ages that never exceed another one."""

    def counts(self) -> tuple[tuple[str, str], ...]:
        """The columns that only grow, each with whose count it is."""

    def loud(self) -> tuple[str, ...]:
        """The marks so grave that nobody who decides can pass over them without a word."""


@dataclass(frozen=True)
class Story:
    """A case to be: when (on the customer's clock), what it shows, what is true, who writes, what a text may name
    and what it may rely on, the language of the country. `comforts` is what speaks for the customer, as `marks` of the
    facts is what speaks against; `trigger` is the mark that the rule fired on."""

    kind: str
    opened_at: datetime
    facts: Facts
    truth: Truth
    manner: Manner
    mentions: tuple[tuple[str, str], ...]
    situation: frozenset[str]
    language: str
    comforts: tuple[str, ...] = ()
    trigger: str = ""
    account: str = ""

    @property
    def sampled(self) -> bool:
        """Whether chance put the case in the queue, and no rule."""
        return self.facts.flagged_by.endswith("sample")

    @classmethod
    def about(
        cls,
        kind: str,
        customer: Customer,
        at: datetime,
        facts: Facts,
        truth: Truth,
        mentions: dict[str, str],
        comforts: tuple[str, ...],
        trigger: str,
    ) -> Story:
        on_the_clock = at.astimezone(customer.zone)
        # a fixed offset: differences between moments of one daylight-saving zone would be of clocks, not of time
        opened_at = on_the_clock.replace(tzinfo=timezone(on_the_clock.utcoffset() or timedelta()))
        mentions |= {
            "name": customer.given,
            "full_name": customer.name,
            "day": str((opened_at.weekday() - 1 - opened_at.minute % 3) % 7),
            "soon": str((opened_at.weekday() + 2 + opened_at.minute % 4) % 7),
            "amount": written(facts.amount, facts.currency, "en"),
        }
        woman = customer.sex == "F"
        mentions |= {"he": "she", "his": "her", "him": "her"} if woman else {"he": "he", "his": "his", "him": "him"}
        situation = facts.situation() | set(facts.marks()) | {kind} | {"woman" if woman else "man"}
        return cls(
            kind,
            opened_at,
            facts,
            truth,
            customer.manner,
            tuple(mentions.items()),
            frozenset(situation),
            customer.home.language,
            comforts,
            trigger,
            getattr(facts, "account_id", customer.account),  # a second account is one of its own
        )
