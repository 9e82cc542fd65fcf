"""Takes personal data out of a prompt before it leaves the machine, and puts it back into the answer.

Promise: `show(hide(text)) == text` for any text; one value has one placeholder (`<email 1>`) for the life of a mask;
what already looks like a placeholder is hidden like personal data, so nobody can write one into a prompt; a placeholder
that the mask did not give out is left as it is, and the verifier refuses it as markup.
Hidden are the personal facts of the case itself, whole and in the parts that people write, and by their shape emails,
numbers of seven digits and more (phones, cards), IBANs, IP addresses, document numbers and machine-readable zones.
A name that is no fact of the case, such as a friend's in a message, has no shape to know it by and stays.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.case import Fact
from assistant.roles import ADDRESS_ROLES, PERSONAL_ROLES

__all__ = ["Mask"]

WORD_FOR_ROLE = {
    **dict.fromkeys(ADDRESS_ROLES, "address"), "beneficial_owner": "name", "payout_account": "account",
    "document_number": "document", "birth_date": "date",
}  # fmt: skip
KINDS = ("name", "email", "phone", "address", "card", "account", "device", "ip", "document", "mrz", "date", "iban",
         "number", "text")  # fmt: skip
CODES = frozenset({"phone", "card", "account", "payout_account", "document_number"})
"""Roles whose values are also written with other separators: `H377 4767`."""

_PLACEHOLDER = re.compile(rf"<({'|'.join(KINDS)}) (\d+)>")
_GAP = r"(?:[^\w\n]|_){0,44}"  # a machine-readable zone fills up to 44 places
_SMALL_GAP = r"(?:[^\w\n]|_){0,2}"
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_WORD = re.compile(r"[^\W_]+")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})


class Span(NamedTuple):
    """Characters to hide, and what they are."""

    start: int
    end: int
    kind: str


class _Folded(NamedTuple):
    """Text in comparable form; `places[i]` is where its character i stood in the text that was folded, and the last
    place is the end of that."""

    text: str
    places: list[int]

    def span(self, start: int, end: int, kind: str) -> Span:
        # up to the next character that counts, with the accents that follow a letter as characters of their own
        return Span(self.places[start], max(self.places[end - 1] + 1, self.places[end]), kind)


class Mask:
    """The placeholders of one draft. Holds personal data, so it is neither stored nor printed."""

    def __init__(self, personal: Sequence[Fact] = ()) -> None:
        self._own = [
            (WORD_FOR_ROLE.get(fact.role, fact.role), re.compile(way.pattern), way.keep_case)
            for fact in personal
            if fact.role in PERSONAL_ROLES
            for way in dict.fromkeys(_ways(fact))
        ]
        self._placeholders: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._counts = dict.fromkeys(KINDS, 0)

    def hide(self, text: str) -> str:
        """`text` with a placeholder for every piece of personal data."""
        parts, done = [], 0
        for span in _joined([*self._own_spans(text), *_shaped(text)]):
            parts += [text[done : span.start], self._placeholder(text[span.start : span.end], span.kind)]
            done = span.end
        return "".join([*parts, text[done:]])

    def show(self, text: str) -> str:
        """`text` with the personal data back in its places. A placeholder that was never given out stays."""
        return _PLACEHOLDER.sub(lambda found: self._values.get(found[0], found[0]), text)

    def _placeholder(self, value: str, kind: str) -> str:
        if value not in self._placeholders:
            self._counts[kind] += 1
            self._placeholders[value] = placeholder = f"<{kind} {self._counts[kind]}>"
            self._values[placeholder] = value
        return self._placeholders[value]

    def _own_spans(self, text: str) -> Iterator[Span]:
        folded, cased = _fold(text), _fold(text, keep_case=True)
        for kind, pattern, keep_case in self._own:
            where = cased if keep_case else folded
            yield from (where.span(*found.span(), kind) for found in pattern.finditer(where.text))


def _fold(text: str, *, keep_case: bool = False) -> _Folded:
    """Without accents, width variants and hidden characters, in small letters: José, JOSE and Ｊosé are one name."""
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if not char.isascii():
            char = "".join(
                one for one in unicodedata.normalize("NFKD", char) if unicodedata.category(one) not in ("Mn", "Cf")
            ).translate(_UNDECOMPOSED)
        char = char if keep_case else char.casefold().translate(_UNDECOMPOSED)
        folded.append(char)
        places += [place] * len(char)
    return _Folded("".join(folded), [*places, len(text)])


class _Way(NamedTuple):
    """One way in which a value is written: an expression over folded text."""

    pattern: str
    keep_case: bool = False


def _ways(fact: Fact) -> Iterator[_Way]:
    """All ways in which a value is written. Parts that are too short to mean anybody are left out: masking every `12`
    would hide the case."""
    value = _fold(fact.value).text
    if len(code := re.sub(r"[\W_]", "", value)) >= 3:
        yield _Way(_phrase(value))
    if fact.role in CODES and len(code) >= 6:
        yield _Way(_bounded(_SMALL_GAP.join(map(re.escape, code)), code))
    if fact.role in {"name", "beneficial_owner"}:
        yield from _name_parts(_WORD.findall(_fold(fact.value, keep_case=True).text))
    elif fact.role == "email" and len("".join(local := _WORD.findall(value.partition("@")[0]))) >= 4:
        yield _Way(_phrase(" ".join(local)))
    elif fact.role == "card":
        yield from map(_Way, map(_phrase, re.findall(r"\d{4,}", value)))
    elif fact.role in ADDRESS_ROLES:
        yield from map(_Way, map(_phrase, _address_parts(value)))
    elif fact.role == "birth_date":
        yield from map(_Way, map(_phrase, _dates(value)))


def _name_parts(words: Sequence[str]) -> Iterator[_Way]:
    """Each word of a name. One of two letters only with a capital: `An` is a name, `an` a word like any other."""
    for word in words:
        if len(word) >= 3 or (len(word) == 2 and not _spaced(word)):
            yield _Way(_phrase(word.casefold()))
        elif len(word) == 2 and not word.islower():
            yield from (_Way(_phrase(written), keep_case=True) for written in (word.title(), word.upper()))


def _address_parts(value: str) -> Iterator[str]:
    """What stands between the commas, also without its numbers, and postcodes. A country's code is left."""
    for piece in re.split(r"[,;\n]", value):
        words = _WORD.findall(piece)
        letters = [word for word in words if not any(char.isdigit() for char in word)]
        yield from (word for word in words if len(re.sub(r"\D", "", word)) >= 4)
        if len("".join(words)) >= 4:
            yield piece
        if len("".join(letters)) >= 5:
            yield " ".join(letters)


