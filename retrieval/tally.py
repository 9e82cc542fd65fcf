"""Counts of what was known before a moment, kept by triggers, because counting rows one by one takes 50 ms a million.

A tally has one number for each span of time; a count is the sum of the whole spans before the moment, and of the rows
of its own span one by one, so it is exact. Spans are powers of two of microseconds.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

__all__ = ["LINK_TALLY", "TABLES", "TRIGGERS", "Tally"]

_ITEM_BITS = 36
"""19 hours."""
_LINK_BITS = 39
"""Six days: most links have few holders, and one row a span for each."""
TABLES = """CREATE TABLE tally (span INTEGER PRIMARY KEY, items INTEGER NOT NULL, vectors INTEGER NOT NULL);
CREATE TABLE link_tally (
    name TEXT NOT NULL, span INTEGER NOT NULL, holders INTEGER NOT NULL, PRIMARY KEY (name, span)
) WITHOUT ROWID"""
_ITEM = (
    f"INSERT INTO tally VALUES ({{0}}.known_at >> {_ITEM_BITS}, {{1}}1, {{1}}({{0}}.slot IS NOT NULL))"
    " ON CONFLICT (span) DO UPDATE SET items = items + excluded.items, vectors = vectors + excluded.vectors;"
)
_LINK = (
    f"INSERT INTO link_tally VALUES ({{0}}.name, {{0}}.known_at >> {_LINK_BITS}, {{1}}1)"
    " ON CONFLICT (name, span) DO UPDATE SET holders = holders + excluded.holders;"
)
_LINK_TRIGGERS = (
    f"CREATE TRIGGER link_in AFTER INSERT ON link BEGIN {_LINK.format('new', '')} END",
    f"CREATE TRIGGER link_out AFTER DELETE ON link BEGIN {_LINK.format('old', '-')} END",
)
TRIGGERS = (
    f"CREATE TRIGGER item_in AFTER INSERT ON item BEGIN {_ITEM.format('new', '')} END",
    f"CREATE TRIGGER item_out AFTER DELETE ON item BEGIN {_ITEM.format('old', '-')} END",
    "CREATE TRIGGER item_changed AFTER UPDATE OF known_at, slot ON item"
    f" BEGIN {_ITEM.format('old', '-')} {_ITEM.format('new', '')} END",
    *_LINK_TRIGGERS,
)
LINK_TALLY = (
    TABLES.split(";\n")[1],
    f"INSERT INTO link_tally SELECT name, known_at >> {_LINK_BITS}, count(*) FROM link GROUP BY 1, 2",
    *_LINK_TRIGGERS,
)
"""What a side table of layout 3 lacks."""


class Tally:
    """Counts in one side table."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self, what: Literal["items", "vectors"]) -> int:
        return self._number(f"SELECT coalesce(sum({what}), 0) FROM tally")

    def before(self, what: Literal["items", "vectors"], moment: int) -> int:
        """Items, or those with a vector, that were known before a moment."""
        span = moment >> _ITEM_BITS
        counted = {"items": "count(*)", "vectors": "count(slot)"}[what]
        whole = self._number(f"SELECT coalesce(sum({what}), 0) FROM tally WHERE span < ?", span)
        within = f"SELECT {counted} FROM item WHERE known_at >= ? AND known_at < ?"
        return whole + self._number(within, span << _ITEM_BITS, moment)

    def holders(self, link: str, moment: int) -> int:
        """Items with a link that were known before a moment."""
        span = moment >> _LINK_BITS
        whole = self._number("SELECT coalesce(sum(holders), 0) FROM link_tally WHERE name = ? AND span < ?", link, span)
        within = "SELECT count(*) FROM link WHERE name = ? AND known_at >= ? AND known_at < ?"
        return whole + self._number(within, link, span << _LINK_BITS, moment)

    def _number(self, query: str, *values: object) -> int:
        return int(self._db.execute(query, values).fetchone()[0])
