"""Which pieces of a text are identifiers: case ids, emails, addresses of machines, document numbers, evidence ids.

A quantity written close together ("24h", "3.4x", "30-day", "EUR129.00", an ISO date) is not an identifier.
Finds only; whether an identifier may stand in a sentence is decided in `ids`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.verify.reading import plain
from assistant.verify.vocabulary import word_list

__all__ = ["Token", "identifiers"]

TokenKind = Literal["link", "email", "address", "evidence", "tail", "mixed", "digits"]

_LINK = r"(?:\b[a-z][a-z0-9+.-]{1,10}://|\bwww\.)[^\s<>\"]+|\b(?:javascript|data|mailto):[^\s<>\"]+"
_DOMAIN = r"\b(?:[a-z0-9-]{1,63}\.){1,4}(?:com|net|org|io|info|biz|shop|site|xyz|ru|cn|top|online|co|app|dev|me|link)\b"
_FOUND = re.compile(
    rf"(?P<link>{_LINK})"
    r"|(?P<email>[\w.+*-]{1,64}@[\w*-]{1,63}(?:\.[\w*-]{1,63}){0,4})"
    rf"|(?P<domain>{_DOMAIN}(?:/[^\s<>\"]*)?)"
    r"|(?P<address>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w.]*\w)"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}:[0-9a-f]{1,4}(?![\w:]))"
    r"|(?P<evidence>(?-i:(?<![\w-])[EFPNDRA]\d{1,3}(?![\w-])))"
    r"|(?P<tail>(?:\bend(?:ing|s)(?: in| with)?|\blast (?:four|4)(?: digits)?(?: are| is|:)?|[*x•]{2,}[- ]?)"
    r"\s?(?P<end>\d{2,6})\b)"
    r"|(?P<mixed>(?<![\w:-])(?=[\w-]{0,40}?[0-9])(?=[\w-]{0,40}?[^\W\d_])\w+(?:[-.]\w+)*)"
    r"|(?P<digits>(?<![\w.,-])(?:\d{7,}|0\d{2,})(?![\w]|[.,]\d))",
    re.IGNORECASE,
)
_UNIT = (
    r"s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|mo|months?|y|yrs?|years?|x|times|fold|k|bn|mn"
    r"|st|nd|rd|th|am|pm|percent|percentile"
)
_QUANTITY = re.compile(
    rf"[a-z]{{0,3}}\d[\d.,]*-?(?:{_UNIT})?"  # 24h, 3.4x, 2nd, EUR129.00
    r"|\d[\d.,]*(?:k|m|bn)?[a-z]{3}"  # 129.00EUR
    r"|\d[\d.,]*(?:-(?:[a-z]{2,}|of|\d+))+"  # 30-day, 2-hour-old, 24-hour
    r"|[a-z]+(?:-\d+)?-(?:day|hour|week|month|year|minute)s?"
    r"|\d{4}-\d{2}-\d{2}t[\d.]+z?"
    r"|3-?ds?|2fa|3-d",
    re.IGNORECASE,
)
_MONEY_HEAD = re.compile(r"[A-Za-z]{1,3}(?=\d)")
_HEADS = frozenset(word_list("eur usd gbp chf jpy cad aud sek nok dkk pln czk huf mad inr brl mxn cny us a"))


@dataclass(frozen=True)
class Token:
    """One identifier, what it looks like, and its place. `value` is what evidence must contain."""

    kind: TokenKind
    value: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def identifiers(text: str) -> tuple[Token, ...]:
    """Every identifier in the order of the text; no two overlap."""
    read = plain(text)
    found: list[Token] = []
    for match in _FOUND.finditer(read):
        kind = match.lastgroup or "mixed"
        if kind == "end":
            kind = "tail"
        value = match[0]
        if kind == "tail":
            value = match["end"]
        elif kind == "mixed" and _is_quantity(value):
            continue
        elif kind == "domain":
            kind = "link"
        end = match.end()
        if kind in ("link", "email", "mixed"):
            value = value.rstrip(".,;:!?)'")
            end = match.start() + len(match[0].rstrip(".,;:!?)'"))
        found.append(Token(kind, value.lower(), match.start(), end))  # type: ignore[arg-type]
    return tuple(found)


def _is_quantity(token: str) -> bool:
    if not _QUANTITY.fullmatch(token):
        return False
    head = _MONEY_HEAD.match(token)
    return head is None or head[0].lower() in _HEADS
