"""What a column is, by its name and its values.

Promise: `role_of` gives the most likely role of a column and, where the guess may be wrong in a way that matters, the
doubt in words. Which column is the time, the id, the amount or the label is left to `guess`, because there is only one.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.case import Role
from assistant.dataset.cells import Fault
from assistant.dataset.money import DecimalMark, read_number

__all__ = ["MISSING", "Clue", "Profile", "is_card_number", "role_of"]

MISSING = frozenset({"NULL", "null", "NaN", "nan", "None", "none", "N/A", "n/a", "NA", "#N/A", "\\N", "-", "?"})
"""Words that stand for an empty cell where a column otherwise holds numbers or times."""
MOST = 0.9


@dataclass(frozen=True)
class Profile:
    """One column of the sample."""

    name: str
    cells: Sequence[str]

    @cached_property
    def words(self) -> str:
        """The name as lower-case words with a space at either end: `shipToZIP` is ` ship to zip `."""
        split = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)(?=[A-Z][a-z])", r"\1\3 \2", self.name)
        return f" {' '.join(re.findall(r'[a-z]+|[0-9]+', split.lower()))} "

    @cached_property
    def filled(self) -> list[str]:
        return [cell.strip() for cell in self.cells if cell.strip() and cell.strip() not in MISSING]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands there, in the order of their first appearance."""
        return Counter(self.filled)

    @cached_property
    def distinct(self) -> tuple[str, ...]:
        return tuple(self.counts)

    @cached_property
    def missing(self) -> frozenset[str]:
        """The words in this column that may stand for an empty cell."""
        return frozenset(cell.strip() for cell in self.cells) & MISSING

    @cached_property
    def is_numeric(self) -> bool:
        return self.mostly(_is_number)

    def has(self, *patterns: str) -> bool:
        """Whether the words of the name match one of these patterns."""
        return any(re.search(rf" (?:{pattern}) ", self.words) for pattern in patterns)

    def mostly(self, test: Callable[[str], object]) -> bool:
        """Whether nearly all different values pass, and there are any."""
        return bool(self.distinct) and sum(bool(test(text)) for text in self.distinct) >= MOST * len(self.distinct)


@dataclass(frozen=True)
class Clue:
    """A guess, why, and what is doubtful about it (or nothing)."""

    role: Role
    why: str = ""
    doubt: str = ""


_VERDICTS = {"pass", "fail", "passed", "failed", "match", "mismatch", "no match"}
_CONSTANT = Clue("ignore", why="one value in every row")


def role_of(column: Profile) -> Clue:
    """The role of a column that is none of the single ones."""
    if column.has(r"fraud|chargeback|is bad|label|ground truth|outcome|verdict|resolution") and not column.has("score"):
        return Clue("ignore", doubt="it may tell the outcome, which nobody knew when the case opened")
    if re.search(r" (target|class|status) $", column.words) and len(column.distinct) <= 12:
        return Clue("ignore", doubt="it may have changed after the case opened, and tell how it ended")
    for guess in (_by_value, _by_name, _by_shape):
        if clue := guess(column):
            return _CONSTANT if clue.role == "category" and _is_constant(column) else clue
    return Clue("category")


def _is_constant(column: Profile) -> bool:
    return len(column.distinct) == 1 and len(column.filled) == len(column.cells) >= 20


def _by_value(column: Profile) -> Clue | None:
    if column.mostly(_is_ip):
        return Clue("ip")
    if column.mostly(re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch):
        return Clue("email")
    if column.mostly(re.compile(r"[A-Z0-9<\s]{28,}").fullmatch) and column.mostly(lambda text: "<" in text):
        return Clue("mrz")
    if column.mostly(re.compile(r"(Mozilla|Opera|Dalvik|okhttp|curl|python-requests)[/ ]").match):
        return Clue("user_agent")
    if column.mostly(is_card_number):
        return Clue("card", doubt="these look like full card numbers: replace them with a token before you import")
    return None