def _dates(value: str) -> Iterator[str]:
    try:
        day = date.fromisoformat(value.strip()[:10])
    except ValueError:
        return
    for form in ("%Y %m %d", "%d %m %Y", "%m %d %Y", "%d %B %Y", "%B %d %Y", "%d %b %Y", "%Y%m%d", "%d%m%Y"):
        written = day.strftime(form).casefold()
        yield written
        yield re.sub(r"\b0(?=\d)", "", written)


def _phrase(value: str) -> str:
    """The words of a value with anything but words between them."""
    return _bounded(_GAP.join(map(re.escape, _WORD.findall(value))), value)


def _bounded(pattern: str, value: str) -> str:
    return f"{_START}{pattern}{_END}" if _spaced(value) else pattern


def _spaced(value: str) -> bool:
    """Whether its script sets words apart; in Chinese, Thai or Arabic a name may stand inside a run of letters."""
    return not any(unicodedata.category(char) == "Lo" for char in value)


_DATE = re.compile(
    rf"{_START}(?:(?:19|20)\d\d-[01]\d-[0-3]\d|[0-3]?\d[./][0-3]?\d[./](?:19|20)\d\d)(?:[ T][0-2]\d:[0-5]\d)?{_END}"
)
_DECIMAL = re.compile(r"\d+\.\d{1,3}")
_STOP = r"\s@<>‹›()\[\]{}\"',;:|¦"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("text", re.compile(rf"[<‹][\s_-]*(?:{'|'.join(KINDS)})[\s_-]*\d+\s*[>›]", re.IGNORECASE)),
    ("text", re.compile(r"(?<!\S)\S+(?=\s?\.\.\.\s\(cut)")),  # half a value has no shape left
    ("email", re.compile(rf"(?<![^{_STOP}])[^{_STOP}]+(?:@|\s?[\[({{]\s?at\s?[\])}}]\s?)[^{_STOP}]+", re.IGNORECASE)),
    ("iban", re.compile(rf"{_START}[A-Z]{{2}}\d{{2}}(?:[ -]?[A-Z0-9]){{11,30}}", re.IGNORECASE)),
    ("mrz", re.compile(r"(?<![A-Z0-9<‹])(?=[A-Z0-9]*[<‹])[A-Z0-9<‹]{20,}")),
    ("ip", re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)|(?<![\w:])[0-9a-f:]{3,39}(?:\.\d+){0,3}(?![\w:])",
                      re.IGNORECASE)),
    ("document", re.compile(rf"{_START}(?:(?=[0-9]*[A-Z])[A-Z0-9]{{7,34}}|[a-z]{{1,2}}\d{{6,}}){_END}")),
    ("number", re.compile(rf"{_START}\+?\(?\d(?:[ ().\-–/]{{0,2}}\d){{6,}}{_END}")),
)  # fmt: skip


