"""Proposes a schema for somebody's file.

Promise: a proposal says why each column is what it is and what a person must look at; it was tried on the sample, and
what it would reject stands with it. What could silently make a wrong dataset is not guessed: dates that could be day
first or month first, columns that may tell the outcome. Leaves the words to `schema_text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from assistant.dataset.answers import action_of
from assistant.dataset.cells import Fault
from assistant.dataset.clues import Clue, role_of
from assistant.dataset.delimited import DelimitedFile
from assistant.dataset.dialect import dialect_of
from assistant.dataset.hindsight import filled_in_later
from assistant.dataset.ids import CaseIds
from assistant.dataset.jsonlines import JsonLinesFile
from assistant.dataset.money import DecimalMark, currencies
from assistant.dataset.parquet import ParquetFile
from assistant.dataset.profile import Profile
from assistant.dataset.proposal import LABEL_WORDS, SAMPLES, Doubt, Labels, Proposal, ProposedColumn, Trial
from assistant.dataset.query import Query, QueryTable
from assistant.dataset.reading import Source, format_of
from assistant.dataset.records import RecordReader
from assistant.dataset.schema import SINGLE_ROLES, Schema
from assistant.dataset.schema_text import proposal_body, proposal_text
from assistant.dataset.single_roles import Singles, find_singles
from assistant.dataset.table import Dialect, Row, Table
from assistant.errors import BadInput
from assistant.roles import ENTITY_ROLES, MONEY_ROLES, Role

__all__ = ["examine", "propose"]

SAMPLE = 20_000
"""Rows that the guess looks at."""
LOOKED_AT = 1000
"""Rows that it looks at to see whether the items of a list are cases."""
LONGEST_SAMPLE = 200
LONGEST_WORD = 60


def propose(source: Source) -> str:
    """The text of a schema for a file or query. Raises BadInput when it cannot be read at all."""
    return proposal_text(examine(source))


def examine(source: Source, name: str | None = None) -> Proposal:
    """The proposal for a file or query, which people call `name`. Raises BadInput when it cannot be read at all."""
    table, head = (QueryTable(source), _Head()) if isinstance(source, Query) else _open(source)
    head = replace(head, parents=frozenset(name.rpartition(".")[0] for name in table.columns))
    rows = list(islice((row for row in table.rows() if not row.fault), SAMPLE))
    profiles = [Profile(name, [row.cells[at] for row in rows]) for at, name in enumerate(table.columns) if name]
    proposal = _proposal(Path(name).stem if name else source.stem, head, profiles, _singles(profiles, head))
    return replace(proposal, trial=_trial(table, rows, proposal))


def _singles(profiles: Sequence[Profile], head: _Head) -> Singles:
    """The single roles. Where a list becomes cases, what stands inside it is the case, and what stands around it counts
    only where the list has nothing of the kind."""
    if head.each is None:
        return find_singles(profiles)
    inside = [one for one in profiles if one.name.startswith(f"{head.each}.")]
    around = [one for one in profiles if one not in inside]
    found, other = find_singles(inside), find_singles(around)
    for name, clue in other.clues.items():
        if clue.role in SINGLE_ROLES and clue.role not in {"id", "time"} and found.of(clue.role) is None:
            found.clues[name] = clue
            if clue.role == "label":
                found.labels = other.labels
        elif clue.role in {"birth_date", "expiry_date"}:
            found.clues[name] = clue
        elif name in other.formats:
            found.clues[name] = Clue("ignore", doubt="a time of the whole record, not of the case")
    found.formats |= {name: format for name, format in other.formats.items() if name not in found.formats}
    return found


@dataclass(frozen=True)
class _Head:
    """What the schema says about the file itself."""

    dialect: Dialect = field(default_factory=Dialect)
    each: str | None = None
    doubts: tuple[str, ...] = ()
    unjoined: frozenset[str] = frozenset()
    """Lists beside `each` that belong to all of its items alike."""
    lists: frozenset[str] = frozenset()
    parents: frozenset[str] = frozenset()
    """Names that others lie in, such as `device` beside `device.id`."""


def _open(path: Path) -> tuple[Table, _Head]:
    kind = format_of(path)
    if kind == "delimited":
        dialect, doubt = dialect_of(path)
        table = DelimitedFile(path, dialect)
        if sum(_looks_like_data(name) for name in table.columns) * 2 >= len(table.columns):
            raise BadInput(f"{path}: the first line looks like data: add a line with the names of the columns")
        return table, _Head(dialect, doubts=(doubt,) if doubt else ())
    opened = ParquetFile if kind == "parquet" else JsonLinesFile
    flat = opened(path, None)
    for each in flat.lists():
        items = opened(path, each)
        if _are_cases(items, each, flat):
            return items, _Head(each=each, unjoined=flat.unjoined(each), lists=frozenset(flat.lists()))
    return flat, _Head()


def _are_cases(items: Table, each: str, flat: Table) -> bool:
    """Whether the items of a list are what somebody decides: each has a time and an amount or a label of its own, or
    the records around them have no time. Failed attempts, addresses and cards of a case are not."""
    inside = find_singles([one for one in _profiles(items, LOOKED_AT) if one.name.startswith(f"{each}.")])
    if inside.of("time") is None:
        return False
    around = find_singles([one for one in _profiles(flat, LOOKED_AT) if not one.name.startswith(f"{each}.")])
    if around.of("label") is not None:
        return inside.of("label") is not None
    return inside.of("amount") is not None or inside.of("label") is not None or around.of("time") is None


def _profiles(table: Table, most: int) -> list[Profile]:
    rows = [row for row in islice(table.rows(), most) if not row.fault]
    return [Profile(name, [row.cells[at] for row in rows]) for at, name in enumerate(table.columns) if name]


def _proposal(called: str, head: _Head, profiles: Sequence[Profile], singles: Singles) -> Proposal:
    clues = {column.name: singles.clues.get(column.name) or _other(column, head) for column in profiles}
    clues |= filled_in_later(profiles, clues, _truths(profiles, singles))
    amount = next((column for column in profiles if clues[column.name].role == "amount"), None)
    doubts = [Doubt("file", doubt) for doubt in head.doubts]
    currency = None
    if any(clue.role in {"amount", *MONEY_ROLES} for clue in clues.values()) and singles.of("currency") is None:
        currency, unclear = _currency(profiles, clues)
        doubts += [Doubt("currency", unclear)] if unclear else []
    elif gap := _gap(profiles, clues):
        currency = "USD"
        doubts += [Doubt("currency", gap)]
    decimal, unclear = _decimal_mark(amount, profiles)
    doubts += [Doubt("decimal", unclear)] if unclear else []
    kind = _kind(called, profiles, clues)
    if not singles.labels:
        doubts += [Doubt("label", _no_label(clues))]
    if amount is None and (numbers := [name for name, clue in clues.items() if clue.role == "number"]):
        doubts += [Doubt("amount", f"is one of these the amount at stake? {', '.join(numbers)}")]
    return Proposal(
        source=_source(called),
        kind=kind,
        columns=tuple(_column(column, clues[column.name], singles) for column in profiles),
        dialect=head.dialect,
        each=head.each,
        currency=currency,
        decimal=decimal,
        missing=_missing(profiles, clues),
        labels=_labels(singles),
        actions=_actions(profiles, singles, kind),
        doubts=tuple(doubts),
    )


def _other(column: Profile, head: _Head) -> Clue:
    """The clue of a column that has none of the single roles."""
    if column.name.partition(".")[0] in head.unjoined:
        doubt = f"belongs to the whole record and not to one of {head.each}, so it may have come later"
        return Clue("ignore", doubt=doubt)
    if column.name in head.parents and not column.filled:
        return Clue("ignore", why="empty; what it holds stands in the columns below it")
    outside = head.each is not None and column.name.partition(".")[0] not in head.lists
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
        percent=clue.percent,
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


def _actions(profiles: Sequence[Profile], singles: Singles, kind: str) -> tuple[tuple[str, str], ...]:
    """What the words of the decision column are called here; a word without a time stands for no decision."""
    decision = next((column for column in profiles if column.name == singles.of("decision")), None)
    if decision is None:
        return ()
    known = {word: action for word in decision.distinct if (action := action_of(word, kind)) is not None}
    renamed = {word: action for word, action in known.items() if word != action}
    return tuple((renamed | dict.fromkeys(singles.undated, "")).items())


def _truths(profiles: Sequence[Profile], singles: Singles) -> list[str]:
    """The meaning of the label of each row of the sample; empty where there is none."""
    label = next((column for column in profiles if column.name == singles.of("label")), None)
    meanings = {word: meaning for meaning, words in singles.labels.items() for word in words}
    return [meanings.get(cell.strip(), "") for cell in label.cells] if label else []


def _no_label(clues: dict[str, Clue]) -> str:
    telling = [name for name, clue in clues.items() if clue.role == "ignore" and "outcome" in clue.doubt]
    hint = f"; does one of these say it? {', '.join(telling)}" if telling else ""
    return f"no column says what was fraud, so all cases are undecided and nothing can be learned{hint}"


def _gap(profiles: Sequence[Profile], clues: dict[str, Clue]) -> str:
    """What is doubtful about a currency column that is empty where there is an amount."""
    money = next((column for column in profiles if clues[column.name].role == "amount"), None)
    stated = next((column for column in profiles if clues[column.name].role == "currency"), None)
    if money is None or stated is None:
        return ""
    bare = sum(not code.strip() for amount, code in zip(money.cells, stated.cells, strict=True) if amount.strip())
    if not bare:
        return ""
    return f"{stated.name} is empty in {bare:,} rows with an amount, and the file does not say which it is then"


def _currency(profiles: Sequence[Profile], clues: dict[str, Clue]) -> tuple[str, str]:
    """The currency of a file without a currency column: the one that its amount is named after, or the usual one."""
    for column in profiles:
        if clues[column.name].role in {"amount", *MONEY_ROLES}:
            for word in column.words.upper().split():
                if len(word) == 3 and word in currencies():
                    return word, ""
    # a decimal comma is no proof of euros, but it is one against dollars
    comma = _decimal_mark(None, profiles)[0] == ","
    return "EUR" if comma else "USD", "the file does not say in which currency"


def _decimal_mark(amount: Profile | None, profiles: Sequence[Profile]) -> tuple[DecimalMark | None, str]:
    """The decimal mark to state in the schema, and what is doubtful about it (or nothing)."""
    numeric = [re.sub(r"[\s'\u2019]", "", text) for column in profiles if column.is_numeric for text in column.distinct]
    comma = any(re.fullmatch(r"[+-]?[0-9]+(\.[0-9]{3})*,([0-9]{1,2}|[0-9]{4,})", text) for text in numeric)
    point = any(re.fullmatch(r"[+-]?[0-9]+(,[0-9]{3})*\.([0-9]{1,2}|[0-9]{4,})", text) for text in numeric)
    amounts = amount.distinct if amount is not None else ()
    either = any(re.fullmatch(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}", text) for text in amounts)
    if comma and point:
        return None, "some numbers have a decimal comma and some a decimal point"
    if comma:
        return ",", ""
    if point and either:
        return ".", ""
    if either:
        return None, '1.234 could mean thousands, so such rows are rejected; set decimal = "." or ","'
    return None, ""


def _missing(profiles: Sequence[Profile], clues: dict[str, Clue]) -> tuple[str, ...]:
    """Words for nothing. A hundred customers whose email is NULL must not be linked through it."""
    counted: set[Role] = {*ENTITY_ROLES, "time", "amount", "number", "label", "label_time", "birth_date", "expiry_date"}
    words = {word for column in profiles if clues[column.name].role in counted for word in column.missing}
    numbers = [column for column in profiles if clues[column.name].role in {"number", "amount", "check"}]
    words |= {word for column in numbers for word in column.odd_words if _stands_for_nothing(word, column, profiles)}
    return tuple(sorted(words))


def _stands_for_nothing(word: str, column: Profile, profiles: Sequence[Profile]) -> bool:
    """Whether a word that is no number may be taken for an empty cell: only where no other column means something by
    it, because it is then empty everywhere."""
    return all(word not in other.counts for other in profiles if other is not column)


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


def _kind(stem: str, profiles: Sequence[Profile], clues: dict[str, Clue]) -> str:
    roles = {clue.role for clue in clues.values()}
    words = f"{Profile(stem, ()).words}{''.join(column.words for column in profiles)}"
    if re.search(r" (claims?|policy|policies) ", words):
        return "claim"
    if roles & {"avs", "cvv", "three_d_secure", "authorisation"} or ("card" in roles and "amount" in roles):
        return "payment"
    named = "".join(column.words for column in profiles if clues[column.name].role in {"id", "time", "amount"})
    if "amount" in roles and re.search(r" (transfer|payment|order|transaction|purchase|booking|charge) ", named):
        return "payment"
    if roles & {"mrz", "face_match", "document_type", "authenticity"}:
        return "identity"
    if re.search(r" (payout|onboarding|mcc|chargeback rate|beneficial owner|gmv) ", words) or "payout_account" in roles:
        return "merchant"
    return "payment" if "amount" in roles else "identity"


def _source(stem: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")[:64].strip("_")
    return name or "cases"


def _looks_like_data(name: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[0-9.,:/ -]+([TZ][0-9:.Z+-]*)?|[^@\s]+@[^@\s]+\.[a-z]+", name))
