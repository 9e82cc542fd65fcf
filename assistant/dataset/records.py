"""One row becomes one case with the decision and outcome that came with it.

Promise: a row gives a complete `CaseRecord` or every `Fault` that it has, so that a person mends it once. Nothing that
became known later (labels, decisions) is a fact of the case. Leaves ids to `ids` and duplicates to `load`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar, get_args

from assistant.case import Case, CaseRecord, Decision, Fact, Outcome, OutcomeSource, Role
from assistant.dataset.cells import Fault
from assistant.dataset.complaints import nearest
from assistant.dataset.money import read_amount, read_currency, read_number
from assistant.dataset.reading import Row
from assistant.dataset.schema import FACT_ROLES, SINGLE_ROLES, Schema
from assistant.dataset.times import Instant, read_date, read_time

__all__ = ["RecordReader"]

T = TypeVar("T")
_SOURCES: tuple[OutcomeSource, ...] = get_args(OutcomeSource)


class RecordReader:
    """Reads the rows of one file whose columns are `columns`."""

    def __init__(self, schema: Schema, columns: Sequence[str]) -> None:
        self._schema = schema
        self._zone = UTC if schema.time_zone == "UTC" else schema.zone
        self._missing = frozenset(schema.missing)
        self._at = {role: columns.index(name) for role in SINGLE_ROLES if (name := schema.single(role)) is not None}
        self._facts = [
            (at, name, schema.columns[name].role, schema.phrase(name))
            for at, name in enumerate(columns)
            if name in schema.columns and schema.columns[name].role in FACT_ROLES
        ]

    def read(self, row: Row, case_id: str) -> CaseRecord | tuple[Fault, ...]:
        """The record of this row under the id `case_id`, or everything that is wrong with it."""
        faults: list[Fault] = []
        opened = self._time("time", row, faults)
        amount_minor, currency = self._money(row, faults)
        facts = self._read_facts(row, faults)
        moment = opened.moment if opened else None
        outcome = self._outcome(row, case_id, moment, faults)
        decision = self._decision(row, case_id, moment, faults)
        if faults or opened is None:
            return tuple(faults)
        case = Case(
            case_id=case_id,
            source=self._schema.source,
            kind=self._schema.kind,
            opened_at=opened.moment,
            utc_offset_min=opened.utc_offset_min,
            amount_minor=amount_minor,
            currency=currency,
            facts=facts,
        )
        return CaseRecord(case=case, decision=decision, outcome=outcome)

    def _text(self, role: Role, row: Row) -> str:
        """The cell of the one column with this role; empty when there is no such column or nothing in it."""
        return self._cell(row, self._at[role]) if role in self._at else ""

    def _cell(self, row: Row, at: int) -> str:
        text = row.cells[at].strip()
        return "" if text in self._missing else text

    def _time(self, role: Role, row: Row, faults: list[Fault]) -> Instant | None:
        name, text = self._schema.single(role) or "", self._text(role, row)
        found = (
            read_time(name, text, self._schema.columns[name].format, self._zone)
            if text
            else Fault(name, text, f"is empty: a {role.replace('_', ' ')} is needed")
        )
        return _kept(found, faults)

    def _money(self, row: Row, faults: list[Fault]) -> tuple[int | None, str | None]:
        name, text, code = self._schema.single("amount"), self._text("amount", row), self._text("currency", row)
        currency = self._schema.currency
        if code:
            currency = _kept(read_currency(self._schema.single("currency") or "", code), faults)
            if currency is None:
                return None, None
        if name is None or not text:
            return None, None
        if currency is None:
            faults.append(Fault(name, text, "has no currency: fill in the currency column or set currency"))
            return None, None
        found = read_amount(name, text, currency, self._schema.amount_unit, self._schema.decimal)
        return _kept(found, faults), currency

    def _read_facts(self, row: Row, faults: list[Fault]) -> tuple[Fact, ...]:
        facts = []
        for at, name, role, phrase in self._facts:
            text = self._cell(row, at)
            if not text:
                continue
            value: str | None = text
            if role == "number":
                value = _kept(read_number(name, text, self._schema.decimal), faults)
            elif role in {"birth_date", "expiry_date"}:
                value = _kept(read_date(name, text, self._schema.columns[name].format), faults)
            if value is not None:
                facts.append(Fact(name=name, role=role, phrase=phrase, value=value))
        return tuple(facts)

    def _outcome(self, row: Row, case_id: str, opened: datetime | None, faults: list[Fault]) -> Outcome | None:
        rule, label = self._schema.label, self._text("label", row)
        if rule is None or not label:
            return None
        truth = rule.truths.get(label)
        if truth is None:
            why = f"is no label that the schema knows{nearest(label, list(rule.truths))}"
            faults.append(Fault(self._schema.single("label") or "", label, why))
        source = self._source(row, rule.source, faults)
        stated = self._text("label_time", row)
        known = self._later("label_time", row, opened, faults) if stated else None
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
        text = self._text("outcome_source", row)
        found = next((source for source in _SOURCES if source == text), None)
        if text and found is None:
            why = f"is no outcome source{nearest(text, _SOURCES)}"
            faults.append(Fault(self._schema.single("outcome_source") or "", text, why))
            return None
        return found or default

    def _decision(self, row: Row, case_id: str, opened: datetime | None, faults: list[Fault]) -> Decision | None:
        word = self._text("decision", row)
        if not word:
            return None
        decided = self._later("decision_time", row, opened, faults)
        if decided is None:
            return None
        return Decision(
            case_id=case_id,
            action=self._schema.actions.get(word, word),
            reason=self._text("decision_reason", row),
            reviewer=self._text("reviewer", row) or "import",
            decided_at=decided,
        )

    def _later(self, role: Role, row: Row, opened: datetime | None, faults: list[Fault]) -> datetime | None:
        """The moment in the column with this role, which cannot lie before the case was opened."""
        found = self._time(role, row, faults)
        if found is None or opened is None:
            return None
        if found.moment < opened:
            name, text = self._schema.single(role) or "", self._text(role, row)
            faults.append(Fault(name, text, f"lies before the case was opened, {opened:%Y-%m-%dT%H:%M:%SZ}"))
            return None
        return found.moment


def _kept(found: T | Fault, faults: list[Fault]) -> T | None:
    if isinstance(found, Fault):
        faults.append(found)
        return None
    return found
