"""Numbers: every figure of a sentence must be in the evidence it cites.

Exists for the digit that was swapped, the unit that was changed and the count that was made up: the errors of a
language model that a hurried reader is least likely to notice. A figure may be rounded to the digits it shows, a
duration may be written in other units of exactly the same length (any units after "about"), and precedents and
signals may be counted. Which outcome a count belongs to is checked in `outcomes`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify.decided import ACTION_WORDS, decided, precedents
from assistant.verify.finding import Finding, verdict
from assistant.verify.quantities import Quantity, quantities
from assistant.verify.reading import ABOUT_MODEL, clauses, content, grounds, plain
from assistant.verify.vocabulary import word_list

__all__ = ["agrees", "check_numbers", "stated"]

ROUNDING = 0.15
"""How far a rounded figure may lie from the true one: "3 times" for 3.4 is 12% off, "1 hour" for 1.4 is 29%."""
BOUND = 0.35
"""The same for "more than" and "less than": "more than 3 times" for 3.9 is 23% off."""
_MONTH_S = 2_629_800.0  # a twelfth of a year of 365.25 days
_ODD = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})*,\d{4,}")
_LABELLED = re.compile(r"\bin (seconds|minutes|hours|days|weeks|months|years)\b[^,;.]{0,20}$")
_DOLLARS = frozenset(word_list("USD CAD AUD NZD SGD HKD MXN $"))
_SCORE = re.compile(r"\b(?:probabilit|scor|model|likel|chance|risk|estimat|confiden|odds)", re.IGNORECASE)
_SHARE = re.compile(r"\s*of (?:all |the |other )?(?:cases|orders|payments)", re.IGNORECASE)
_CASES = re.compile(
    r"\b(?:cases?|precedents?|similar|alike|decided|comparable|fraud\w*|legitimate|genuine|them|neighbou?rs?)\b",
    re.IGNORECASE,
)
_OF = re.compile(r"\bof (?:the |these |those |our |all )?$", re.IGNORECASE)
_OF_WHOLE = re.compile(r" (?:out )?of (?:the |these |those |our |all )?\w+", re.IGNORECASE)
_OUTCOMES = re.compile(r"\b(?:fraud\w*|legit\w*|genuine|unresolved|outcome|open)\b", re.IGNORECASE)
_ITEMS = re.compile(
    r"\b(?:signals?|reasons?|signs?|factors?|indicators?|findings?|points?|flags?|things?|items?)\b", re.I
)


def check_numbers(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each figure that no cited evidence, count or probability of the sheet supports."""
    items = grounds(sentence, sheet)
    readings: dict[tuple[int, int], list[Quantity]] = {}
    for quantity in quantities(sentence.text):
        readings.setdefault((quantity.start, quantity.end), []).append(quantity)
    findings = [
        Finding(start, end, _why(sentence.text[start:end], either, items, sheet))
        for (start, end), either in readings.items()
        if not any(_supported(one, sentence, items, sheet) for one in either)
    ]
    findings += [
        Finding(odd.start(), odd.end(), f'"{odd[0]}" is no number that can be read')
        for odd in _ODD.finditer(plain(sentence.text))
    ]
    return verdict("numbers", sentence, findings, "every figure is in the cited evidence")


def _supported(one: Quantity, sentence: Sentence, items: tuple[Evidence, ...], sheet: Sheet) -> bool:
    if one.dimension == "percent" and _about_model(one, sentence.text):
        return _is_score(one, sentence.text, sheet)
    return (
        any(agrees(one, other) for item in items for other in stated(item))
        or _is_score(one, sentence.text, sheet)
        or _is_count(one, sentence, items, sheet)
        or (one.dimension == "date" and agrees(one, _day(sheet)))
    )


def _about_model(one: Quantity, text: str) -> bool:
    """Whether a percentage stands in a clause about the model's verdict, where no other figure may take its place."""
    part = next((text[start:end] for start, end in clauses(text) if start <= one.start < end), "")
    return ABOUT_MODEL.search(plain(part)) is not None and not _SHARE.match(plain(text), one.end)


