"""One row becomes one case with the decision and outcome that came with it.

Promise: a row gives a complete `CaseRecord` or every `Fault` that it has, so that a person mends it once. Nothing that
became known later (labels, decisions) is a fact of the case. Leaves ids to `ids` and duplicates to `load`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, get_args

from assistant.case import CaseRecord, Decision, Outcome, OutcomeSource
from assistant.dataset.cells import Fault
from assistant.dataset.codes import in_words, site_of
from assistant.dataset.complaints import nearest
from assistant.dataset.money import read_amount, read_currency, read_number, read_percent
from assistant.dataset.nested import LIST_MARK
from assistant.dataset.schema import FACT_ROLES, PERCENT, SINGLE_ROLES, Schema
from assistant.dataset.table import Row
from assistant.dataset.times import Instant, is_date, read_date, read_time
from assistant.money import words
from assistant.roles import Role

__all__ = ["RecordReader"]

T = TypeVar("T")
DAY_END = timedelta(days=1, seconds=-1)
_SOURCES: tuple[OutcomeSource, ...] = get_args(OutcomeSource)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column of the schema stands in the file."""

    at: int
    name: str
    role: Role
    phrase: str
    format: str | None


class RecordReader:
    """Reads the rows of one file whose columns are `columns`."""

    def __init__(self, schema: Schema, columns: Sequence[str]) -> None:
        self.schema = schema
        self._zone = UTC if schema.time_zone == "UTC" else schema.zone
        self._missing = frozenset(schema.missing)
        places = [
            _Place(at, name, schema.columns[name].role, schema.phrase(name), schema.columns[name].format)
            for at, name in enumerate(columns)
            if name in schema.columns
        ]
        self._one = {place.role: place for place in places if place.role in SINGLE_ROLES}
        self.undated = 0
        """Decisions that were left out because nobody says when they were made; their cases come in undecided."""
        self._facts = [place for place in places if place.role in FACT_ROLES]

    def read(self, row: Row, case_id: str) -> CaseRecord | tuple[Fault, ...]:
        """The record of this row under the id `case_id`, or everything that is wrong with it."""
        faults: list[Fault] = []
        opened = self._time(self._one["time"], row, faults)
        moment = opened.moment if opened else None
        currency = self._currency(row, faults)
        amount_minor = self._amount(row, currency, faults)
        facts = self._read_facts(row, currency, faults)
        outcome = self._outcome(row, case_id, moment, faults)
        decision = self._decision(row, case_id, moment, faults)
        if faults or opened is None:
            return tuple(faults)
        # one validation of the whole record takes two thirds of the time that one for every fact takes
        return CaseRecord.model_validate(
            {
                "case": {
                    "case_id": case_id,
                    "source": self.schema.source,
                    "kind": self.schema.kind,
                    "opened_at": opened.moment,
                    "utc_offset_min": opened.utc_offset_min,
                    "amount_minor": amount_minor,
                    "currency": None if amount_minor is None else currency,
                    "facts": facts,
                },
                "decision": decision,
                "outcome": outcome,
            }
        )

    def _text(self, place: _Place | None, row: Row) -> str:
        """The cell without the space around it; empty when there is no such column or nothing in it."""
        if place is None:
            return ""
        text = row.cells[place.at].strip()
        return "" if text in self._missing else text

    def _time(self, place: _Place, row: Row, faults: list[Fault]) -> Instant | None:
        text = self._text(place, row)
        if not text:
            faults.append(Fault(place.name, text, f"is empty: a {place.role.replace('_', ' ')} is needed"))
            return None
        return _kept(read_time(place.name, text, place.format, self._zone), faults)

    def _currency(self, row: Row, faults: list[Fault]) -> str | None:
        """The currency of the row; a code that is none is one fault, not another one for each of its amounts."""
        stated = self._one.get("currency")
        if stated and (code := self._text(stated, row)):
            return _kept(read_currency(stated.name, code), faults) or ""
        return self.schema.currency

    def _amount(self, row: Row, currency: str | None, faults: list[Fault]) -> int | None:
        place = self._one.get("amount")
        text = self._text(place, row)
        return self._minor(place, text, currency, faults) if place and text else None

    def _minor(self, place: _Place, text: str, currency: str | None, faults: list[Fault]) -> int | None:
        """An amount in minor units; None with its fault, or with an empty currency, which is at fault already."""
        if currency is None:
            faults.append(Fault(place.name, text, "has no currency: fill in the currency column or set currency"))
        if not currency:
            return None
        return _kept(read_amount(place.name, text, currency, self.schema.amount_unit, self.schema.decimal), faults)

    def _read_facts(self, row: Row, currency: str | None, faults: list[Fault]) -> list[dict[str, Any]]:
        facts = []
        for place in self._facts:
            cell = row.cells[place.at].strip()
            for text in cell.split(LIST_MARK) if LIST_MARK in cell else (cell,):
                if not text or text in self._missing:
                    continue
                value = self._value(place, text, currency, faults)
                facts.append({"name": place.name, "role": place.role, "phrase": place.phrase, "value": value})
        return facts

    def _value(self, place: _Place, text: str, currency: str | None, faults: list[Fault]) -> str | None:
        """A cell as its fact says it; None where it is at fault."""
        match place.role:
            case "number":
                return _kept(read_number(place.name, text, self.schema.decimal), faults)
            case "birth_date" | "expiry_date" | "dispute_deadline":
                return _kept(read_date(place.name, text, place.format), faults)
            case "refund" | "payout":
                minor = self._minor(place, text, currency, faults)
                return words(minor, currency) if minor is not None and currency else None
            case "check" | "face_match" | "authenticity" if place.format == PERCENT:
                return _kept(read_percent(place.name, text, self.schema.decimal), faults)
            case "site":
                return site_of(text)
        return in_words(place.role, text)

    def _outcome(self, row: Row, case_id: str, opened: datetime | None, faults: list[Fault]) -> Outcome | None:
        rule, place = self.schema.label, self._one.get("label")
        if rule is None or place is None or not (label := self._text(place, row)):
            return None
        truth = rule.truths.get(label)
        if truth is None:
            why = f"is no label that the schema knows{nearest(label, list(rule.truths))}"
            faults.append(Fault(place.name, label, why))
        source = self._source(row, rule.source, faults)
        dated = self._one.get("label_time")
        stated = self._text(dated, row)
        known = self._later(dated, row, opened, faults) if dated and stated else None
        if truth is None or source is None or opened is None or (stated and known is None):
            return None
        return Outcome(
            case_id=case_id,
            outcome=truth,
            source=source,
            known_at=known or opened + timedelta(days=rule.assumed_delay_days),
            assumed_delay=known is None,
        )

    def _source(self, row: Row, default: OutcomeSource, faults: list[Fault]) -> OutcomeSource | None:
        place = self._one.get("outcome_source")
        if place is None or not (text := self._text(place, row)):
            return default
        found = next((source for source in _SOURCES if source == text), None)
        if found is None:
            faults.append(Fault(place.name, text, f"is no outcome source{nearest(text, _SOURCES)}"))
        return found

    def _decision(self, row: Row, case_id: str, opened: datetime | None, faults: list[Fault]) -> Decision | None:
        word = self._text(self._one.get("decision"), row)
        if not word or self.schema.actions.get(word) == "":
            return None
        if not self._text(self._one["decision_time"], row):
            self.undated += 1
            return None
        decided = self._later(self._one["decision_time"], row, opened, faults)
        if decided is None:
            return None
        return Decision(
            case_id=case_id,
            action=self.schema.actions.get(word, word),
            reason=self._text(self._one.get("decision_reason"), row),
            reviewer=self._text(self._one.get("reviewer"), row) or "import",
            decided_at=decided,
        )

    def _later(self, place: _Place, row: Row, opened: datetime | None, faults: list[Fault]) -> datetime | None:
        """The moment in this column, which cannot lie before the case was opened. A date without a clock is over when
        its day is: nobody may know in the morning what was found out in the afternoon."""
        found = self._time(place, row, faults)
        if found is None or opened is None:
            return None
        text = self._text(place, row)
        moment = found.moment + DAY_END if is_date(text, place.format) else found.moment
        if moment < opened:
            why = f"lies before the case was opened, {opened:%Y-%m-%dT%H:%M:%SZ}"
            faults.append(Fault(place.name, text, why))
            return None
        return moment


def _kept(found: T | Fault, faults: list[Fault]) -> T | None:
    if isinstance(found, Fault):
        faults.append(found)
        return None
    return found
