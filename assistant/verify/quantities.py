"""Which quantities a text states: money, percentages, durations, dates, times of day, multiples, ordinals, counts.

Reads digits and English number words. Keeps what was shown beside the value (unit, last digit shown, "about"), so
that `numbers` can tell a rounded figure from a wrong one. Digits inside identifiers are left out. Text only: what
a quantity must agree with is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from babel.numbers import list_currencies

from assistant.verify.reading import plain
from assistant.verify.tokens import identifiers
from assistant.verify.vocabulary import word_list

__all__ = ["Bound", "Dimension", "Quantity", "quantities"]

Dimension = Literal["money", "percent", "duration", "date", "clock", "times", "ordinal", "count"]
Bound = Literal["", "about", "over", "under"]


@dataclass(frozen=True)
class Quantity:
    """One quantity and its place.

    `value` is in `unit` (a currency, `s` or `month` for durations, the thing counted, or nothing); `step` is the size
    of the last digit shown, in the same unit; `shown` is the unit as written. Dates carry year, month, day instead.
    """

    start: int
    end: int
    dimension: Dimension
    value: float
    unit: str = ""
    step: float = 1.0
    bound: Bound = ""
    shown: str = ""
    date: tuple[int | None, int | None, int | None] = (None, None, None)


_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_WORDS: dict[str, float] = {
    "zero": 0,
    **{word: i + 1 for i, word in enumerate(word_list(_ONES + " eighteen nineteen"))},
    **{word: 10 * (i + 2) for i, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"))},
}
_SCALES = {"hundred": 100.0, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9}
_ORDINALS = {w: i + 2 for i, w in enumerate(word_list("second third fourth fifth sixth seventh eighth ninth tenth"))}
_MONTHS = word_list("january february march april may june july august september october november december")
_SECONDS = {"second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "h": 3600,
            "day": 86400, "d": 86400, "week": 604800, "wk": 604800, "w": 604800}  # fmt: skip
_IN_MONTHS = {"month": 1, "mo": 1, "year": 12, "yr": 12, "y": 12}
_CURRENCIES = frozenset(list_currencies())
_SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "$": "$", "₹": "INR", "us$": "USD", "euro": "EUR", "dollar": "$",
          "pound": "GBP", "yen": "JPY", "franc": "CHF"}  # fmt: skip
_COUNTED = {
    **dict.fromkeys(word_list("case precedent order payment transaction purchase"), "case"),
    **dict.fromkeys(word_list("card instrument"), "card"),
    **dict.fromkeys(word_list("account profile"), "account"),
    **dict.fromkeys(word_list("attempt try retry tries"), "attempt"),
    **dict.fromkeys(word_list("device phone computer"), "device"),
    **dict.fromkeys(word_list("signal reason factor sign indicator finding point"), "signal"),
    **dict.fromkeys(word_list("merchant shop seller"), "merchant"),
    **dict.fromkeys(word_list("customer buyer applicant person"), "customer"),
    **dict.fromkeys(word_list("chargeback dispute"), "chargeback"),
    **{word: word for word in word_list("country address email document name article rule refund photo digit ip")},
}

_DIGITS = r"(?:\d{1,3}(?:[,']\d{3})+(?:\.\d+)?|\d+(?:\.\d+|,\d{1,2}(?!\d))?)"
_WORD_NUMBER = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight"
    rf"|nine))?|zero|{(_ONES + ' eighteen nineteen').replace(' ', '|')})\b"
)
_NUM = rf"(?:(?<![\w.,])(?<!\d[.,])[+-]?(?P<num>{_DIGITS})|\b(?P<word>{_WORD_NUMBER}))"
_SCALE = r"(?:\s?(?P<scale>hundred|thousand|million|billion|bn|mn|k|m)\b)?(?P<plus> and a half)?"
_MONTH = (
    r"(?:(?-i:J)an(?:uary)?|(?-i:F)eb(?:ruary)?|(?-i:M)ar(?:ch)?|(?-i:A)pr(?:il)?|(?-i:M)ay|(?-i:J)une?|(?-i:J)uly?"
    r"|(?-i:A)ug(?:ust)?|(?-i:S)ept?(?:ember)?|(?-i:O)ct(?:ober)?|(?-i:N)ov(?:ember)?|(?-i:D)ec(?:ember)?)\b\.?"
)
_UNITS = r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mo|years?|yrs?|y)\b"
_DATES = re.compile(
    r"(?<![\w-])(?P<iso>(\d{4})-(\d{2})-(\d{2}))(?:[T ](?=\d{2}:))?(?![\d-])"
    rf"|(?<![\w-])(?P<dmy>(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})(?:,? (\d{{4}})\b)?)"
    rf"|\b(?P<mdy>({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}})\b)?)"
    rf"|\b(?P<my>({_MONTH}),? (\d{{4}})\b)"
    rf"|(?<=[Ii]n )(?P<m>({_MONTH}))"
    r"|(?<![\w./])(?P<slash>(\d{1,4})[./](\d{1,2})[./](\d{2,4}))(?![\w/])",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:(?<![\w:])|(?<=\dT))"
    r"(?:(?P<h>\d{1,2}):(?P<min>\d{2})(?::\d{2}(?:\.\d+)?)?(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    r"|(?P<h2>\d{1,2})\s?(?P<half2>[ap])\.?m\b)"
    r"(?:z\b)?(?![\d:])",
    re.IGNORECASE,
)
_LEAD_MONEY = re.compile(
    rf"(?:(?<![\w])(?P<code>(?-i:[A-Z]{{3}}))|(?P<sign>us\$|[€£¥$₹]))\s?(?P<neg>-)?(?P<num>{_DIGITS})(?P<word>)"
    r"(?:\s?(?P<scale>thousand|million|billion|bn|mn|k|m)\b)?(?P<plus>)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    _NUM + _SCALE + r"(?:\s?(?P<percent>%|percent\b|per cent\b|percentage points?\b)"
    r"|(?P<centile>(?:st|nd|rd|th)?[ -]percentile)"
    r"|[ -]?(?P<times>x|×|times|fold)(?!\w)"
    rf"|[ -]?{_UNITS}"
    r"|\s?(?P<sign>[€£¥$₹]|euros?\b|dollars?\b|pounds?\b|yen\b|francs?\b)|\s?(?P<code>(?-i:[A-Z]{3}))\b"
    r"|(?P<nth>st|nd|rd|th)\b)?(?![^\W_]|\.\d)",
    re.IGNORECASE,
)
_PHRASES = re.compile(
    r"\b(?P<once>once(?! (?:the|it|they|again|more|a|this|that)\b)|twice|thrice|doubled?|triple[ds]?|tripled)\b"
    r"|\b(?P<halfunit>half an? (?=hour|day|year|minute|month|week))(?P<hu>\w+)\b"
    r"|\b(?P<aunit>an? (?=hour|day|year|minute|month|week))(?P<au>hour|day|year|minute|month|week)\b"
    r"|\b(?P<part>half|an? third|one third|two thirds|an? quarter|one quarter|three quarters|one half)(?= of| the)"
    r"|\b(?P<some>a single|single|a couple of|a pair of|a dozen|half a dozen)\b"
    rf"|\b(?P<nth>{'|'.join(_ORDINALS)})\b(?![- ](?:look|opinion|review|thought|factor|authentication|step|check|hand"
    r"|party|parties|pair|of|ly|guess|s)\b)",
    re.IGNORECASE,
)
_FACTORS = {"once": 1, "twice": 2, "thrice": 3, "double": 2, "doubled": 2, "triple": 3, "triples": 3, "tripled": 3}
_PARTS = {"half": 50.0, "one half": 50.0, "two thirds": 200 / 3, "three quarters": 75.0}
_SOME = {"a single": 1, "single": 1, "a couple of": 2, "a pair of": 2, "a dozen": 12, "half a dozen": 6}
_BEFORE: dict[Bound, str] = {
    "under": r"\b(?:just under|nearly|almost|less than|fewer than|under|below|at most|up to|within|no more than)",
    "over": r"\b(?:just over|more than|over|above|at least|exceed(?:s|ing)|no less than|upwards of)",
    "about": r"\b(?:about|around|roughly|approximately|approx\.?|some|close to|circa|ca\.)|[~≈]",
}
_BOUNDS = {bound: re.compile(rf"(?:{words})\s*(?:a |an |the )?$", re.IGNORECASE) for bound, words in _BEFORE.items()}
_NOT_ONE = re.compile(
    r"\b(?:no|not|this|that|the|any|every|each|which|another|first|new|old|last|next)\s$", re.IGNORECASE
)
_AFTER = re.compile(r"(?:\s+[A-Za-z'-]+){1,4}")


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity in the order of the text; no two overlap."""
    read = plain(text)
    taken = [(token.start, token.end) for token in identifiers(text)]
    found: list[Quantity] = []

    def keep(one: Quantity | None) -> None:
        if one is not None and not any(start < one.end and one.start < end for start, end in taken):
            taken.append((one.start, one.end))
            found.append(one)

    for match in _DATES.finditer(read):
        for date in _dates(match):
            found.append(date)
        taken.append(match.span())
    for match in _CLOCK.finditer(read):
        keep(_clock(match))
    for match in _LEAD_MONEY.finditer(read):
        keep(_number(match, read))
    for match in _PHRASES.finditer(read):
        keep(_phrase(match, read))
    for match in _NUMBER.finditer(read):
        keep(_number(match, read))
    return _joined(sorted(found, key=lambda one: (one.start, one.end)), read)