_ID = r"(id|no|nr|num|number|key|ref|reference|hash|token|code)"
_BY_NAME: tuple[tuple[str, Role, str], ...] = (
    (r"gender|sex|race|ethnic\w*|religion|nationality|marital( status)?|disab\w+", "protected", ""),
    (r"(\w+ )?age", "protected", ""),
    (r"ip( address| addr)?", "ip", ""),
    (r"e ?mail( address)?( domain)?|mail", "email", ""),
    (r"user ?agent|ua|browser( agent)?", "user_agent", ""),
    (r"zip( code)?|postal( code)?|post ?code|plz|area code", "category", ""),
    (r"phone( number| no)?|mobile( number)?|telephone|tel|msisdn|cell", "phone", ""),
    (r"(card )?bin", "category", "a BIN is shared by many cards; if each customer here has their own, make it card"),
    (r"(card|account|device|document|id|doc|merchant|user|customer|entity) (type|brand|category|tier|os)",
     "category", ""),
    (r"mcc|merchant category( code)?", "category", ""),
    (rf"(credit |debit )?(card|cc|pan)( {_ID})?", "card", ""),
    (rf"device( {_ID}| fingerprint)?|fingerprint|imei|idfa|mac( address)?|cookie( id)?", "device", ""),
    (rf"(passport|document|doc|licen[cs]e|national id|identity card|id card|ssn|tax id)( {_ID})?",
     "document_number", ""),
    (rf"(merchant|seller|vendor|shop|store)( name| {_ID})?", "merchant", ""),
    (r"(ip |billing |shipping |issuing |issuer )?country( code)?", "country", ""),
    (r"(\w+ )?(address|street)( line)?( \d)?", "address", ""),
    (r"(company|business|legal|trading|dba) name", "merchant", ""),
    (r"user name", "account", ""),
    (r"(product|item|file|plan|campaign|bank|host|domain|city|event|device|app|job|department) name", "category", ""),
    (r"((first|last|full|given|family|sur|maiden|middle|customer|holder|cardholder|account|beneficiary|payee|client) )*"
     r"(name|surname|forename|lastname|firstname|fullname)", "name", ""),
    (rf"(customer|user|account|acct|entity|client|member|payer|payee|holder|policy|iban|wallet|username)( {_ID})?",
     "account", ""),
    (r"(avs|cvv|cvc|3ds|liveness|kyc|selfie|face)( \w+)*|\w+ (check|match|verified|verification)( result)?",
     "check", ""),
    (r"(agent |reviewer |analyst |internal )?(note|notes|remark|remarks)", "note", ""),
    (r"description|message|comment|comments|text|memo|narrative|free text|subject|body", "free_text", ""),
)  # fmt: skip


def _by_name(column: Profile) -> Clue | None:
    for pattern, role, doubt in _BY_NAME:
        # "billing phone" ends in what it is; "phone model" does not
        if re.search(rf" (?:{pattern}) $", column.words):
            if role in {"device", "card", "account"} and 0 < len(column.distinct) <= 5 and len(column.filled) > 50:
                return Clue("category", doubt=f"only {len(column.distinct)} values, so it names no {role}")
            return Clue(role, doubt=doubt)
    return None


def _by_shape(column: Profile) -> Clue | None:
    kinds, count = len(column.distinct), len(column.filled)
    if _is_constant(column):
        return _CONSTANT
    # one odd word in a column that only adds to the picture must not reject the case
    if column.distinct and all(map(_is_number, column.distinct)) and not column.has("code", "type", "id"):
        if column.has(r"\w*score", "probability", "confidence") and column.mostly(
            re.compile(r"[01]([.,]\d+)?").fullmatch
        ):
            return Clue("check", doubt="a score of another system: ignore it if it was made after the case opened")
        return Clue("number")
    if column.mostly(lambda text: text.lower() in _VERDICTS):
        return Clue("check")
    if kinds and sum(map(len, column.distinct)) / kinds > 40 and column.mostly(lambda text: " " in text):
        return Clue("free_text")
    if kinds > 50 and kinds > 0.5 * count:
        return Clue("category", doubt="nearly every row has another value: if it names a thing, give it that role")
    return None


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return not text.isdecimal()


def is_card_number(text: str) -> bool:
    """Whether this could be a full card number: its length, its first digit and its check digit."""
    digits = re.sub(r"[ -]", "", text)
    if not (digits.isascii() and digits.isdecimal() and 13 <= len(digits) <= 19 and digits[0] in "3456"):
        return False
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _is_number(text: str) -> bool:
    return not isinstance(read_number("", text, _mark(text)), Fault)


def _mark(text: str) -> DecimalMark | None:
    """A decimal comma counts as a number here; which mark the file uses is decided over all its columns."""
    return "," if re.fullmatch(r"[+-]?[0-9.]+,[0-9]+", text) else None
