"""Schemas as TOML: a proposal with its reasons in comments, and a finished schema.

Promise: what is written here reads back as the same schema, whatever the names and values of the file hold; comments
hold one line and no control character.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import tomlkit

from assistant.dataset.cells import shown
from assistant.dataset.proposal import Labels, Proposal, ProposedColumn
from assistant.dataset.schema import PERCENT, Schema

__all__ = ["proposal_body", "proposal_text", "schema_text"]


def schema_text(schema: Schema) -> str:
    """A finished schema without comments; keys that have their default are left out."""
    return tomlkit.dumps(schema.model_dump(mode="json", exclude_defaults=True))


def proposal_text(proposal: Proposal) -> str:
    """The proposal as a schema file that a person reads, mends and imports with."""
    return "\n".join([*_comments(_top(proposal)), proposal_body(proposal)])


def proposal_body(proposal: Proposal) -> str:
    """The schema file without the lines about its trial."""
    lines = [f"source = {_quoted(proposal.source)}", f'kind = "{proposal.kind}"']
    lines += _file_lines(proposal)
    lines += _money_lines(proposal)
    if proposal.missing:
        lines += _comments(["these stand for an empty cell in every column"])
        lines += [f"missing = {_list(proposal.missing)}"]
    if proposal.labels is not None:
        lines += _label_lines(proposal.labels)
    if proposal.actions:
        lines += ["", *_comments(["what the decisions are called here; an empty one is no decision"]), "[actions]"]
        lines += [f"{_key(word)} = {_quoted(action)}" for word, action in proposal.actions]
    for column in proposal.columns:
        lines += ["", *_column_lines(column)]
    return "\n".join(lines) + "\n"


def _top(proposal: Proposal) -> list[str]:
    """What came of trying the proposal on the sample."""
    trial = proposal.trial
    if trial is None:
        return []
    seen = "all" if trial.rows == trial.of_rows else f"the first {trial.rows:,} readable ones of"
    lines = [f"Proposed from {seen} {trial.of_rows:,} rows. Look at what is marked UNSURE."]
    if trial.not_ready:
        lines += [f"NOT READY: {trial.not_ready}"]
    if trial.rejected:
        lines += [f"UNSURE: {trial.rejected:,} of these rows would be rejected, the first is {trial.first_rejected}"]
    return lines


def _file_lines(proposal: Proposal) -> list[str]:
    dialect, lines = proposal.dialect, _unsure(proposal.doubts_about("file"))
    if dialect.encoding is not None:
        lines += [f"encoding = {_quoted(dialect.encoding)}"]
    if dialect.delimiter != ",":
        lines += [f"delimiter = {_quoted(dialect.delimiter)}"]
    if dialect.quote != '"':
        lines += [f"quote = {_quoted(dialect.quote)}"]
    if proposal.each is not None:
        lines += [*_comments(["every item of this list is a case"]), f"each = {_quoted(proposal.each)}"]
    return lines


def _money_lines(proposal: Proposal) -> list[str]:
    lines = _unsure(proposal.doubts_about("currency"))
    if proposal.currency is not None:
        lines += [f"currency = {_quoted(proposal.currency)}"]
    lines += _unsure(proposal.doubts_about("decimal"))
    if proposal.decimal is not None:
        lines += [f"decimal = {_quoted(proposal.decimal)}"]
    return [*lines, *_unsure(proposal.doubts_about("amount"))]


def _label_lines(labels: Labels) -> list[str]:
    lines = ["", "[label]", f"fraud = {_list(labels.fraud)}", f"legitimate = {_list(labels.legitimate)}"]
    if labels.unresolved:
        lines += [f"unresolved = {_list(labels.unresolved)}"]
    if labels.assumed_delay_days is not None:
        lines += _comments(["no column says when a label became known, so this is assumed"])
        lines += [f"assumed_delay_days = {labels.assumed_delay_days}"]
    return lines


def _column_lines(column: ProposedColumn) -> list[str]:
    lines = [f"[columns.{_key(column.name)}]"]
    lines += _comments([column.why] if column.why else [])
    lines += _unsure([column.doubt] if column.doubt else [])
    lines += [f'role = "{column.role}"']
    lines += [f'format = "{PERCENT}"'] if column.percent else []
    if not column.is_time or column.role == "ignore":
        return lines
    if column.must_choose:
        example = next(iter(column.samples), "")
        lines += _unsure([f"{shown(example)} could be either of these, so choose:"])
        lines += [f"# format = {_quoted(format)}" for format in (column.format or "", *column.rivals)]
        lines += ['format = "CHOOSE"']
    elif column.format:
        lines += [f"format = {_quoted(column.format)}"]
    if column.unfit:
        lines += _unsure([f"{column.unfit:.1%} of the values do not fit and would be rejected"])
    return lines


def _unsure(doubts: Iterable[str]) -> list[str]:
    return _comments(f"UNSURE: {doubt}" for doubt in doubts)


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