def _dates(match: re.Match[str]) -> list[Quantity]:
    kind = match.lastgroup
    parts = [part for part in match.groups() if part is not None][1:]
    readings: list[tuple[int | None, int | None, int | None]] = []
    if kind == "iso":
        readings = [(int(parts[0]), int(parts[1]), int(parts[2]))]
    elif kind == "dmy":
        readings = [(int(parts[2]) if len(parts) > 2 else None, _month(parts[1]), int(parts[0]))]
    elif kind == "mdy":
        readings = [(int(parts[2]) if len(parts) > 2 else None, _month(parts[0]), int(parts[1]))]
    elif kind == "my":
        readings = [(int(parts[1]), _month(parts[0]), None)]
    elif kind == "m":
        readings = [(None, _month(parts[0]), None)]
    else:
        a, b, c = (int(part) for part in parts[:3])
        readings = [(a, b, c)] if a > 31 else [(_year(c), b, a), (_year(c), a, b)]
    end = match.end() - 1 if match[0].endswith((" ", "T", "t")) else match.end()
    return [Quantity(match.start(), end, "date", 0.0, date=date) for date in dict.fromkeys(readings)]


def _month(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(name.lower().rstrip(".")[:3]))


def _year(number: int) -> int:
    return number + 2000 if number < 100 else number