def _why(shown: str, either: list[Quantity], items: Iterable[Evidence], sheet: Sheet) -> str:
    elsewhere = [
        item.id
        for item in sheet.evidence
        if item not in items and any(agrees(one, other) for one in either for other in stated(item))
    ]
    if elsewhere:
        return f'"{shown}" is not in the cited evidence; {elsewhere[0]} has it, but is not cited'
    near = next((o for item in items for o in stated(item) if o.dimension == either[0].dimension != "count"), None)
    if near is not None and near.dimension == "money" and near.unit != either[0].unit:
        return f'"{shown}" is not in the cited evidence, which speaks of {near.unit}'
    return f'"{shown}" is not in the cited evidence'


def stated(item: Evidence) -> tuple[Quantity, ...]:
    """The quantities of one evidence item, from its statement and its values."""
    return _stated(item.statement, item.values)


@lru_cache(maxsize=4096)
def _stated(statement: str, values: tuple[str, ...]) -> tuple[Quantity, ...]:
    found = list(quantities(statement))
    found += [unit for one in found if (unit := _in_unit_of_label(one, statement)) is not None]
    shown = tuple(found)
    for value in values:
        for one in quantities(value):
            bare = one.dimension == "count" and not one.unit
            # a bare value takes the unit that the statement shows it in: "4" beside "4 cards" supports no 4 accounts
            found += ([same for other in shown if (same := _in_unit_of(one, other)) is not None] if bare else []) or [
                one
            ]
    return tuple(found)


def _in_unit_of_label(one: Quantity, statement: str) -> Quantity | None:
    """ "age of the card in days is 12" states 12 days."""
    label = _LABELLED.search(statement, 0, one.start) if one.dimension == "count" else None
    if label is None:
        return None
    shown = f"{statement[one.start : one.end]} {label[1]}"
    return next((same for same in quantities(shown) if same.dimension == "duration"), None)


def _in_unit_of(bare: Quantity, shown: Quantity) -> Quantity | None:
    if shown.dimension in ("date", "clock", "ordinal"):
        return None
    unit_size = {"percent": 1.0}.get(shown.dimension, shown.step if shown.dimension == "duration" else 1.0)
    for size in (unit_size, 100.0) if shown.dimension == "percent" else (unit_size,):
        scaled = replace(shown, value=bare.value * size, step=bare.step * size)
        if abs(scaled.value - shown.value) <= 0.1 * abs(shown.value):
            return scaled
    return None


def agrees(one: Quantity, other: Quantity) -> bool:
    """Whether `one`, as a sentence shows it, says the same as `other`, which evidence states."""
    if "date" in (one.dimension, other.dimension):
        if one.dimension == other.dimension:
            return all(a is None or a == b for a, b in zip(one.date, other.date, strict=True))
        return False
    if one.dimension == other.dimension == "clock":
        return one.value == other.value or (one.step == 60 and one.value == other.value - other.value % 60)
    value = _comparable(one, other)
    return value is not None and _rounds(one, value)


def _comparable(one: Quantity, other: Quantity) -> float | None:
    """The value of `other` in the unit of `one`, or None if the two measure different things."""
    pair = (one.dimension, other.dimension)
    if pair == ("money", "money"):
        same = one.unit == other.unit or ("$" in (one.unit, other.unit) and {one.unit, other.unit} <= _DOLLARS)
        return other.value if same else None
    if pair == ("duration", "duration"):
        if one.unit == other.unit:
            exact = (one.value == other.value != 0) or one.shown == other.shown or one.bound
            return other.value if exact or one.step == other.step else None
        if not one.bound:
            return None
        return other.value / _MONTH_S if one.unit == "month" else other.value * _MONTH_S
    if pair == ("percent", "count"):
        return other.value * 100 if 0 < other.value < 1 and other.step < 1 else None
    if "count" in pair and set(pair) <= {"count", "ordinal"}:
        alike = not one.unit or not other.unit or one.unit == other.unit
        return other.value if alike else None
    if pair in (("times", "count"), ("count", "times")):
        counted = one.unit if one.dimension == "count" else other.unit
        return other.value if counted in ("", "attempt") else None
    return other.value if one.dimension == other.dimension else None


def _rounds(one: Quantity, value: float) -> bool:
    """Whether `value` may be shown as `one`: equal, or rounded at the last digit shown, or within its bound."""
    gap = value - one.value
    if abs(gap) <= 1e-9 * max(1.0, abs(value)):
        return True
    if value * one.value < 0 or not abs(gap) < float("inf"):
        return False
    coarse = one.step
    while one.bound and coarse and one.value and (one.value / (coarse * 10)).is_integer():
        coarse *= 10  # "about 130" shows two digits, not three
    far = abs(gap) / max(abs(value), abs(one.value))
    if one.bound == "over":
        return 0 < gap < coarse and far <= BOUND
    if one.bound == "under":
        return 0 < -gap < coarse and far <= BOUND
    half = (coarse if one.bound else one.step) / 2
    return abs(gap) <= half * (1 + 1e-9) and far <= ROUNDING


