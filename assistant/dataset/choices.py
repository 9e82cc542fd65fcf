"""What a person chose for a file, as it was typed.

Promise: choices hold whatever a form can send, right or wrong, so that nothing typed is lost by a mistake; `as_schema`
turns them into a schema or into complaints with their place. Nothing is checked twice: `Schema` is the only judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from assistant.dataset.complaints import Complaint
from assistant.dataset.proposal import Labels, Proposal, ProposedColumn
from assistant.dataset.schema import PERCENT, LabelRule, Schema, takes_format
from assistant.dataset.table import COLUMN_LIMIT

__all__ = ["CHOOSE", "Choices", "ColumnChoice"]

CHOOSE = "CHOOSE"
"""Stands for a format that nobody has chosen yet, here as in the text of a proposal."""
Short = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(max_length=100_000)]


class _Typed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnChoice(_Typed):
    """What was chosen for one column."""

    role: Short = "ignore"
    phrase: Short = ""
    format: Short = ""


class Choices(_Typed):
    """What was chosen for a file. Empty text means that nothing was. `labels` says of values what they mean."""

    source: Short
    kind: Short
    currency: Short = ""
    time_zone: Short = "UTC"
    amount_unit: Short = "major"
    decimal: Short = ""
    missing: tuple[Short, ...] = Field(default=(), max_length=200)
    encoding: Short = ""
    delimiter: Short = ","
    quote: Short = '"'
    each: Short = ""
    labels: dict[Short, Short] = Field(default_factory=dict, max_length=200)
    assumed_delay_days: Short = "30"
    label_source: Short = "import"
    actions: dict[Short, Short] = Field(default_factory=dict, max_length=200)
    columns: dict[Name, ColumnChoice] = Field(max_length=COLUMN_LIMIT)

    @classmethod
    def of_proposal(cls, proposal: Proposal) -> Self:
        """The choices that the proposal makes."""
        labels = proposal.labels
        return cls(
            source=proposal.source,
            kind=proposal.kind,
            currency=proposal.currency or "",
            decimal=proposal.decimal or "",
            missing=proposal.missing,
            encoding=proposal.dialect.encoding or "",
            delimiter=proposal.dialect.delimiter,
            quote=proposal.dialect.quote,
            each=proposal.each or "",
            labels=_by_word(labels) if labels else {},
            actions=dict(proposal.actions),
            columns={
                column.name: ColumnChoice(role=column.role, format=_format(column)) for column in proposal.columns
            },
        )

    @classmethod
    def of_schema(cls, schema: Schema, columns: Iterable[str] = ()) -> Self:
        """The choices that make this schema; `columns` that it does not know are left out of cases."""
        rule = schema.label
        chosen = {
            name: ColumnChoice(role=column.role, phrase=column.phrase or "", format=column.format or "")
            for name, column in schema.columns.items()
        }
        return cls(
            source=schema.source,
            kind=schema.kind,
            currency=schema.currency or "",
            time_zone=schema.time_zone,
            amount_unit=schema.amount_unit,
            decimal=schema.decimal or "",
            missing=schema.missing,
            encoding=schema.encoding or "",
            delimiter=schema.delimiter,
            quote=schema.quote,
            each=schema.each or "",
            labels=_by_word(rule) if rule else {},
            assumed_delay_days=str(rule.assumed_delay_days) if rule else "30",
            label_source=rule.source if rule else "import",
            actions=schema.actions,
            columns={**{name: ColumnChoice() for name in columns}, **chosen},
        )

    def as_schema(self) -> Schema | tuple[Complaint, ...]:
        """The schema that was chosen, or everything that is wrong with it."""
        found = Schema.check(self._document())
        return found if isinstance(found, Schema) else tuple(map(self._in_form_words, found))

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "source": self.source.strip(),
            "kind": self.kind.strip(),
            "time_zone": self.time_zone.strip(),
            "amount_unit": self.amount_unit,
            "missing": self.missing,
            "delimiter": self.delimiter,
            "quote": self.quote,
            "columns": {name: _column(choice) for name, choice in self.columns.items()},
        }
        stated = {"currency": self.currency, "decimal": self.decimal, "encoding": self.encoding, "each": self.each}
        document |= {key: text.strip() for key, text in stated.items() if text.strip()}
        if any(choice.role == "decision" for choice in self.columns.values()):
            document["actions"] = self.actions
        if any(choice.role == "label" for choice in self.columns.values()):
            document["label"] = {
                meaning: [word for word, chosen in self.labels.items() if chosen == meaning]
                for meaning in ("fraud", "legitimate", "unresolved")
            } | {"assumed_delay_days": self.assumed_delay_days.strip(), "source": self.label_source}
        return document

    def _in_form_words(self, complaint: Complaint) -> Complaint:
        if complaint.place[:1] != ("columns",) or complaint.place[-1] != "format":
            return complaint
        chosen = self.columns[complaint.place[1]].format
        return Complaint(complaint.place, "choose how these dates are written") if chosen == CHOOSE else complaint


def _format(column: ProposedColumn) -> str:
    if column.percent:
        return PERCENT
    return CHOOSE if column.rivals else column.format or ""


def _column(choice: ColumnChoice) -> dict[str, str]:
    document = {"role": choice.role}
    if choice.phrase.strip():
        document["phrase"] = choice.phrase.strip()
    format = choice.format.strip()
    if format and takes_format(choice.role, format):  # a form hides the format where the role has none
        document["format"] = format
    return document


def _by_word(rule: Labels | LabelRule) -> dict[str, str]:
    meanings = {"fraud": rule.fraud, "legitimate": rule.legitimate, "unresolved": rule.unresolved}
    return {word: meaning for meaning, words in meanings.items() for word in words}
