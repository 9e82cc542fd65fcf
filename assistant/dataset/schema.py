"""The schema file: what the columns of somebody's file mean.

Promise: a `Schema` that loads is consistent; one that does not is refused with one line that names the key and the
remedy, because a misspelt key that is silently ignored imports a wrong dataset. Whether the columns exist in a file is
left to `reading`, what the cells mean to `times` and `money`.
"""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant.case import OutcomeSource, Truth
from assistant.dataset.complaints import Complaint, Misfit, complaints, first_complaint
from assistant.dataset.money import DecimalMark, currencies
from assistant.dataset.times import EPOCHS
from assistant.errors import BadInput, NotFound
from assistant.roles import MONEY_ROLES, ROLES, Role

__all__ = ["DATED_ROLES", "FACT_ROLES", "PERCENT", "SINGLE_ROLES", "Column", "LabelRule", "Schema", "takes_format"]

SINGLE_ROLES: tuple[Role, ...] = (
    "id", "time", "amount", "currency", "label", "label_time", "outcome_source",
    "decision", "decision_time", "decision_reason", "reviewer",
)  # fmt: skip
"""Roles that at most one column has."""
NOT_FACTS: frozenset[Role] = frozenset({*SINGLE_ROLES, "ignore"})
FACT_ROLES: tuple[Role, ...] = tuple(role for role in ROLES if role not in NOT_FACTS)
"""Roles whose cells become facts of the case."""
_NEEDS: dict[Role, Role] = {
    "label_time": "label",
    "outcome_source": "label",
    "decision": "decision_time",
    "decision_time": "decision",
    "decision_reason": "decision",
    "reviewer": "decision",
}
DATED_ROLES: frozenset[Role] = frozenset(
    {"time", "label_time", "decision_time", "birth_date", "expiry_date", "dispute_deadline"}
)
"""Roles whose cells are times or dates, so that their columns have a format."""
PERCENT = "percent"
"""The format of a score that is written as 0 to 100."""
SCORED_ROLES: frozenset[Role] = frozenset({"face_match", "authenticity", "check"})


def takes_format(role: str, format: str) -> bool:
    """Whether a column of this role can say this about how its cells are written."""
    return role in (SCORED_ROLES if format == PERCENT else DATED_ROLES)