def _clock(match: re.Match[str]) -> Quantity:
    hour, minute = int(match["h"] or match["h2"]), int(match["min"] or 0)
    half = (match["half"] or match["half2"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return Quantity(match.start(), match.end(), "clock", hour * 60 + minute, step=1 if match["min"] else 60)


def _number(match: re.Match[str], read: str) -> Quantity | None:
    group = match.groupdict()
    text = group["num"] or group["word"] or ""
    if text.lower() == "one" and not _is_count(match, read):
        return None
    value, step = _value(text)
    if "-" in match[0][: len(match[0]) - len(match[0].lstrip("+-"))] or group.get("neg"):
        value = -value
    start, end = match.span()
    if group["scale"]:
        value, step = value * _SCALES[group["scale"].lower()], step * _SCALES[group["scale"].lower()]
    if group["plus"]:
        value, step = value + 0.5, step / 2
    bound = _bound(read, start)
    if group.get("percent") or group.get("centile"):
        return Quantity(start, end, "percent", value, "%", step, bound, "%")
    if group.get("times"):
        return Quantity(start, end, "times", value, "", step, bound)
    if group.get("unit"):
        return _duration(start, end, value, step, group["unit"], bound)
    currency = _currency(group.get("code"), group.get("sign"))
    if currency:
        return Quantity(start, end, "money", value, currency, step, bound, currency)
    if group.get("code"):  # three capitals that are no currency: the number stands alone
        if match.re is _LEAD_MONEY:
            return None
        end = match.start("code")
        end -= len(read[start:end]) - len(read[start:end].rstrip())
    if group.get("nth"):
        return Quantity(start, end, "ordinal", value)
    if text.isdigit() and len(text) == 4 and 1990 <= value <= 2099 and not bound and not _counted(read, end):
        return Quantity(start, end, "date", value, date=(int(text), None, None))
    return Quantity(start, end, "count", value, _counted(read, end), step, bound)


def _value(text: str) -> tuple[float, float]:
    lower = text.lower()
    if lower and lower[0].isalpha():
        return sum(_WORDS[part] for part in re.split(r"[- ]", lower)), 1.0
    if re.fullmatch(r"\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    text = text.replace(",", "").replace("'", "")
    _, point, decimals = text.partition(".")
    return float(text), 10.0 ** -len(decimals) if point else 1.0


def _is_count(match: re.Match[str], read: str) -> bool:
    return not _NOT_ONE.search(read[max(0, match.start() - 12) : match.start()]) and not re.match(
        r"[- ](?:another|time\b|off\b|thing|by one|should|would|could|can|must|may)", read[match.end() :], re.IGNORECASE
    )


def _currency(code: str | None, sign: str | None) -> str:
    if code and code in _CURRENCIES:
        return code
    return _SIGNS.get(sign.lower().removesuffix("s") if len(sign) > 3 else sign.lower(), "") if sign else ""


def _duration(start: int, end: int, value: float, step: float, unit: str, bound: Bound) -> Quantity:
    name = unit.lower()
    name = name[:-1] if len(name) > 2 and name.endswith("s") else name
    if name in _IN_MONTHS:
        size = float(_IN_MONTHS[name])
        return Quantity(start, end, "duration", value * size, "month", step * size, bound, name)
    size = float(_SECONDS[name])
    return Quantity(start, end, "duration", value * size, "s", step * size, bound, name)


def _phrase(match: re.Match[str], read: str) -> Quantity | None:
    start, end = match.span()
    bound = _bound(read, start)
    text = match[0].lower()
    if match["once"]:
        return Quantity(start, end, "times", _FACTORS[text], bound=bound)
    if match["halfunit"]:
        return _duration(start, end, 0.5, 0.5, match["hu"], bound) if match["hu"].lower() in _SECONDS else None
    if match["aunit"]:
        return _duration(start, end, 1.0, 1.0, match["au"], bound)
    if match["part"]:
        value = _PARTS.get(text, 100 / 3 if "third" in text else 25.0)
        return Quantity(start, end, "percent", value, "%", 6.0, "about", "part")
    if match["some"]:
        return Quantity(start, end, "count", _SOME[text], _counted(read, end), 1.0, bound)
    return Quantity(start, end, "ordinal", _ORDINALS[text])


def _bound(read: str, start: int) -> Bound:
    before = read[max(0, start - 24) : start]
    return next((bound for bound, pattern in _BOUNDS.items() if pattern.search(before)), "")


def _counted(read: str, end: int) -> str:
    """The thing that a number counts: the first noun of a short list within the next four words, or nothing."""
    following = _AFTER.match(read, end)
    for word in following[0].lower().split() if following else ():
        single = word[:-3] + "y" if word.endswith("ies") else word.removesuffix("es") if word.endswith("sses") else word
        unit = _COUNTED.get(single) or _COUNTED.get(single.removesuffix("s"))
        if unit:
            return unit
        if word in ("were", "was", "of", "in", "on", "to", "and", "is", "are", "from", "for", "before", "at", "than"):
            break
    return ""


def _joined(found: list[Quantity], read: str) -> tuple[Quantity, ...]:
    """Durations in two parts ("1 hour 30 minutes") as one."""
    done: list[Quantity] = []
    for one in found:
        last = done[-1] if done else None
        if (
            last is not None
            and one.dimension == last.dimension == "duration"
            and one.unit == last.unit
            and one.step < last.step
            and re.fullmatch(r",? (?:and )?", read[last.end : one.start])
        ):
            done[-1] = Quantity(
                last.start, one.end, "duration", last.value + one.value, one.unit, one.step, last.bound, one.shown
            )
        else:
            done.append(one)
    return tuple(done)
