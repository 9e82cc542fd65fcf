"""Reads what a question names: cases, people, cards, amounts and days.

Promise: a full card number leaves nothing but its last four digits behind, before anything else sees the text. Every
mention has its place; reading never raises. Names are not read here: only the store knows which words are some.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import month_name
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from babel.numbers import get_currency_precision

from assistant.handles import amount_key, folded, number_in
from assistant.links import entity_key
from assistant.support.values import Mention, MentionType, Question

__all__ = ["LONGEST", "read_question", "without_cards"]

LONGEST = 4000
"""Characters that are read of a question; the rest of a pasted thread says the same again."""

_CARD = re.compile(r"(?<![\w+.])[0-9](?:[ .-]?[0-9]){12,18}(?![\w])")
_EMAIL = re.compile(r"(?<![\w.@*])[\w.+*-]*[\w+*]@(?:[\w*-]+(?:\.[\w*-]+)*|(?=[\s,…?!.]|$))", re.UNICODE)
_ENDING = re.compile(
    r"\b(?P<what>card|phone|number|mobile|iban)?\s*(?:number\s*)?(?:is\s*)?"
    r"(?:ending(?:\s+(?:in|with|on))?|ends?\s+(?:in|with|on)|last\s+(?:four|4)(?:\s+digits)?(?:\s+(?:are|is))?"
    r"|[*xX•#]{2,}[ -]?)"
    r"\s*:?\s*(?P<digits>[0-9]{4})\b",
    re.IGNORECASE,
)
_CARD_FOUR = re.compile(r"\bcard\s+(?:no\.?\s*|number\s*)?(?P<digits>[0-9]{4})\b", re.IGNORECASE)
_CASE_WORD = re.compile(
    r"\b(?:case|order|payment|purchase|ticket|ref(?:erence)?|claim|application|verification|payout|transaction|refund"
    r"|review)\s*(?:no\.?|number|id|nr\.?)?\s*[#:]?\s*(?P<id>[A-Za-z]{0,12}[-_]?[0-9][\w-]*)",
    re.IGNORECASE,
)
_CASE_SIGN = re.compile(r"(?<!\w)#\s?(?P<id>[A-Za-z]{0,12}[-_]?[0-9][\w-]*)")
_CASE_SHAPE = re.compile(r"(?<![\w@.])(?P<id>[A-Za-z]{1,12}[-_][0-9]{2,}[\w-]*)")
_PHONE = re.compile(r"(?<![\w@.])\+?\(?[0-9][0-9 ()/.-]{6,18}[0-9](?![\w@])")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "R$": "BRL", "C$": "CAD", "A$": "AUD"}
_WORDS = {"euro": "EUR", "euros": "EUR", "pounds": "GBP", "quid": "GBP", "dollars": "USD", "bucks": "USD", "yen": "JPY"}
_CODES = "EUR|USD|GBP|CAD|AUD|JPY|BRL|SEK|NOK|DKK|CHF|PLN|CZK|INR|MXN"
_NUMBER = r"[0-9]{1,3}(?:[ .,'][0-9]{3})*(?:[.,][0-9]{1,2})?|[0-9]+(?:[.,][0-9]{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<before>R\$|C\$|A\$|[€$£¥]|(?:{_CODES})\b)\s?(?P<first>{_NUMBER})(?![\w-])"
    rf"|(?P<second>{_NUMBER})\s?(?P<after>[€$£¥]|(?:{_CODES}|{'|'.join(_WORDS)})\b)"
    r"|(?P<bare>[0-9]{1,6}[.,][0-9]{2})(?![\w.,-]))",
    re.IGNORECASE,
)
_MONTHS = {name[:size].lower(): number for number, name in enumerate(month_name) for size in (3, 4, len(name)) if name}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = re.compile(
    rf"(?<![\w-])(?:(?P<iso>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
    rf"|(?P<d1>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<m1>{_MONTH})\b\.?(?:,?\s+(?P<y1>20[0-9]{{2}}))?"
    rf"|(?P<m2>{_MONTH})\.?\s+(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y2>20[0-9]{{2}}))?"
    r"|(?P<d3>[0-9]{1,2})[./](?P<m3>[0-9]{1,2})[./](?P<y3>20[0-9]{2})"
    r"|(?P<word>today|yesterday))(?![\w-])",
    re.IGNORECASE,
)
_PLACE: dict[MentionType, str] = {
    "case": "this case",
    "email": "the customer",
    "phone": "this number",
    "card": "this card",
    "amount": "this amount",
    "date": "that day",
    "name": "the customer",
}


_TWICE = re.compile(
    r"\b(?:case|order|payment|purchase|ticket|ref(?:erence)?|claim|application|verification|payout|transaction|refund"
    r"|review|card|phone|email|customer)\s*(?:no\.?|number|id|nr\.?)?\s*[#:]?\s*"
    r"(?=this (?:case|card|number)\b|the customer\b)",
    re.IGNORECASE,
)
"""What stood before a name, where what takes its place says it again: "order this case"."""


def read_question(text: str, now: datetime | None = None) -> Question:
    """What was asked, with what it names."""
    flat = _flat(text)[:LONGEST]
    safe, cards = without_cards(flat)
    taken: list[Mention] = []
    for read in (_emails, _endings, _amounts, _days(now or datetime.now(UTC)), _cases, _phones):
        for mention in read(safe):
            if not any(one.start < mention.end and mention.start < one.end for one in taken):
                taken.append(mention)
    taken.sort(key=lambda one: one.start)
    return Question(text=safe, topic_text=replaced(safe, taken), mentions=tuple(taken), cards_masked=cards)


def replaced(text: str, mentions: list[Mention]) -> str:
    """The text with a word for the kind in the place of each mention; what is kept and what topics are told by."""
    for one in sorted(mentions, key=lambda one: -one.start):
        text = f"{text[: one.start]}{_PLACE[one.type]}{text[one.end :]}"
    return _TWICE.sub("", text)


def without_cards(text: str) -> tuple[str, int]:
    """The text with "card ending 4242" in place of each full card number, and how many there were.

    Any run of 13 to 19 digits counts as one, valid or not: a digit may be mistyped."""
    return _CARD.subn(lambda found: f"card ending {re.sub('[^0-9]', '', found[0])[-4:]}", text)


def _flat(text: str) -> str:
    """One line of visible characters in their plain width, so that full-width digits hide no card number."""
    plain = unicodedata.normalize("NFKC", text)
    kept = ("" if unicodedata.category(char) in ("Cf", "Cs", "Co", "Cn") else char for char in plain)
    spaced = (" " if char.isspace() or unicodedata.category(char) == "Cc" else char for char in "".join(kept))
    return " ".join("".join(spaced).split())


def _emails(text: str) -> Iterator[Mention]:
    for found in _EMAIL.finditer(text):
        said = found[0].rstrip(".-")
        masked = "*" in said or said.endswith("@")
        key = said.casefold() if masked else entity_key("email", said)
        yield _mention("email", said, key, found.start(), masked=masked)


def _endings(text: str) -> Iterator[Mention]:
    for pattern in (_ENDING, _CARD_FOUR):
        for found in pattern.finditer(text):
            what = (found.groupdict().get("what") or "card").lower()
            kind: MentionType = "phone" if what in ("phone", "mobile", "number") else "card"
            yield _mention(kind, found[0], found["digits"], found.start(), masked=True)


def _cases(text: str) -> Iterator[Mention]:
    for pattern in (_CASE_SIGN, _CASE_WORD, _CASE_SHAPE):
        for found in pattern.finditer(text):
            if number_in(found["id"]):
                yield _mention("case", found["id"], folded(found["id"]), found.start("id"))


def _phones(text: str) -> Iterator[Mention]:
    for found in _PHONE.finditer(text):
        key = entity_key("phone", found[0])
        if 7 <= len(key) <= 15:
            yield _mention("phone", found[0], key, found.start())


def _amounts(text: str) -> Iterator[Mention]:
    for found in _AMOUNT.finditer(text):
        sign = found["before"] or found["after"] or ""
        currency = _SIGNS.get(sign.upper(), _WORDS.get(sign.lower(), sign.upper()))
        minor = _minor(found["first"] or found["second"] or found["bare"], currency or "EUR")
        key = amount_key(minor, currency) if currency else str(minor)
        yield _mention("amount", found[0], key, found.start(), masked=not currency)


def _minor(number: str, currency: str) -> int:
    """ "1.234,50" and "1,234.50" are one amount: the last sign before one or two digits is the decimal one."""
    number = re.sub(r"[ ']", "", number)
    whole, decimals = number, ""
    if found := re.search(r"[.,]([0-9]{1,2})$", number):
        whole, decimals = number[: found.start()], found[1]
    places = int(get_currency_precision(currency))
    digits = re.sub(r"[^0-9]", "", whole) + (decimals + "0" * places)[:places]
    return int(digits or 0)


def _days(now: datetime) -> Callable[[str], Iterator[Mention]]:
    def read(text: str) -> Iterator[Mention]:
        for found in _DAY.finditer(text):
            day = _day(found, now.date())
            if day is not None:
                yield _mention("date", found[0], day.isoformat(), found.start())

    return read


def _day(found: re.Match[str], today: date) -> date | None:
    """A day without a year is the last one of that name."""
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        if found["word"]:
            return today - timedelta(days=found["word"].lower() == "yesterday")
        day, year = int(found["d1"] or found["d2"] or found["d3"]), found["y1"] or found["y2"] or found["y3"]
        month = int(found["m3"]) if found["m3"] else _MONTHS[(found["m1"] or found["m2"]).lower()]
        if year:
            return date(int(year), month, day)
        here = date(today.year, month, day)
        return here if here <= today else date(today.year - 1, month, day)
    except ValueError:
        return None


def _mention(type_: MentionType, said: str, key: str, start: int, *, masked: bool = False) -> Mention:
    return Mention(type=type_, said=said, key=key, start=start, end=start + len(said), masked=masked)
