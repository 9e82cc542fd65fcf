"""Proposes a schema for somebody's file.

Promise: text of a schema file that says why each column is what it is, and marks with `UNSURE` what a person must look
at; the proposal was tried on the sample, and what it would reject stands at its top. What could silently make a wrong
dataset is not guessed: dates that could be day first or month first, columns that may tell the outcome.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from assistant.case import ENTITY_ROLES, Role
from assistant.dataset.cells import Fault, shown
from assistant.dataset.clues import Clue, Profile, role_of
from assistant.dataset.delimited import DelimitedFile
from assistant.dataset.dialect import dialect_of
from assistant.dataset.ids import CaseIds
from assistant.dataset.jsonlines import JsonLinesFile
from assistant.dataset.parquet import ParquetFile
from assistant.dataset.query import Query, QueryTable
from assistant.dataset.reading import Source, format_of
from assistant.dataset.records import RecordReader
from assistant.dataset.schema import Schema
from assistant.dataset.single_roles import Singles, find_singles
from assistant.dataset.table import Dialect, Row, Table
from assistant.dataset.time_format import time_format_of
from assistant.errors import BadInput

__all__ = ["propose"]

SAMPLE = 20_000
"""Rows that the guess looks at."""


def propose(source: Source) -> str:
    """The text of a schema for a file or query. Raises BadInput when it cannot be read at all."""
    table, head = (QueryTable(source), _Head()) if isinstance(source, Query) else _open(source)
    rows = list(islice((row for row in table.rows() if not row.fault), SAMPLE))
    profiles = [Profile(name, [row.cells[at] for row in rows]) for at, name in enumerate(table.columns) if name]
    singles = find_singles(profiles)
    body = _schema_text(source.stem, head, profiles, singles)
    return "\n".join([*_comments(_top(table, rows, body)), body])


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


def _schema_text(stem: str, head: _Head, profiles: Sequence[Profile], singles: Singles) -> str:
    clues = {column.name: singles.clues.get(column.name) or _other(column, head, singles) for column in profiles}
    amount = next((column for column in profiles if clues[column.name].role == "amount"), None)
    lines = [f"source = {_quoted(_source(stem))}", f'kind = "{_kind(stem, profiles, clues)}"']
    lines += _file_lines(head)
    if amount is not None:
        lines += _money_lines(amount, profiles, has_currency=singles.of("currency") is not None)
    elif numbers := [name for name, clue in clues.items() if clue.role == "number"]:
        lines += _comments([f"UNSURE: is one of these the amount at stake? {', '.join(numbers)}"])
    lines += _missing_lines(profiles, clues)
    if singles.labels:
        lines += ["", "[label]", *(f"{key} = {_list(words)}" for key, words in singles.labels.items() if words)]
        if singles.of("label_time") is None:
            lines += [
                *_comments(["no column says when a label became known, so this is assumed"]),
                "assumed_delay_days = 30",
            ]
    for column in profiles:
        lines += ["", *_column_lines(column, clues[column.name], singles)]
    return "\n".join(lines) + "\n"


def _other(column: Profile, head: _Head, singles: Singles) -> Clue:
    """The clue of a column that has none of the single roles."""
    if any(cell.startswith("[{") for cell in column.distinct[:100]):
        return Clue("ignore", doubt=f"a list of objects; each = {_quoted(column.name)} makes a case of every item")
    outside = head.each is not None and not column.name.startswith(f"{head.each}.")
    if outside and column.has("id", "number", "key") and role_of(column).role == "category":
        return Clue("account", why="links the cases that come from one record")
    return role_of(column)


def _column_lines(column: Profile, clue: Clue, singles: Singles) -> list[str]:
    time = singles.formats.get(column.name)
    lines = [f"[columns.{_key(column.name)}]"]
    lines += _comments([clue.why] if clue.why else [])
    lines += _comments([f"UNSURE: {clue.doubt}"] if clue.doubt else [])
    lines += [f'role = "{clue.role}"']
    if time is None or clue.role == "ignore":
        return lines
    if time.rivals and time.format:
        example = next((text for text in column.distinct), "")
        lines += _comments([f"UNSURE: {shown(example)} could be either of these, so choose:"])
        lines += [f"# format = {_quoted(format)}" for format in (time.format, *time.rivals)]
        lines += ['format = "CHOOSE"']
    elif time.format:
        lines += [f"format = {_quoted(time.format)}"]
    if 0 < time.fits < 1:
        lines += _comments([f"UNSURE: {1 - time.fits:.1%} of the values do not fit and would be rejected"])
    return lines


def _file_lines(head: _Head) -> list[str]:
    lines = _comments(f"UNSURE: {doubt}" for doubt in head.doubts)
    if head.dialect.encoding is not None:
        lines += [f"encoding = {_quoted(head.dialect.encoding)}"]
    if head.dialect.delimiter != ",":
        lines += [f"delimiter = {_quoted(head.dialect.delimiter)}"]
    if head.dialect.quote != '"':
        lines += [f"quote = {_quoted(head.dialect.quote)}"]
    if head.each is not None:
        lines += [*_comments(["every item of this list is a case"]), f"each = {_quoted(head.each)}"]
    return lines


def _money_lines(amount: Profile, profiles: Sequence[Profile], *, has_currency: bool) -> list[str]:
    lines = []
    if not has_currency:
        lines += [*_comments(["UNSURE: the file does not say in which currency"]), 'currency = "USD"']
    numeric = [text for column in profiles if column.is_numeric for text in column.distinct]
    comma = any(re.fullmatch(r"[+-]?[0-9]+(\.[0-9]{3})*,([0-9]{1,2}|[0-9]{4,})", text) for text in numeric)
    point = any(re.fullmatch(r"[+-]?[0-9]+(,[0-9]{3})*\.([0-9]{1,2}|[0-9]{4,})", text) for text in numeric)
    either = any(re.fullmatch(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}", text) for text in amount.distinct)
    if comma and point:
        lines += _comments(["UNSURE: some numbers have a decimal comma and some a decimal point"])
    elif comma:
        lines += ['decimal = ","']
    elif point and either:
        lines += ['decimal = "."']
    elif either:
        lines += _comments(['UNSURE: 1.234 could mean thousands, so such rows are rejected; set decimal = "." or ","'])
    return lines


def _missing_lines(profiles: Iterable[Profile], clues: dict[str, Clue]) -> list[str]:
    """Words for nothing. A hundred customers whose email is NULL must not be linked through it."""
    counted: set[Role] = {*ENTITY_ROLES, "time", "amount", "number", "label", "label_time", "birth_date", "expiry_date"}
    words = sorted({word for column in profiles if clues[column.name].role in counted for word in column.missing})
    return [*_comments(["these stand for an empty cell in every column"]), f"missing = {_list(words)}"] if words else []


def _top(table: Table, rows: Sequence[Row], body: str) -> list[str]:
    """What came of trying the proposal on the sample."""
    seen = "all" if len(rows) == table.count else f"the first {len(rows):,} readable ones of"
    lines = [f"Proposed from {seen} {table.count:,} rows. Look at what is marked UNSURE."]
    try:
        schema = Schema.parse(body)
    except BadInput as error:
        return [*lines, f"NOT READY: {error}"]
    reader = RecordReader(schema, table.columns)
    rejected: list[str] = []
    with CaseIds(schema, table.columns) as ids:
        for row in rows:
            case_id = ids.claim(row)
            found = (case_id,) if isinstance(case_id, Fault) else reader.read(row, case_id)
            if isinstance(found, tuple):
                rejected.append(f"row {row.number}: {found[0]}")
    if rejected:
        lines += [f"UNSURE: {len(rejected):,} of these rows would be rejected, the first is {rejected[0]}"]
    return lines


def _kind(stem: str, profiles: Sequence[Profile], clues: dict[str, Clue]) -> str:
    roles = {clue.role for clue in clues.values()}
    words = f"{Profile(stem, ()).words}{''.join(column.words for column in profiles)}"
    if re.search(r" (claims?|policy|policies) ", words):
        return "claim"
    if re.search(r" (payout|onboarding|mcc|chargeback rate) ", words):
        return "merchant"
    if "amount" in roles:
        return "payment"
    return "identity"


def _source(stem: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")[:64].strip("_")
    return name or "cases"


def _looks_like_data(name: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[0-9.,:/ -]+([TZ][0-9:.Z+-]*)?|[^@\s]+@[^@\s]+\.[a-z]+", name))


def _comments(lines: Iterable[str]) -> list[str]:
    """TOML takes no control characters in comments, and a line end would end one."""
    return ["# " + "".join(char if char.isprintable() else " " for char in line) for line in lines]


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"
