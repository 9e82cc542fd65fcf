"""Where the demo world happens: countries, their invented towns, addresses, phones and prices.

Countries are real ISO codes and equally good: no plot prefers one. Towns and streets are invented, each for one
country. Phones come from the ranges that regulators keep for fiction, and a country without such a range gives none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from assistant.world.chance import Dice
from assistant.world.phrasebook import load_phrases, words

__all__ = [
    "ABROAD",
    "ADDRESS_CHECKED",
    "COUNTRIES",
    "HOMES",
    "SPOKEN",
    "STRONG_AUTHENTICATION",
    "Country",
    "address",
    "cash",
    "in_euros",
    "phone",
    "phone_kind",
    "point_of",
    "price",
    "state_of",
    "town_of",
    "zone_of",
]


@dataclass(frozen=True)
class Country:
    """One country as the marketplace sees it. `per_euro` is a fixed, rounded rate; `post_code` is how codes look,
    and in Britain and Ireland its letters are such as no post office has given out; latitude and longitude are about
    where most people live. People write in `language` and are called as in `naming`."""

    code: str
    alpha3: str
    language: str
    currency: str
    per_euro: float
    zone: str
    post_code: str
    latitude: float
    longitude: float
    other_naming: str = ""

    @property
    def mrz_code(self) -> str:
        """ICAO 9303 writes Germany as a single D."""
        return "D" if self.alpha3 == "DEU" else self.alpha3

    @property
    def naming(self) -> str:
        return self.other_naming or self.language


@dataclass(frozen=True)
class Region:
    """A state or province: how its post codes begin, its area codes, its clock, and where most of its people live."""

    post_code: str
    areas: str
    zone: str
    latitude: float
    longitude: float


_COUNTRIES = (
    Country("GB", "GBR", "en", "GBP", 0.86, "Europe/London", "QV# #XZ", 52.4, -1.5),
    Country("US", "USA", "en", "USD", 1.08, "America/New_York", "#####", 39, -88),
    Country("DE", "DEU", "de", "EUR", 1, "Europe/Berlin", "#####", 50.9, 9.7),
    Country("FR", "FRA", "fr", "EUR", 1, "Europe/Paris", "#####", 47.3, 2.6),
    Country("ES", "ESP", "es", "EUR", 1, "Europe/Madrid", "#####", 40.3, -3.6),
    Country("IE", "IRL", "en", "EUR", 1, "Europe/Dublin", "Z## X###", 53.2, -7.1),
    Country("PT", "PRT", "pt", "EUR", 1, "Europe/Lisbon", "####-###", 39.6, -8.5),
    Country("NL", "NLD", "nl", "EUR", 1, "Europe/Amsterdam", "#### QX", 52.1, 5.2),
    Country("IT", "ITA", "it", "EUR", 1, "Europe/Rome", "#####", 43.4, 11.8),
    Country("SE", "SWE", "sv", "SEK", 11.3, "Europe/Stockholm", "### ##", 59.1, 16.0),
    Country("CA", "CAN", "en", "CAD", 1.47, "America/Toronto", "L#X #Z#", 46, -78),
    Country("AU", "AUS", "en", "AUD", 1.64, "Australia/Sydney", "####", -34, 147),
    Country("BR", "BRA", "pt", "BRL", 5.9, "America/Sao_Paulo", "#####-###", -21.5, -46.4),
    Country("JP", "JPN", "ja", "JPY", 163, "Asia/Tokyo", "###-####", 35.4, 137.9),
    Country("AT", "AUT", "de", "EUR", 1, "Europe/Vienna", "####", 47.9, 14.6),
    Country("BE", "BEL", "fr", "EUR", 1, "Europe/Brussels", "####", 50.7, 4.5),
    Country("CH", "CHE", "de", "CHF", 0.95, "Europe/Zurich", "####", 47.2, 8.1),
    Country("DK", "DNK", "en", "DKK", 7.46, "Europe/Copenhagen", "####", 55.7, 10.6, "da"),
    Country("NO", "NOR", "en", "NOK", 11.7, "Europe/Oslo", "####", 60.3, 10.2, "no"),
    Country("PL", "POL", "en", "PLN", 4.3, "Europe/Warsaw", "##-###", 51.8, 19.6, "pl"),
    Country("MX", "MEX", "es", "MXN", 19.5, "America/Mexico_City", "#####", 20.5, -100.2),
    Country("TH", "THA", "en", "THB", 38, "Asia/Bangkok", "#####", 14.4, 100.9, "th"),
    Country("NZ", "NZL", "en", "NZD", 1.8, "Pacific/Auckland", "####", -38.6, 175.5),
    Country("GR", "GRC", "en", "EUR", 1, "Europe/Athens", "### ##", 38.5, 23.3, "el"),
)
COUNTRIES: dict[str, Country] = {country.code: country for country in _COUNTRIES}
_PER_EURO = {country.currency: country.per_euro for country in _COUNTRIES}
SPOKEN = {
    "GB": "the UK",
    "US": "the US",
    "DE": "Germany",
    "FR": "France",
    "ES": "Spain",
    "IE": "Ireland",
    "PT": "Portugal",
    "NL": "the Netherlands",
    "IT": "Italy",
    "SE": "Sweden",
    "CA": "Canada",
    "AU": "Australia",
    "BR": "Brazil",
    "JP": "Japan",
    "AT": "Austria",
    "BE": "Belgium",
    "CH": "Switzerland",
    "DK": "Denmark",
    "NO": "Norway",
    "PL": "Poland",
    "MX": "Mexico",
    "TH": "Thailand",
    "NZ": "New Zealand",
    "GR": "Greece",
}
"""What countries are called in a sentence."""
HOMES: dict[str, float] = {
    "GB": 24, "US": 17, "DE": 14, "FR": 12, "ES": 7, "IE": 4, "PT": 4, "NL": 4, "IT": 4, "SE": 3, "CA": 3, "AU": 3,
    "BR": 2, "JP": 1.5,
}  # fmt: skip
"""Where customers live, and how many of them."""
ABROAD: tuple[str, ...] = tuple(COUNTRIES)

ADDRESS_CHECKED = frozenset({"GB", "US", "CA", "AU", "NZ"})
"""Where card issuers check the billing address (AVS). Elsewhere the answer is that they do not."""

STRONG_AUTHENTICATION = frozenset(
    {"GB", "DE", "FR", "ES", "IE", "PT", "NL", "IT", "SE", "AT", "BE", "DK", "NO", "PL", "GR"}
)
"""Where a card payment online is authenticated unless an exemption holds."""

_REGIONS: dict[str, dict[str, Region]] = {
    "US": {
        "AZ": Region("85###", "520 602", "America/Phoenix", 33.4, -112.1),
        "CA": Region("93###", "213 408", "America/Los_Angeles", 36.7, -119.8),
        "CO": Region("80###", "303 719", "America/Denver", 39.7, -105.0),
        "FL": Region("33###", "305 407", "America/New_York", 27.9, -81.8),
        "GA": Region("30###", "404 706", "America/New_York", 33.7, -84.4),
        "IL": Region("61###", "217 309", "America/Chicago", 40.6, -89.4),
        "KY": Region("40###", "502 859", "America/New_York", 38.0, -84.5),
        "LA": Region("70###", "225 504", "America/Chicago", 30.5, -91.2),
        "MN": Region("55###", "507 612", "America/Chicago", 44.9, -93.4),
        "MO": Region("64###", "573 816", "America/Chicago", 38.9, -92.3),
        "NC": Region("27###", "704 919", "America/New_York", 35.7, -79.6),
        "NE": Region("68###", "308 402", "America/Chicago", 41.0, -97.6),
        "NH": Region("03###", "603", "America/New_York", 43.2, -71.5),
        "NV": Region("89###", "702 775", "America/Los_Angeles", 38.0, -117.0),
        "NY": Region("12###", "212 518", "America/New_York", 42.1, -74.9),
        "OH": Region("44###", "216 614", "America/New_York", 40.4, -82.7),
        "OR": Region("97###", "503 541", "America/Los_Angeles", 44.6, -122.9),
        "PA": Region("17###", "412 717", "America/New_York", 40.4, -76.9),
        "SC": Region("29###", "803 843", "America/New_York", 34.0, -81.0),
        "TX": Region("77###", "214 512", "America/Chicago", 31.0, -97.3),
        "VA": Region("22###", "703 804", "America/New_York", 37.8, -78.2),
        "WA": Region("98###", "206 509", "America/Los_Angeles", 47.4, -121.5),
        "WI": Region("53###", "414 608", "America/Chicago", 43.5, -88.8),
    },
    "CA": {
        "ON": Region("K#X #Z#", "416 519 613 705", "America/Toronto", 43.9, -79.6),
        "BC": Region("V#X #Z#", "250 604", "America/Vancouver", 49.3, -122.3),
        "AB": Region("T#X #Z#", "403 780", "America/Edmonton", 52.0, -113.8),
        "MB": Region("R#X #Z#", "204", "America/Winnipeg", 49.9, -97.2),
        "SK": Region("S#X #Z#", "306", "America/Regina", 51.3, -105.9),
        "NB": Region("E#X #Z#", "506", "America/Moncton", 46.1, -66.0),
        "NS": Region("B#X #Z#", "902", "America/Halifax", 44.8, -63.4),
    },
    "AU": {
        "NSW": Region("2###", "2_5550", "Australia/Sydney", -33.4, 150.9),
        "VIC": Region("3###", "3_5550", "Australia/Melbourne", -37.6, 144.9),
        "QLD": Region("4###", "7_7010", "Australia/Brisbane", -27.0, 152.8),
        "SA": Region("5###", "8_5550", "Australia/Adelaide", -34.8, 138.7),
        "WA": Region("6###", "8_5550", "Australia/Perth", -31.9, 116.1),
    },
}  # fmt: skip
_STREET_FIRST = {"DE", "AT", "CH", "ES", "MX", "PT", "BR", "NL", "IT", "SE", "DK", "NO", "PL", "GR", "JP"}
_TOWN_FIRST = {"GB", "IE", "US", "CA", "AU", "NZ", "TH"}
_FLATS = {"GB": "Flat #, {}", "IE": "Apartment #, {}", "US": "{} Apt #", "CA": "{} Unit #", "AU": "#/{}", "NZ": "#/{}"}

_UK_AREAS = ("113 496", "114 496", "115 496", "116 496", "117 496", "118 496", "121 496", "131 496", "141 496",
             "151 496", "161 496", "191 498", "20 7946")  # fmt: skip
_MOBILES: dict[str, tuple[str, ...]] = {
    "GB": ("+44 7700 900###",),
    "FR": ("+33 6 39 98 ## ##",),
    "DE": ("+49 171 39200##", "+49 176 040690##"),
    "IE": ("+353 20 91# ####",),
    "SE": ("+46 70 174 06 ##",),
}
_LANDLINES: dict[str, tuple[str, ...]] = {
    "GB": ("+44 1632 960###", *(f"+44 {area} 0###" for area in _UK_AREAS)),
    "FR": ("+33 1 99 00 ## ##", "+33 2 61 91 ## ##"),
    "DE": ("+49 30 23125 ###", "+49 69 90009 ###", "+49 40 66969 ###", "+49 221 4710 ###", "+49 89 99998 ###"),
    "IE": ("+353 20 91# ####",),
    "SE": ("+46 8 465 004 ##", "+46 31 390 06 ##", "+46 40 628 04 ##"),
}
"""Ranges for fiction. Some hold only a hundred numbers, so a stranger may have the same one."""
_MOBILE = ("+44 7700", "+33 6", "+49 17", "+46 70", "+353 20")
_MOBILE_SHARE = 0.85
_DEPARTMENTS: dict[str, list[int]] = {
    "ES": [*range(1, 53)],
    "FR": [*range(1, 96)],
    "DE": [area for area in range(1, 100) if area not in {5, 11, 43, 62}],
    "IT": [area for area in range(99) if area not in {49, 68, 69, 77, 78, 79}],
    "MX": [*range(1, 100)],
    "TH": [*range(10, 97)],
    "CH": [*range(10, 97)],
    "SE": [*range(10, 99)],
    "GR": [*range(10, 86)],
}
"""How post codes begin where that is not just any digits; behind that the code is invented."""


def address(country: str, dice: Dice) -> str:
    """One line: street, town with a code and in some countries a state, country."""
    names = load_phrases("gazetteer")[country]
    ending = "" if dice.chance(names.get("bare", 0.0)) else dice.pick(words(names["endings"]))
    town = re.sub(" +", " ", dice.pick(words(names["stems"])) + ending).strip()
    street, house = dice.pick(names["streets"]), dice.whole(1, 148)
    line = f"{street} {house}" if country in _STREET_FIRST else f"{house} {street}"
    if country in _FLATS and dice.chance(0.2):
        line = _FLATS[country].format(line).replace("#", str(dice.whole(1, 40)))
    state, pattern = _post_office(country, town)
    code = _filled(pattern, dice)
    if state:
        place = f"{town}, {state} {code}" if country == "US" else f"{town} {state} {code}"
    else:
        place = f"{town} {code}" if country in _TOWN_FIRST else f"{code} {town}"
    return f"{line}, {place}, {country}"


@cache
def _post_office(country: str, town: str) -> tuple[str, str]:
    """The state of a town where there are states, and how its post codes look: all but the last sign of the first
    block is the same for all of its streets."""
    dice = Dice(0, "post office", country, town)
    state = dice.pick(tuple(_REGIONS[country])) if country in _REGIONS else ""
    pattern = _REGIONS[country][state].post_code if state else COUNTRIES[country].post_code
    fixed = len(re.split("[ -]", pattern)[0]) - 1
    region = _filled(pattern, dice)[:fixed]
    if country in _DEPARTMENTS:
        region = f"{dice.pick(_DEPARTMENTS[country]):02d}{region[2:]}"
    return state, region + pattern[fixed:]


def town_of(address: str) -> str:
    """The town in an address line of `address`: what is left when codes and states are taken away."""
    *_, street, place = address.split(", ")[:-1]
    part = street if re.fullmatch(r"[A-Z]{2} \d{5}", place) else place
    return " ".join(word for word in part.split(" ") if not re.fullmatch(r"[A-Z]{2,3}|\S*\d\S*", word))


def zone_of(address: str) -> ZoneInfo:
    """The clock at an address line of `address`."""
    region = _region_of(address)
    return ZoneInfo(region.zone if region else COUNTRIES[address[-2:]].zone)


def point_of(country: str, address: str = "") -> tuple[float, float]:
    """Latitude and longitude of an address line, or of the place in a country that stands for it."""
    place = (_region_of(address) if address else None) or COUNTRIES[country]
    return place.latitude, place.longitude


def state_of(address: str) -> str:
    """The state or province in an address line, or nothing."""
    place = address.split(", ")[-2].split(" ") if address else []
    return next((state for state in _REGIONS.get(address[-2:], {}) if state in place), "")


def _region_of(address: str) -> Region | None:
    state = state_of(address)
    return _REGIONS[address[-2:]][state] if state else None


def phone(address: str, dice: Dice) -> str:
    """A number kept for fiction, mostly a mobile one, or nothing where the country keeps none."""
    country, region = address[-2:], _region_of(address)
    mobile = dice.chance(_MOBILE_SHARE)
    if region:
        area = dice.pick(region.areas.split())
        pattern = f"+61 {area.replace('_', ' ')} ####" if country == "AU" else f"+1 {area} 555 01##"
    else:
        pattern = dice.pick((_MOBILES if mobile else _LANDLINES).get(country, ("",)))
    return _filled(pattern, dice)


def _filled(pattern: str, dice: Dice) -> str:
    """Digits for the signs #, none of them a leading zero of a code."""
    digits = (str(dice.whole(1, 9)) if place == 0 else dice.digits(1) for place in range(len(pattern)))
    return "".join(digit if sign == "#" else sign for sign, digit in zip(pattern, digits, strict=True))


def phone_kind(number: str, *, internet: bool) -> str:
    """What a lookup says of a number; one of a mobile range is never an internet line, and in America who knows."""
    if internet and number and not number.startswith(_MOBILE):
        return "internet"
    return "mobile" if number.startswith((*_MOBILE, "+1 ")) else "landline" if number else ""


def price(euros: float, currency: str) -> Decimal:
    """What so many euros are in a currency."""
    return cash(euros * _PER_EURO[currency], currency)


def cash(amount: float, currency: str) -> Decimal:
    """An amount that can be paid: whole units where a currency has no cents, and at least one step."""
    step = Decimal(1) if currency == "JPY" else Decimal("0.01")
    return max(Decimal(str(amount)).quantize(step), step)


def in_euros(amount: Decimal, currency: str) -> float:
    return float(amount) / _PER_EURO[currency]
