"""Nested records as flat cells.

An object inside an object becomes columns with dotted names (`customer.email`). A list of plain values is one cell
whose values are kept apart by `LIST_MARK`, and each of them becomes a fact of its own, so that a case is linked through
every email that it names. A list of objects becomes the columns of its objects in the same way: `cards.token` holds
the tokens of all cards. The list that the schema calls `each` becomes cases: one row for each of its items, with the
fields around the list repeated in every row, so that the cases of one account are linked through it. Lists of lists
are one cell of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

__all__ = ["DEPTH", "LIST_MARK", "flat_rows", "lists_in", "text_of"]

LIST_MARK = "\x1f"
DEPTH = 8
"""Objects nested deeper are one cell of JSON: columns of data that people made do not go there."""


def flat_rows(record: Mapping[str, Any], each: str | None) -> Iterator[dict[str, str]]:
    """The rows of one record: the record itself, or one for each item of the list at the path `each`.

    Raises ValueError when `each` is there and is not a list of objects.
    """
    around: dict[str, str] = {}
    items: list[object] = []
    _flatten(record, "", 0, around, each, items)
    if each is None:
        yield around
        return
    for item in items:
        if not isinstance(item, Mapping):
            raise ValueError(f"{each} holds something that is not an object")
        row = dict(around)
        _flatten(item, f"{each}.", 0, row, None, [])
        yield row


def lists_in(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[str]:
    """The paths of the lists of objects in a record, outermost first; what lies inside such a list is not looked at."""
    for key, value in record.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and depth < DEPTH:
            yield from lists_in(value, f"{path}.", depth + 1)
        elif _holds_objects(value):
            yield path


def _holds_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _flatten(
    record: Mapping[str, Any], prefix: str, depth: int, into: dict[str, str], each: str | None, items: list[object]
) -> None:
    for key, value in record.items():
        path = f"{prefix}{key}"
        if path == each:
            if not isinstance(value, list | None):
                raise ValueError(f"{each} is not a list")
            items.extend(value or ())
        elif isinstance(value, Mapping) and depth < DEPTH:
            _flatten(value, f"{path}.", depth + 1, into, each, items)
        elif isinstance(value, list) and depth < DEPTH and _holds_objects(value):
            _gather(value, f"{path}.", depth + 1, into)
        else:
            into[path] = text_of(value)


def _gather(objects: Sequence[Mapping[str, Any]], prefix: str, depth: int, into: dict[str, str]) -> None:
    """The columns of all objects of a list, each with the values of all of them."""
    for one in objects:
        found: dict[str, str] = {}
        _flatten(one, prefix, depth, found, None, [])
        for path, text in found.items():
            into[path] = f"{into[path]}{LIST_MARK}{text}" if into.get(path) and text else into.get(path) or text


def text_of(value: object) -> str:
    """A value of JSON, Parquet or a database as the text of a cell."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime() | date():
            return value.isoformat()
        case list():
            if any(isinstance(item, list | Mapping) for item in value):
                return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
            return LIST_MARK.join(text_of(item) for item in value)
        case Mapping():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        case bytes() | bytearray() | memoryview():
            return value.hex()
    return str(value)