def _shaped(text: str) -> Iterator[Span]:
    """Personal data that is known by its shape."""
    folded = _fold(text, keep_case=True)
    dateless = _DATE.sub(lambda found: "x" * len(found[0]), folded.text)
    for kind, pattern in _SHAPES:
        for found in pattern.finditer(dateless if kind == "number" else folded.text):
            end, kind_found = _judge(kind, found[0], found.end())
            if kind_found:
                yield folded.span(found.start(), end, kind_found)


def _judge(kind: str, value: str, end: int) -> tuple[int, str]:
    """Where the value ends and what it is; nothing when the shape alone misleads."""
    if kind == "iban":
        size = _iban_size(value)
        return end - len(value) + size, kind if size else ""
    if kind == "ip":
        return end, kind if _holds(ipaddress.ip_address, value) else ""
    if kind == "document":
        return end, kind if sum(char.isdigit() for char in value) >= 4 else ""
    if kind == "number":
        if _DECIMAL.fullmatch(value):
            return end, ""
        digits = [int(char) for char in value if char.isdecimal()]
        if 13 <= len(digits) <= 19 and _luhn(digits):
            return end, "card"
        return end, "phone" if len(digits) <= 15 and value[0] in "+(0" else kind
    return end, kind


def _holds(reader: Callable[[str], object], value: str) -> bool:
    try:
        reader(value)
    except ValueError:
        return False
    return True


def _iban_size(value: str) -> int:
    """Characters of the longest beginning whose check digits agree (ISO 13616, modulo 97); 0 without one."""
    for size in range(len(value), 14, -1):
        code = re.sub(r"[ -]", "", value[:size]).upper()
        if (
            len(code) >= 15
            and value[size - 1].isalnum()
            and int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1
        ):
            return size
    return 0


def _luhn(digits: Sequence[int]) -> bool:
    """The check digit of card numbers (ISO/IEC 7812-1)."""
    doubled = [sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Spans in order; those that overlap become one, named after the longest, so that no half of a value is left."""
    last: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if last and span.start < max(one.end for one in last):
            last.append(span)
            continue
        if last:
            yield _one(last)
        last = [span]
    if last:
        yield _one(last)


def _one(spans: Sequence[Span]) -> Span:
    longest = max(spans, key=lambda one: one.end - one.start)
    return Span(min(one.start for one in spans), max(one.end for one in spans), longest.kind)
