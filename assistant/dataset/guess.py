"""Proposes a schema for somebody's file.

Promise: a proposal says why each column is what it is and what a person must look at; it was tried on the sample, and
what it would reject stands with it. What could silently make a wrong dataset is not guessed: dates that could be day
first or month first, columns that may tell the outcome. Leaves the words to `schema_text`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from assistant.case import ENTITY_ROLES, Role
from assistant.dataset.cells import Fault
from assistant.dataset.clues import Clue, Profile, role_of
from assistant.dataset.delimited import DelimitedFile
from assistant.dataset.dialect import dialect_of
from assistant.dataset.ids import CaseIds
from assistant.dataset.jsonlines import JsonLinesFile
from assistant.dataset.money import DecimalMark
from assistant.dataset.parquet import ParquetFile
from assistant.dataset.proposal import LABEL_WORDS, SAMPLES, Doubt, Labels, Proposal, ProposedColumn, Trial
from assistant.dataset.reading import format_of
from assistant.dataset.records import RecordReader
from assistant.dataset.schema import Schema
from assistant.dataset.schema_text import proposal_body, proposal_text
from assistant.dataset.single_roles import Singles, find_singles
from assistant.dataset.table import Dialect, Row, Table
from assistant.dataset.time_format import time_format_of
from assistant.errors import BadInput

__all__ = ["examine", "propose"]

SAMPLE = 20_000
"""Rows that the guess looks at."""
LONGEST_SAMPLE = 200
LONGEST_WORD = 60


def propose(path: Path) -> str:
    """The text of a schema for `path`. Raises BadInput when the file cannot be read at all."""
    return proposal_text(examine(path))


def examine(path: Path, name: str | None = None) -> Proposal:
    """The proposal for `path`, which people call `name`. Raises BadInput when the file cannot be read at all."""
    called = Path(name) if name else path
    table, head = _open(path)
    rows = list(islice((row for row in table.rows() if not row.fault), SAMPLE))
    profiles = [Profile(name, [row.cells[at] for row in rows]) for at, name in enumerate(table.columns) if name]
    proposal = _proposal(called, head, profiles, find_singles(profiles))
    return replace(proposal, trial=_trial(table, rows, proposal))


@dataclass(frozen=True)
class _Head:
    """What the schema says about the file itself."""

    dialect: Dialect = field(default_factory=Dialect)
    each: str | None = None
    doubts: tuple[str, ...] = ()


def _open(path: Path) -> tuple[Table, _Head]:
    kind = format_of(path)
    if kind == "delimited":
        dialect, doubt = dialect_of(path)
        table = DelimitedFile(path, dialect)
        if sum(_looks_like_data(name) for name in table.columns) * 2 >= len(table.columns):
            raise BadInput(f"{path}: the first line looks like data: add a line with the names of the columns")
        return table, _Head(dialect, doubts=(doubt,) if doubt else ())
    opened = ParquetFile if kind == "parquet" else JsonLinesFile
    flat: Table = opened(path, None)
    for each in _lists_in(flat):
        items: Table = opened(path, each)
        profiles = [
            Profile(name, [row.cells[at] for row in islice(items.rows(), 1000) if not row.fault])
            for at, name in enumerate(items.columns)
            if name.startswith(f"{each}.")
        ]
        if any(time_format_of(column.counts, numbers=column.has("time", "date", "ts", "at")) for column in profiles):
            return items, _Head(each=each)
    return flat, _Head()


def _lists_in(table: Table) -> list[str]:
    """The columns that hold lists of objects."""
    rows = [row for row in islice(table.rows(), 200) if not row.fault]
    return [name for at, name in enumerate(table.columns) if any(row.cells[at].startswith("[{") for row in rows)]


def _proposal(called: Path, head: _Head, profiles: Sequence[Profile], singles: Singles) -> Proposal:
    clues = {column.name: singles.clues.get(column.name) or _other(column, head, singles) for column in profiles}
    amount = next((column for column in profiles if clues[column.name].role == "amount"), None)
    doubts = [Doubt("file", doubt) for doubt in head.doubts]
    numbers = [name for name, clue in clues.items() if clue.role == "number"]
    currency, decimal, unclear = None, None, ""
    if amount is not None or numbers:
        decimal, unclear = _decimal_mark(amount, profiles)
    if amount is not None and singles.of("currency") is None:
        currency = "USD"
        doubts += [Doubt("currency", "the file does not say in which currency")]
    if unclear:
        doubts += [Doubt("decimal", unclear)]
    if amount is None and numbers:
        doubts += [Doubt("amount", f"is one of these the amount at stake? {', '.join(numbers)}")]
    return Proposal(
        source=_source(called),
        kind=_kind(called, profiles, clues),
        columns=tuple(_column(column, clues[column.name], singles) for column in profiles),
        dialect=head.dialect,
        each=head.each,
        currency=currency,
        decimal=decimal,
        missing=_missing(profiles, clues),
        labels=_labels(singles),
        doubts=tuple(doubts),
    )


def _other(column: Profile, head: _Head, singles: Singles) -> Clue:
    """The clue of a column that has none of the single roles."""
    if any(cell.startswith("[{") for cell in column.distinct[:100]):
        return Clue(
            "ignore",
            doubt=f"a list of objects; each = {json.dumps(column.name, ensure_ascii=False)} makes a case of every item",
        )
    outside = head.each is not None and not column.name.startswith(f"{head.each}.")
    if outside and column.has("id", "number", "key") and role_of(column).role == "category":
        return Clue("account", why="links the cases that come from one record")
    return role_of(column)


def _column(column: Profile, clue: Clue, singles: Singles) -> ProposedColumn:
    time = singles.formats.get(column.name)
    few = len(column.distinct) <= LABEL_WORDS and all(len(value) <= LONGEST_WORD for value in column.distinct)
    return ProposedColumn(
        name=column.name,
        role=clue.role,
        why=clue.why,
        doubt=clue.doubt,
        samples=tuple(value[:LONGEST_SAMPLE] for value in column.distinct[:SAMPLES]),
        words=column.distinct if few else (),
        is_time=time is not None,
        format=time.format if time else None,
        rivals=time.rivals if time else (),
        unfit=1 - time.fits if time and 0 < time.fits < 1 else 0.0,
    )


def _labels(singles: Singles) -> Labels | None:
    if not singles.labels:
        return None
    words = {meaning: tuple(values) for meaning, values in singles.labels.items()}
    return Labels(**words, assumed_delay_days=30 if singles.of("label_time") is None else None)


def _decimal_mark(amount: Profile | None, profiles: Sequence[Profile]) -> tuple[DecimalMark | None, str]:
    """The decimal mark to state in the schema, and what is doubtful about it (or nothing)."""
    numeric = [text for column in profiles if column.is_numeric for text in column.distinct]
    comma = any(re.fullmatch(r"[+-]?[0-9]+(\.[0-9]{3})*,([0-9]{1,2}|[0-9]{4,})", text) for text in numeric)
    point = any(re.fullmatch(r"[+-]?[0-9]+(,[0-9]{3})*\.([0-9]{1,2}|[0-9]{4,})", text) for text in numeric)
    either = any(re.fullmatch(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}", text) for text in (amount.distinct if amount else ()))
    if comma and point:
        return None, "some numbers have a decimal comma and some a decimal point"
    if comma:
        return ",", ""
    if point and either:
        return ".", ""
    if either:
        return None, '1.234 could mean thousands, so such rows are rejected; set decimal = "." or ","'
    return None, ""


def _missing(profiles: Iterable[Profile], clues: dict[str, Clue]) -> tuple[str, ...]:
    """Words for nothing. A hundred customers whose email is NULL must not be linked through it."""
    counted: set[Role] = {*ENTITY_ROLES, "time", "amount", "number", "label", "label_time", "birth_date", "expiry_date"}
    return tuple(sorted({word for column in profiles if clues[column.name].role in counted for word in column.missing}))


def _trial(table: Table, rows: Sequence[Row], proposal: Proposal) -> Trial:
    """What came of trying the proposal on the sample."""
    try:
        schema = Schema.parse(proposal_body(proposal))
    except BadInput as error:
        return Trial(len(rows), table.count, not_ready=str(error))
    reader = RecordReader(schema, table.columns)
    rejected: list[str] = []
    with CaseIds(schema, table.columns) as ids:
        for row in rows:
            case_id = ids.claim(row)
            found = (case_id,) if isinstance(case_id, Fault) else reader.read(row, case_id)
            if isinstance(found, tuple):
                rejected.append(f"row {row.number}: {found[0]}")
    return Trial(len(rows), table.count, rejected=len(rejected), first_rejected=next(iter(rejected), ""))


def _kind(path: Path, profiles: Sequence[Profile], clues: dict[str, Clue]) -> str:
    roles = {clue.role for clue in clues.values()}
    words = f"{Profile(path.stem, ()).words}{''.join(column.words for column in profiles)}"
    if re.search(r" (claims?|policy|policies) ", words):
        return "claim"
    if re.search(r" (payout|onboarding|mcc|chargeback rate) ", words):
        return "merchant"
    if "amount" in roles:
        return "payment"
    return "identity"


def _source(path: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")[:64].strip("_")
    return name or "cases"


def _looks_like_data(name: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[0-9.,:/ -]+([TZ][0-9:.Z+-]*)?|[^@\s]+@[^@\s]+\.[a-z]+", name))
