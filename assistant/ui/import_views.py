"""What the import page shows, as frozen values of words and figures. Decides nothing and reads no file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from assistant.case import Case
from assistant.dataset import (
    DATED_ROLES,
    SCORED_ROLES,
    Choices,
    ColumnChoice,
    Complaint,
    DryRun,
    ImportResult,
    Proposal,
    ProposedColumn,
    Schema,
    Upload,
    masked,
    one_line,
)
from assistant.dataset.choices import CHOOSE
from assistant.money import words as amount_words
from assistant.ui import words
from assistant.ui.jobs import At

__all__ = [
    "CheckView",
    "ColumnView",
    "ComplaintView",
    "FormView",
    "ProgressView",
    "ResultView",
    "WaitingView",
    "check_view",
    "complaint_views",
    "form_view",
    "progress_view",
    "result_view",
    "waiting_view",
]

MEANINGS = {"fraud": "fraud", "legitimate": "legitimate", "unresolved": "undecided"}
SIGNS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class WaitingView:
    """An upload that is not imported yet."""

    token: str
    name: str
    size: str
    age: str


@dataclass(frozen=True)
class WordView:
    """A value of a column that could be the label, and what it was said to mean."""

    word: str
    shown: str
    meaning: str


@dataclass(frozen=True)
class ColumnView:
    """One row of the form. `place` is where complaints about its parts go; `at` is its number in the file."""

    at: int
    name: str
    role: str
    phrase: str
    usual_phrase: str
    why: str
    doubts: tuple[str, ...]
    samples: tuple[str, ...]
    format: str
    formats: tuple[str, ...]
    words: tuple[WordView, ...]

    def place(self, part: str) -> str:
        return json.dumps(["columns", str(self.at), part], separators=(",", ":"))


@dataclass(frozen=True)
class FormView:
    """The whole form: the file, what is chosen for it, its columns with the doubtful ones first."""

    token: str
    file_name: str
    size: str
    rows: str
    basis: str
    kept_source: str
    notes: tuple[str, ...]
    currency_doubts: tuple[str, ...]
    decimal_doubts: tuple[str, ...]
    file_doubts: tuple[str, ...]
    choices: Choices
    actions: str
    columns: tuple[ColumnView, ...]
    unsure: int
    revealed: bool
    dated: str
    scored: str
    sign: str


@dataclass(frozen=True)
class ComplaintView:
    """One thing to mend, at its place in the form."""

    place: str
    line: str


@dataclass(frozen=True)
class ProgressView:
    """A job under way."""

    token: str
    what: str
    figures: str
    percent: int | None
    can_stop: bool


@dataclass(frozen=True)
class RefusalView:
    """Rows that would be rejected for one reason."""

    rows: str
    why: str
    first: str


@dataclass(frozen=True)
class CaseSketch:
    """A case as an analyst would read it."""

    case_id: str
    opened: str
    amount: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CheckView:
    """What an import would do."""

    token: str
    file_name: str
    figures: tuple[tuple[str, str], ...]
    good: int
    rejected: int
    rows: int
    endings: str
    refusals: tuple[RefusalView, ...]
    other_reasons: int
    first: tuple[CaseSketch, ...]


@dataclass(frozen=True)
class ResultView:
    """What an import did, and what comes next."""

    token: str
    file_name: str
    source: str
    sum: str
    figures: tuple[tuple[str, str], ...]
    rejected: int
    rejects_name: str
    ignored: str
    undated: int
    in_queue: bool
    can_train: bool


def waiting_view(upload: Upload, now: datetime) -> WaitingView:
    return WaitingView(upload.token, one_line(upload.name), _size(upload.size), words.age(upload.received_at, now))


def form_view(
    upload: Upload, proposal: Proposal, choices: Choices, *, basis: str, kept: str = "", revealed: bool
) -> FormView:
    proposed = basis == "proposal"
    columns = [
        _column(at, column, choices, proposed=proposed, revealed=revealed) for at, column in enumerate(proposal.columns)
    ]
    notes = list(proposal.doubts_about("amount")) if proposed else []
    trial = proposal.trial
    if proposed and trial and trial.rejected:
        first = trial.first_rejected if revealed else masked(trial.first_rejected, "")
        notes.append(f"as it stands, {_count(trial.rejected, 'row')} of {trial.rows:,} would be rejected: {first}")
    return FormView(
        token=upload.token,
        file_name=one_line(upload.name),
        size=_size(upload.size),
        rows=f"{trial.of_rows:,}" if trial else "",
        basis=basis,
        kept_source=kept,
        notes=tuple(notes),
        currency_doubts=proposal.doubts_about("currency") if proposed else (),
        decimal_doubts=proposal.doubts_about("decimal") if proposed else (),
        file_doubts=proposal.doubts_about("file") if proposed else (),
        choices=choices,
        actions=json.dumps(choices.actions),
        columns=tuple(sorted(columns, key=lambda column: not column.doubts)),
        unsure=sum(bool(column.doubts) for column in columns),
        revealed=revealed,
        dated=" ".join(sorted(DATED_ROLES)),
        scored=" ".join(sorted(SCORED_ROLES)),
        sign=SIGNS.get(choices.delimiter, choices.delimiter),
    )


def complaint_views(complaints: Sequence[Complaint], proposal: Proposal) -> tuple[ComplaintView, ...]:
    numbers = {column.name: str(at) for at, column in enumerate(proposal.columns)}
    return tuple(
        ComplaintView(json.dumps(_numbered(one.place, numbers), separators=(",", ":")), one.line) for one in complaints
    )


def progress_view(token: str, at: At, *, can_stop: bool) -> ProgressView:
    what = {"importing": "Importing", "reading rows": "Reading every row"}.get(
        next((known for known in ("importing", "reading rows") if at.what.startswith(known)), ""), at.what.capitalize()
    )
    return ProgressView(
        token=token,
        what=what or "Starting",
        figures=f"{at.done:,} of {at.of:,}" if at.of else "",
        percent=min(100, round(100 * at.done / at.of)) if at.of else None,
        can_stop=can_stop,
    )


def check_view(upload: Upload, found: DryRun, schema: Schema, *, revealed: bool) -> CheckView:
    good = found.imported + found.updated + found.unchanged
    figures = [("would be new cases", found.imported), ("would be updated", found.updated)]
    figures += [("are here already, unchanged", found.unchanged), ("would be rejected", found.rejected)]
    refusals = []
    for one in found.refusals:
        role = schema.columns[one.column].role if one.column in schema.columns else ""
        value = one.value if revealed else masked(one.value, role)
        about = f"{one_line(one.column)} “{one_line(value)}” " if one.column else ""
        refusals.append(RefusalView(_count(one.rows, "row"), f"{about}{one.why}", f"first in row {one.first_row:,}"))
    ends = [f"{found.outcomes[truth]:,} {MEANINGS[truth]}" for truth in MEANINGS if truth in found.outcomes]
    ends += [f"{found.decisions:,} decided"] if found.decisions else []
    return CheckView(
        token=upload.token,
        file_name=one_line(upload.name),
        figures=tuple((f"{number:,}", what) for what, number in figures if number),
        good=good,
        rejected=found.rejected,
        rows=found.rows,
        endings=", ".join(ends),
        refusals=tuple(refusals),
        other_reasons=found.other_reasons,
        first=tuple(_sketch(case, revealed=revealed) for case in found.first),
    )


def result_view(upload: Upload, result: ImportResult, schema: Schema, *, in_queue: bool) -> ResultView:
    figures = [("imported", result.imported), ("updated", result.updated)]
    figures += [("unchanged", result.unchanged), ("rejected", result.rejected)]
    return ResultView(
        token=upload.token,
        file_name=one_line(upload.name),
        source=schema.source,
        sum=f"{result.rows:,}",
        figures=tuple((f"{number:,}", what) for what, number in figures),
        rejected=result.rejected,
        rejects_name=f"{one_line(PurePath(upload.name).stem).removesuffix('.rejects')}.rejects.csv",
        ignored=", ".join(map(one_line, result.ignored_columns)),
        undated=result.undated_decisions,
        in_queue=in_queue,
        can_train=schema.label is not None or schema.single("decision") is not None,
    )


def _column(at: int, column: ProposedColumn, choices: Choices, *, proposed: bool, revealed: bool) -> ColumnView:
    choice = choices.columns.get(column.name, ColumnChoice())
    formats = (column.format, *column.rivals) if column.rivals and column.format else ()
    return ColumnView(
        at=at,
        name=one_line(column.name),
        role=choice.role,
        phrase=choice.phrase,
        usual_phrase=one_line(" ".join(column.name.replace("_", " ").replace("-", " ").lower().split())),
        why=column.why if proposed else "",
        doubts=_doubts(column, choice, proposed=proposed),
        samples=tuple(one_line(text if revealed else masked(text, choice.role)) for text in column.samples),
        format=choice.format,
        formats=tuple(dict.fromkeys((*formats, choice.format))) if formats else (),
        words=_words(column, choice, choices),
    )


def _doubts(column: ProposedColumn, choice: ColumnChoice, *, proposed: bool) -> tuple[str, ...]:
    doubts = []
    if proposed and column.doubt:
        doubts.append(column.doubt)
    if column.must_choose and choice.format == CHOOSE:
        doubts.append("these dates can be read in more than one way: choose below")
    if proposed and column.unfit and choice.role in DATED_ROLES:
        doubts.append(f"{column.unfit:.1%} of the values do not have this format and would be rejected")
    return tuple(f"{text[:1].upper()}{one_line(text[1:])}" for text in doubts)


def _words(column: ProposedColumn, choice: ColumnChoice, choices: Choices) -> tuple[WordView, ...]:
    """The values that could be labels; of the label column also those that only the schema knows."""
    known = choices.labels if choice.role == "label" else {}
    return tuple(WordView(word, one_line(word), known.get(word, "")) for word in dict.fromkeys((*column.words, *known)))


def _sketch(case: Case, *, revealed: bool) -> CaseSketch:
    amount = "" if case.amount_minor is None or not case.currency else amount_words(case.amount_minor, case.currency)
    facts = [
        (
            one_line(f"{fact.phrase[:1].upper()}{fact.phrase[1:]}"),
            fact.value if revealed else masked(fact.value, fact.role),
        )
        for fact in case.facts
        if fact.role != "protected" and fact.value
    ]
    return CaseSketch(
        case_id=one_line(case.case_id),
        opened=f"{case.opened_at:%Y-%m-%d %H:%M} UTC",
        amount=amount,
        facts=tuple((phrase, one_line(value)) for phrase, value in facts),
    )


def _numbered(place: Sequence[str], numbers: dict[str, str]) -> list[str]:
    """The place with the column's number for its name: a name can hold anything, and a browser need not keep it."""
    return [numbers.get(part, part) if at == 1 and place[0] == "columns" else part for at, part in enumerate(place)]


def _size(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000)):,} KB"


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
