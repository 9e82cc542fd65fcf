"""The same statement in other words: what a person might write who knows the evidence and not its wording.

Promise: `clause` says what the statement says, no more and nothing else; empty where no rewording is known. Written
without sight of the verifier, so that it can tell its false alarms.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from random import Random

__all__ = ["clause", "usual"]

_RANGE = re.compile(r" \(([^()]*)\)$")
_NUMBER = r"(-?[\d,]*\.?\d+)"


@cache
def _ways(table: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    entries = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[table]
    return tuple((re.compile(one["pattern"].replace("<N>", _NUMBER)), tuple(one["ways"])) for one in entries)


def clause(statement: str, chance: Random) -> str:
    """The statement without its usual range, in other words; empty where none are known."""
    head = _RANGE.sub("", statement)
    for pattern, ways in _ways("statement"):
        if found := pattern.fullmatch(head):
            return _filled(chance.choice(ways), found)
    return ""


def usual(statement: str, chance: Random | None = None) -> str:
    """The usual range in other words; empty where the statement has none."""
    given = _RANGE.search(statement)
    for pattern, ways in _ways("usual") if given else ():
        if found := pattern.fullmatch(given[1] if given else ""):
            return _filled((chance or Random(0)).choice(ways), found)
    return ""


def _filled(way: str, found: re.Match[str]) -> str:
    values = [value or "" for value in found.groups()]
    if "{1p}" in way:
        way = way.replace("{1p}", f"{float(values[1]) * 100:.0f}%")
    return way.format(*values)
