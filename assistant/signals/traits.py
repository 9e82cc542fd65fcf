"""What the columns of one case say by themselves: mismatches, email and browser traits, the hour, plain values.

Free text, notes, names and protected traits are never signals: the first three are written by people who may lie, the
last must not matter. Neither are disputes: that somebody disputes is how a case ends.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from assistant.case import Case, Fact
from assistant.links import entity_key
from assistant.money import read_words, reference_amount
from assistant.roles import CHECK_ROLES, CHOICE_ROLES, COUNTRY_ROLES, MONEY_ROLES, Role
from assistant.signals.signal import Group, Signal, Value, from_case, mismatch

__all__: list[str] = []

HOUR = Signal(name="local_hour", group="time", phrase="the hour of the day was {value}", unit="number")
WEEKDAY = Signal(name="is_weekend", group="time", phrase="it was a weekend", zero="it was a working day", unit="flag")
EMAIL_DIGITS = Signal(
    name="email_digit_share",
    group="identity",
    phrase="{value} of the email name is digits",
    zero="the email name has no digits",
    unit="share",
    bad="high",
)
EMAIL_LENGTH = Signal(
    name="email_name_length", group="identity", phrase="the email name has {value} characters", unit="count"
)
EMAIL_DOMAIN = Signal(name="email_domain", group="identity", phrase="the email domain is {value}", unit="text")
EMAIL_NAME = Signal(
    name="email_holds_name",
    group="identity",
    phrase="the email name holds the customer's name",
    zero="the email name holds no part of the customer's name",
    unit="flag",
    bad="low",
)
AGENT = Signal(name="browser", group="device", phrase="the browser is {value}", unit="text")
SYSTEM = Signal(name="system", group="device", phrase="the operating system is {value}", unit="text")
AUTOMATED = Signal(
    name="browser_is_automated",
    group="device",
    phrase="the user agent is that of a program, not of a person's browser",
    zero="the user agent is that of a person's browser",
    unit="flag",
    bad="high",
)
CONTRADICTS = Signal(
    name="user_agent_contradicts_itself",
    group="device",
    phrase="the user agent names things that never go together",
    zero="the user agent fits together",
    unit="flag",
    bad="high",
)
ELSEWHERE = Signal(
    name="shipping_differs_from_billing",
    group="identity",
    phrase="the shipping address is not the billing address",
    zero="the shipping address is the billing address",
    unit="flag",
)
REFUND = Signal(
    name="refund_share", group="money", phrase="the refund is {value} of the amount", unit="share", bad="high"
)
BROWSERS = ("Edg", "OPR", "Opera", "FxiOS", "CriOS", "Firefox", "Chrome", "MSIE", "Trident", "Safari")
SYSTEMS = ("Android", "iPhone", "iPad", "iPod", "Windows CE", "Windows", "Macintosh", "Linux", "iOS")
MACHINES = ("Windows NT", "Macintosh", "Android", "iPhone", "iPad", "X11")
NEVER = (("MSIE", "Linux"), ("MSIE", "Macintosh"), ("Trident", "Linux"), ("CriOS", "Windows"), ("FxiOS", "Windows"))
PROGRAM = re.compile(r"bot|curl|wget|python|headless|phantom|selenium|okhttp|java/", re.IGNORECASE)
LONGEST_CATEGORY = 60


@from_case
def hour(case: Case) -> Iterator[tuple[Signal, Value]]:
    """Hour and weekday on the clock of the place that the time was given in."""
    minutes = case.opened_at.hour * 60 + case.opened_at.minute + case.utc_offset_min
    yield HOUR, float(minutes // 60 % 24)
    yield WEEKDAY, float((case.opened_at.weekday() + minutes // 1440) % 7 >= 5)


@from_case
def countries(case: Case) -> Iterator[tuple[Signal, Value]]:
    """One flag for each pair of countries on a case: shipping and card, card and IP, …"""
    given = [fact for fact in case.facts if fact.role in COUNTRY_ROLES and fact.value]
    for one, other in combinations(given, 2):
        group: Group = "network" if "ip" in f"{one.name}{other.name}".lower() else "identity"
        differ = one.value.strip().casefold() != other.value.strip().casefold()
        yield mismatch(one.name, one.phrase, other.name, other.phrase, group), float(differ)


@from_case
def addresses(case: Case) -> Iterator[tuple[Signal, Value]]:
    """Whether goods go where the bill goes."""
    billing, shipping = case.values("billing_address"), case.values("shipping_address")
    if billing and shipping:
        same = entity_key("billing_address", billing[0]) == entity_key("shipping_address", shipping[0])
        yield ELSEWHERE, float(not same)


@from_case
def email(case: Case) -> Iterator[tuple[Signal, Value]]:
    """Traits of the address as written, which throw-away addresses share."""
    for address in case.values("email")[:1]:
        local, _, domain = address.rpartition("@")
        if not local:
            return
        yield EMAIL_DIGITS, sum(character.isdigit() for character in local) / len(local)
        yield EMAIL_LENGTH, float(len(local))
        yield EMAIL_DOMAIN, domain.strip().lower()
        for name in case.values("name")[:1]:
            words = [word for word in re.findall(r"\w+", name.lower()) if len(word) > 2]
            if words:
                yield EMAIL_NAME, float(any(word in local.lower() for word in words))


@from_case
def user_agent(case: Case) -> Iterator[tuple[Signal, Value]]:
    """Browser and system by their names in the user agent; a client can lie about both."""
    for text in case.values("user_agent")[:1]:
        yield AGENT, next((name for name in BROWSERS if name in text), "another one")
        yield SYSTEM, next((name for name in SYSTEMS if name in text), "another one")
        yield AUTOMATED, float(bool(PROGRAM.search(text)))
        odd = sum(machine in text for machine in MACHINES) > 1 or any(one in text and two in text for one, two in NEVER)
        yield CONTRADICTS, float(odd)


@from_case
def plain_values(case: Case) -> Iterator[tuple[Signal, Value]]:
    """Numbers, categories and checks of other systems, as they are. A country by itself is none of them: it stands in
    for where somebody comes from. Whether countries agree is a signal of its own."""
    for fact in case.facts:
        if fact.role == "number":
            number = _number(fact.value)
            if number is not None:
                yield _value(fact), number
        elif fact.role in CHECK_ROLES:
            number = _number(fact.value)
            yield (_choice(fact), fact.value) if number is None else (_value(fact), number)
        elif fact.role in CHOICE_ROLES and len(fact.value) <= LONGEST_CATEGORY:
            yield _choice(fact), fact.value


@from_case
def other_amounts(case: Case) -> Iterator[tuple[Signal, Value]]:
    """A refund against the amount at stake; a payout in euro, so that currencies can be compared."""
    for fact in case.facts:
        if fact.role in MONEY_ROLES:
            currency, minor = read_words(fact.value)
            if fact.role == "refund" and case.amount_minor and currency == case.currency:
                yield REFUND, minor / case.amount_minor
            elif fact.role == "payout" and (comparable := reference_amount(minor, currency)) is not None:
                yield replace(_value(fact), group="money", unit="euro"), comparable


_GROUPS: dict[Role, Group] = {
    "authorisation": "payment",
    "avs": "payment",
    "cvv": "payment",
    "three_d_secure": "payment",
    "liability_shift": "payment",
    "capture": "payment",
    "merchant_category": "merchant",
    "payout": "merchant",
    "check": "document",
    "document_type": "document",
    "face_match": "document",
    "authenticity": "document",
}
_BAD_LOW = frozenset({"face_match", "authenticity"})


def _value(fact: Fact) -> Signal:
    return _number_of(fact.name, fact.role, fact.phrase)


def _choice(fact: Fact) -> Signal:
    return _choice_of(fact.name, fact.role, fact.phrase)


@lru_cache(maxsize=4096)
def _number_of(name: str, role: Role, phrase: str) -> Signal:
    """A declaration is the same for every case of a source, and is made once."""
    return Signal(
        name=f"value.{name}",
        group=_GROUPS.get(role, "facts"),
        phrase=f"{phrase} is {{value}}",
        unit="number",
        bad="low" if role in _BAD_LOW else None,
        reads=(name,),
    )


@lru_cache(maxsize=4096)
def _choice_of(name: str, role: Role, phrase: str) -> Signal:
    return Signal(
        name=f"is.{name}",
        group=_GROUPS.get(role, "facts"),
        phrase=f"{phrase} is {{value}}",
        unit="text",
        reads=(name,),
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
