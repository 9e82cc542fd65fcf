"""Where the demo world happens: countries, invented towns, addresses, phones and prices.

Countries are real ISO codes and equally good: no plot prefers one. Towns and streets are invented. Phones come from
the ranges that regulators keep for fiction, and a country without such a range gives none.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assistant.world.chance import Dice

__all__ = [
    "ABROAD",
    "COUNTRIES",
    "HOMES",
    "Country",
    "address",
    "cash",
    "in_euros",
    "phone",
    "phone_kind",
    "price",
]


@dataclass(frozen=True)
class Country:
    """One country as the marketplace sees it. `per_euro` is a fixed, rounded rate; the letters of `post_code` are
    such as no post office has given out; latitude and longitude are about where most people live."""

    code: str
    alpha3: str
    language: str
    currency: str
    per_euro: float
    utc_offset_min: int
    post_code: str
    latitude: float
    longitude: float

    @property
    def mrz_code(self) -> str:
        """ICAO 9303 writes Germany as a single D."""
        return "D" if self.alpha3 == "DEU" else self.alpha3


_COUNTRIES = (
    Country("GB", "GBR", "en", "GBP", 0.86, 0, "QV# #XZ", 53, -2),
    Country("US", "USA", "en", "USD", 1.08, -300, "#####", 39, -88),
    Country("DE", "DEU", "de", "EUR", 1, 60, "#####", 51, 10),
    Country("FR", "FRA", "fr", "EUR", 1, 60, "#####", 47, 2),
    Country("ES", "ESP", "es", "EUR", 1, 60, "#####", 40, -4),
    Country("IE", "IRL", "en", "EUR", 1, 0, "Z## X###", 53, -8),
    Country("PT", "PRT", "pt", "EUR", 1, 0, "####-###", 40, -8),
    Country("NL", "NLD", "nl", "EUR", 1, 60, "#### QX", 52, 5),
    Country("IT", "ITA", "it", "EUR", 1, 60, "#####", 43, 12),
    Country("SE", "SWE", "sv", "SEK", 11.3, 60, "### ##", 60, 16),
    Country("CA", "CAN", "en", "CAD", 1.47, -300, "W#X #Z#", 46, -78),
    Country("AU", "AUS", "en", "AUD", 1.64, 600, "####", -34, 147),
    Country("BR", "BRA", "pt", "BRL", 5.9, -180, "#####-###", -21, -46),
    Country("JP", "JPN", "ja", "JPY", 163, 540, "###-####", 36, 138),
    Country("AT", "AUT", "de", "EUR", 1, 60, "####", 48, 14),
    Country("BE", "BEL", "fr", "EUR", 1, 60, "####", 51, 4),
    Country("CH", "CHE", "de", "CHF", 0.95, 60, "####", 47, 8),
    Country("DK", "DNK", "en", "DKK", 7.46, 60, "####", 56, 10),
    Country("NO", "NOR", "en", "NOK", 11.7, 60, "####", 61, 10),
    Country("PL", "POL", "en", "PLN", 4.3, 60, "##-###", 52, 19),
    Country("MX", "MEX", "es", "MXN", 19.5, -360, "#####", 21, -100),
    Country("TH", "THA", "en", "THB", 38, 420, "#####", 15, 101),
    Country("NZ", "NZL", "en", "NZD", 1.8, 720, "####", -40, 175),
    Country("GR", "GRC", "en", "EUR", 1, 120, "### ##", 38, 23),
)
COUNTRIES: dict[str, Country] = {country.code: country for country in _COUNTRIES}
_PER_EURO = {country.currency: country.per_euro for country in _COUNTRIES}
HOMES: dict[str, float] = {
    "GB": 24, "US": 17, "DE": 14, "FR": 12, "ES": 7, "IE": 4, "PT": 4, "NL": 4, "IT": 4, "SE": 3, "CA": 3, "AU": 3,
    "BR": 2, "JP": 1.5,
}  # fmt: skip
"""Where customers live, and how many of them."""
ABROAD: tuple[str, ...] = tuple(COUNTRIES)

_TOWNS: dict[str, tuple[str, str]] = {
    "en": (
        "Quill Ormel Tarnby Brindle Cassow Dunmar Ferrow Gantle Hesper Ildra Jorvey Lanmoor Merrin Nolver",
        "wick haven stead combe bridge mouth",
    ),
    "de": ("Krell Wendel Harb Lindro Tarm Zirn Oberkrell Fehl Grauwen Mursel", "furt mingen stetten walde rode"),
    "fr": ("Vaubre Montcla Aiguelo Pontrev Lessar Brévi Corvan Durall Ferrant Tournie", "lle sque vert court mont"),
    "es": ("Alcor Barde Cantal Mirav Torreli Valdon Peñar Olmed Sarzo", "ales illo eda osa anza"),
    "pt": ("Vilar Alfor Mondel Carre Sobrad Penha Rial Lousan", "inho eira osa ães edo"),
    "nl": ("Wester Broek Hazel Zand Ouden Lier Vosse", "mede loo wijde horn drecht"),
    "it": ("Monte Castel Borgo Val Serra Pieve", "drano velio sorra linda mozza"),
    "sv": ("Lind Björk Sten Norr Älv Halm", "åsby vika torpa lunda"),
    "ja": ("Asa Kiri Mina Taka Yuno Hoshi", "gahara zawa mori hama"),
}
_STREETS: dict[str, tuple[str, ...]] = {
    "en": ("Larkmere Road", "Foundry Lane", "Old Tannery Street", "Copperfield Rise", "Bellweather Avenue",
           "Ropewalk Close", "Saltmarsh Way", "Pinfold Court", "Heron Quay", "Tollgate Drive", "Chandlers Row",
           "Orchard Bank", "Beacon Terrace", "Millrace Gardens"),
    "de": ("Am Kupferhammer", "Lerchenstieg", "Alte Färbergasse", "Mühlgrabenweg", "Sonnenhang", "Seilergasse",
           "Unter den Eschen", "Ziegelofenstraße"),
    "fr": ("rue des Tanneurs", "allée des Charmes", "impasse du Lavoir", "rue de la Verrerie", "chemin des Ormes",
           "place du Vieux Puits", "quai des Cordiers"),
    "es": ("calle del Olivar", "calle de los Tejedores", "avenida del Molino", "plaza de la Fuente", "calle Herreros"),
    "pt": ("rua das Oliveiras", "travessa do Forno", "rua dos Oleiros", "avenida do Moinho", "largo da Fonte"),
    "nl": ("Leeuwerikstraat", "Molenpad", "Oude Touwslagerij", "Wilgenhof", "Kanaalkade"),
    "it": ("via dei Conciatori", "via del Mulino", "piazza della Fonte", "viale degli Olmi", "vicolo Stretto"),
    "sv": ("Lärkvägen", "Kvarngatan", "Garvarstigen", "Tallbacken"),
    "ja": ("Kawabata-dori", "Sakura-zaka", "Minato-cho", "Matsu-no-michi"),
}  # fmt: skip
_NUMBER_FIRST = {"en", "fr"}

_UK_AREAS = ("113 496", "114 496", "115 496", "116 496", "117 496", "118 496", "121 496", "131 496", "141 496",
             "151 496", "161 496", "191 498", "20 7946")  # fmt: skip
_US_AREAS = (
    202,
    203,
    206,
    208,
    212,
    214,
    301,
    303,
    305,
    307,
    309,
    402,
    404,
    406,
    408,
    502,
    504,
    603,
    608,
    702,
    803,
    901,
)
_CANADIAN_AREAS = (204, 250, 306, 403, 416, 418, 450, 506, 514, 519, 604, 613, 647, 705, 709, 780, 819, 902)
_PHONES: dict[str, tuple[str, ...]] = {
    "GB": ("+44 1632 960###", *["+44 7700 900###"] * 4, *(f"+44 {area} 0###" for area in _UK_AREAS)),
    "US": tuple(f"+1 {area} 555 01##" for area in _US_AREAS),
    "CA": tuple(f"+1 {area} 555 01##" for area in _CANADIAN_AREAS),
    "FR": ("+33 1 99 00 ## ##", "+33 6 39 98 ## ##", "+33 6 39 98 ## ##", "+33 2 61 91 ## ##"),
    "DE": ("+49 30 23125 ###", "+49 69 90009 ###", "+49 40 66969 ###", "+49 221 4710 ###", "+49 89 99998 ###",
           "+49 171 39200 ##", "+49 176 040690 ##"),
    "IE": ("+353 20 91# ####",),
    "SE": ("+46 8 465 004 ##", "+46 31 390 06 ##", "+46 40 628 04 ##", "+46 70 174 06 ##"),
    "AU": ("+61 2 5550 ####", "+61 3 5550 ####", "+61 7 7010 ####", "+61 8 5550 ####"),
}  # fmt: skip
"""Ranges for fiction. Some hold only a hundred numbers, so a stranger may have the same one."""


_MOBILE = ("+44 7700", "+33 6", "+49 17", "+46 70")


def address(country: str, dice: Dice) -> str:
    """One line: street, town with a code, country."""
    language = COUNTRIES[country].language
    stems, endings = (words.split() for words in _TOWNS[language])
    town = dice.pick(stems) + dice.pick(endings)
    street, house = dice.pick(_STREETS[language]), dice.whole(1, 148)
    flat = f", flat {dice.whole(1, 40)}" if language == "en" and dice.chance(0.2) else ""
    line = f"{house} {street}{flat}" if language in _NUMBER_FIRST else f"{street} {house}"
    return f"{line}, {_filled(COUNTRIES[country].post_code, dice)} {town}, {country}"


def phone(country: str, dice: Dice) -> str:
    """A number kept for fiction, or nothing where the country keeps none."""
    patterns = _PHONES.get(country)
    if patterns is None:
        return ""
    return _filled(dice.pick(patterns), dice)


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