def _as_word(value: object) -> object:
    """TOML has whole numbers, a cell has not: `fraud = [1]` means the text 1."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Word = Annotated[str, BeforeValidator(_as_word)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Table):
    """What one column is. `phrase` is how sentences call it."""

    role: Role
    phrase: str | None = Field(default=None, min_length=1, max_length=80)
    format: str | None = None

    @field_validator("format")
    @classmethod
    def _is_a_format(cls, format: str | None) -> str | None:
        if format is None or format == PERCENT or format in EPOCHS or ("%" in format and "\n" not in format):
            return format
        raise ValueError(f'"{format}" is no time format: use "epoch", "epoch_ms" or codes such as "%d.%m.%Y %H:%M"')

    @model_validator(mode="after")
    def _format_fits_role(self) -> Self:
        if self.format == PERCENT and not takes_format(self.role, PERCENT):
            raise ValueError(f'format = "percent" is for scores, not for the role {self.role}: remove it')
        if self.format is not None and not takes_format(self.role, self.format):
            raise ValueError(f"format is for times and dates, not for the role {self.role}: remove it")
        return self


class LabelRule(_Table):
    """Which values of the label column mean what, and when a label without a time counts as known."""

    fraud: tuple[Word, ...]
    legitimate: tuple[Word, ...]
    unresolved: tuple[Word, ...] = ()
    assumed_delay_days: int = Field(default=30, ge=0, le=3650)
    source: OutcomeSource = "import"

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        words = [*self.fraud, *self.legitimate, *self.unresolved]
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise ValueError(f'the value "{twice[0]}" stands twice: keep it in one of fraud, legitimate, unresolved')
        if "" in words:
            raise ValueError('an empty label already means undecided: remove ""')
        return self

    @cached_property
    def truths(self) -> dict[str, Truth]:
        """What each value of the label column means."""
        meanings: tuple[tuple[Truth, tuple[str, ...]], ...] = (
            ("fraud", self.fraud),
            ("legitimate", self.legitimate),
            ("unresolved", self.unresolved),
        )
        return {word: truth for truth, words in meanings for word in words}


class Schema(_Table):
    """What a file holds: its stream, its kind of case, its columns, and how its times and amounts are written."""

    source: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    kind: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    currency: str | None = None
    time_zone: str = "UTC"
    amount_unit: Literal["major", "minor"] = "major"
    decimal: DecimalMark | None = None
    missing: tuple[Word, ...] = ()
    encoding: str | None = None
    delimiter: str = ","
    quote: str = '"'
    each: str | None = None
    label: LabelRule | None = None
    actions: dict[str, str] = Field(default_factory=dict)
    columns: dict[str, Column] = Field(min_length=1)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and check a schema file. Raises NotFound or BadInput, each with one line."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise NotFound(f"there is no schema {path}: write one, or let `fra schema FILE` propose it") from None
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"the schema {path} cannot be read: it must be a TOML file in UTF-8 ({error})") from None
        try:
            return cls.parse(text)
        except BadInput as error:
            raise BadInput(f"{path}: {error}") from None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Check the text of a schema file. Raises BadInput."""
        try:
            return cls.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise BadInput(f"this is not TOML: {str(error)[:200]}") from None
        except ValidationError as error:
            raise BadInput(first_complaint(error, cls)) from None

    @classmethod
    def check(cls, document: Mapping[str, Any]) -> Self | tuple[Complaint, ...]:
        """The schema of a document with the keys of a schema file, or everything that is wrong with it."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            return complaints(error, cls)

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, currency: str | None) -> str | None:
        if currency is not None and currency not in currencies():
            raise ValueError(f'"{currency}" is not an ISO 4217 code: write it as in "USD"')
        return currency

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            raise ValueError(f'"{name}" is not an IANA time zone: write it as in "Europe/Berlin"') from None
        return name

    @field_validator("encoding")
    @classmethod
    def _is_an_encoding(cls, name: str | None) -> str | None:
        try:
            if name is not None and not isinstance("".encode(name), bytes):
                raise LookupError
        except (LookupError, ValueError, UnicodeError):
            raise ValueError(f'"{name}" is not a text encoding: try "utf-8", "cp1252" or "utf-16"') from None
        return name if name is None else codecs.lookup(name).name

    @field_validator("delimiter", "quote")
    @classmethod
    def _is_one_character(cls, mark: str, info: Any) -> str:
        if mark == "" and info.field_name == "quote":
            return mark
        if len(mark) != 1 or mark.isalnum() or mark in "\r\n\0":
            raise ValueError("must be one character that is neither letter, digit nor line end")
        return mark

    @model_validator(mode="after")
    def _columns_fit_together(self) -> Self:
        for complaint in self._complaints():
            raise complaint
        return self

    def _complaints(self) -> Iterable[Misfit]:
        by_role = {role: self.named(role) for role in SINGLE_ROLES}
        for role, names in by_role.items():
            if len(names) > 1:
                line = f"two columns have the role {role} ({names[0]}, {names[1]}): keep one of them"
                yield Misfit(line, "columns", names[1], "role")
        if not by_role["time"]:
            yield Misfit('no column has the role time: give the column that says when a case was opened role = "time"')
        for role, other in _NEEDS.items():
            if by_role[role] and not by_role[other]:
                name = by_role[role][0]
                line = f"{name} has the role {role}, but no column is the {other}: add it or remove both"
                yield Misfit(line, "columns", name, "role")
        if by_role["label"] and self.label is None:
            line = "a column has the role label: add [label] with fraud = [...] and legitimate = [...]"
            yield Misfit(line, "columns", by_role["label"][0], "role")
        if self.label is not None and not by_role["label"]:
            yield Misfit("there is a [label], but no column has the role label: add it or remove [label]")
        if self.actions and not by_role["decision"]:
            yield Misfit("there is an [actions], but no column has the role decision: add it or remove [actions]")
        if self.named("amount", *MONEY_ROLES) and not by_role["currency"] and self.currency is None:
            line = 'there is an amount but no currency: add currency = "USD", or give a column the role currency'
            yield Misfit(line, "currency")
        if self.delimiter == self.quote:
            yield Misfit("delimiter and quote are the same character: change one", "delimiter")

    def named(self, *roles: Role) -> tuple[str, ...]:
        """The columns that have one of these roles, in the order of the schema."""
        return tuple(name for name, column in self.columns.items() if column.role in roles)

    def single(self, role: Role) -> str | None:
        """The one column with this role, or None."""
        return next(iter(self.named(role)), None)

    def phrase(self, name: str) -> str:
        """How sentences call a column."""
        return self.columns[name].phrase or " ".join(name.replace("_", " ").replace("-", " ").lower().split())

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)