def _is_score(one: Quantity, text: str, sheet: Sheet) -> bool:
    """A percentage that speaks of the model's probability, not of a share of cases, rounded as shown."""
    if sheet.probability is None or one.dimension not in ("percent", "count") or one.shown == "part":
        return False
    read = plain(text)
    if one.unit not in ("%", "") or not _SCORE.search(read) or _SHARE.match(read, one.end):
        return False
    scale = 100.0 if one.dimension == "percent" else 1.0
    if scale == 1.0 and one.step == 1.0:
        return False
    for value in (sheet.probability * scale, (1 - sheet.probability) * scale):
        if abs(value - one.value) <= one.step / 2 * (1 + 1e-9):
            return value == sheet.probability * scale or "legit" in read or "genuine" in read
    return False


def _is_count(one: Quantity, sentence: Sentence, items: tuple[Evidence, ...], sheet: Sheet) -> bool:
    """A correct count of the precedents cited (all, by what became of them, by what they share) or of the evidence."""
    read = plain(sentence.text)
    if one.shown == "part":
        return _is_share(one, items, sheet)
    if one.value == 1 and _is_singular(one, items, read):
        return True
    if one.dimension not in ("count", "ordinal") or one.unit not in ("", "case", "signal") or one.step != 1:
        return False
    numbers: set[int] = set()
    if one.dimension == "ordinal" and _ITEMS.match(read, one.end + 1):
        numbers |= _ranks(items, sheet)
    if _ITEMS.search(read):
        numbers |= {len(items), *Counter(item.polarity for item in items).values()}
    past = [item for item in items if item.kind == "precedent"]
    if past and _CASES.search(read):
        everything, among = precedents(sheet), [decided(item) for item in past]
        whole = _OF.search(read[: one.start]) or _OF_WHOLE.match(read, one.end)
        numbers |= {len(past)} | ({len(everything)} if whole else set())
        for group in (among, everything) if whole else (among,):
            numbers |= {sum(trait in other.traits for other in group) for trait in _traits_named(read)}
        start, end = next((start, end) for start, end in clauses(sentence.text) if one.start < end)
        shared = Counter(word for item in past for word in content(item.statement))
        numbers |= {shared[word] for word in content(sentence.text[start:end])} - {0}
    return one.value in numbers


def _ranks(items: tuple[Evidence, ...], sheet: Sheet) -> set[int]:
    """The places of the cited signs among those of their side: "the second reason is that …"."""
    signs = sheet.of_kind("signal")
    return {
        1 + [one.id for one in signs if one.polarity == item.polarity].index(item.id)
        for item in items
        if item.kind == "signal"
    }


def _traits_named(read: str) -> list[str]:
    """What the sentence says can become of a case; naming one outcome names the other."""
    outcomes = ["fraud", "legitimate", "open"] if _OUTCOMES.search(read) else []
    return outcomes + [action for action, words in ACTION_WORDS.items() if re.search(rf"\b(?:{words})\b", read, re.I)]


def _is_singular(one: Quantity, items: tuple[Evidence, ...], read: str) -> bool:
    """ "One device" for evidence that speaks of the device in the singular and does not count devices."""
    noun = re.match(r"\s(?:single |particular )?([a-z]+)", read[one.end :])
    return noun is not None and any(
        re.search(rf"\b(?:the|a|an|this) (?:\w+ )?{noun[1]}\b", plain(item.statement))
        and all(other.unit != one.unit for other in stated(item) if other.dimension == "count")
        for item in items
    )


def _is_share(one: Quantity, items: tuple[Evidence, ...], sheet: Sheet) -> bool:
    groups = (precedents(sheet), tuple(p for p in precedents(sheet) if p.id in {item.id for item in items}))
    return any(
        abs(100 * count / len(group) - one.value) < 1
        for group in groups
        for count in Counter(trait for p in group for trait in p.traits).values()
    )


def _day(sheet: Sheet) -> Quantity:
    day = sheet.as_of
    return Quantity(0, 0, "date", 0.0, date=(day.year, day.month, day.day))
