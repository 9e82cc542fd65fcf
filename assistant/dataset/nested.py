"""Nested records as flat cells.

An object inside an object becomes columns with dotted names (`customer.email`). A list of plain values is one cell
whose values are kept apart by `LIST_MARK`, and each of them becomes a fact of its own, so that a case is linked through
every email that it names. A list of objects becomes the columns of its objects in the same way: `cards.token` holds
the tokens of all cards. The list that the schema calls `each` becomes cases: one row for each of its items, with the
fields around the list repeated in every row, so that the cases of one account are linked through it. A list beside it
is joined by what both call the same id: of an order with `order_id`, only the transactions with that `order_id`, and
of these only the cards with their `card_id`. Without such a key every row has all of it, whatever came later. Lists of
lists are one cell of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

__all__ = ["DEPTH", "LIST_MARK", "flat_rows", "joins", "lists_in", "text_of", "unjoined"]

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
    beside = {key: value for key, value in record.items() if key != each and _holds_objects(value)}
    for item in items:
        if not isinstance(item, Mapping):
            raise ValueError(f"{each} holds something that is not an object")
        row = dict(around)
        for key, objects in _joined(item, beside).items():
            for path in [path for path in row if path.startswith(f"{key}.")]:
                row[path] = ""
            _gather(objects, f"{key}.", 1, row)
        _flatten(item, f"{each}.", 0, row, None, [])
        yield row


def joins(record: Mapping[str, Any], each: str) -> dict[str, bool]:
    """Whether each list of objects beside `each` is joined to the first of its items."""
    beside = {key: value for key, value in record.items() if key != each and _holds_objects(value)}
    items = record.get(each)
    first = items[0] if isinstance(items, list) and items and isinstance(items[0], Mapping) else {}
    return {key: key in _joined(first, beside) for key in beside}


Objects = list[Mapping[str, Any]]


def _joined(item: Mapping[str, Any], beside: Mapping[str, Objects]) -> dict[str, Objects]:
    """The lists that share an id with the item, or with a list that does, each with the objects that have it."""
    found: dict[str, Objects] = {}
    known = {key: {value} for key, value in item.items() if _is_id(key, value)}
    waiting = dict(beside)
    while near := next(((key, name) for key, all_ in waiting.items() for name in _ids_of(all_) if name in known), None):
        key, shared = near
        objects = waiting.pop(key)
        found[key] = [one for one in objects if one.get(shared) in known[shared]]
        # an order without payments has no cards either, so the name of an id counts even where no value does
        for name in _ids_of(objects):
            if name not in item:
                known.setdefault(name, set()).update(one[name] for one in found[key] if name in one)
    return found


def _ids_of(objects: Objects) -> Iterator[str]:
    return (name for one in objects for name, value in one.items() if _is_id(name, value))


def _is_id(key: str, value: object) -> bool:
    return key.lower().endswith(("id", "_no", "number", "ref")) and isinstance(value, str | int) and value != ""


def lists_in(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[str]:
    """The paths of the lists of objects in a record, outermost first; what lies inside such a list is not looked at."""
    for key, value in record.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and depth < DEPTH:
            yield from lists_in(value, f"{path}.", depth + 1)
        elif _holds_objects(value):
            yield path


def unjoined(records: Iterable[Mapping[str, Any]], each: str) -> frozenset[str]:
    """The lists beside `each` that are joined to its items in none of the records."""
    found = [one for record in records if record.get(each) for one in joins(record, each).items()]
    return frozenset(name for name, _ in found) - {name for name, joined in found if joined}


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
