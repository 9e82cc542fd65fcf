"""Names: countries, abbreviations and proper names of a sentence must be in the evidence it cites.

Exists for the swapped country and the invented bank, person or shop. A country may be written as its code or its
English name. The first word of a sentence and words of the trade in capitals are no names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.quantities import quantities
from assistant.verify.reading import grounds, meaning, plain, said
from assistant.verify.tokens import identifiers
from assistant.verify.vocabulary import GENERAL, MEANING, SILENT, word_list

__all__ = ["COUNTRIES", "check_names"]

_ALIASES = {
    "uk": "GB", "britain": "GB", "great britain": "GB", "england": "GB", "usa": "US", "us": "US", "america": "US",
    "uae": "AE", "czech republic": "CZ", "turkey": "TR", "holland": "NL", "the netherlands": "NL", "hong kong": "HK",
    "ivory coast": "CI", "macau": "MO", "burma": "MM", "eu": "EU",
}  # fmt: skip
_COUNTRY: dict[str, str] = {
    **{str(name).lower(): code for code, name in Locale("en").territories.items() if re.fullmatch(r"[A-Z]{2}", code)},
    **_ALIASES,
}
COUNTRIES = frozenset(_COUNTRY)
"""Every name of a country, in lower case."""
_ACRONYMS = frozenset(
    word_list(
        "ai ip id mrz avs cvv cvc bin iban bic swift vpn tor otp sms pin kyc kyb aml vat url utc gmt pdf usb gps"
        " isp asn pos atm sepa ach mcc cnp api ocr nfc dob ssn psp sca ok llc ltd gmbh inc plc not and no"
        " all any only both either or"
    )
)
_NAME = re.compile(r"[^\W\d_][\w'-]*(?:\.[A-Z]\.)*")
_CODE = re.compile(r"[A-Z]{2,5}$")
_DAYS = frozenset(word_list("monday tuesday wednesday thursday friday saturday sunday"))
_OPENS = re.compile(r"(?:^|[.!?:;\"(]\s*)$")
_LONGEST = 4  # words of a country's name: "São Tomé & Príncipe"


def check_names(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each country, abbreviation or proper name that is not in the cited evidence."""
    text = plain(sentence.text)
    there = " | ".join(plain(said(item)) for item in grounds(sentence, sheet))
    lower = there.lower()
    covered = [(one.start, one.end) for one in identifiers(sentence.text)]
    covered += [
        (one.start, one.end) for one in quantities(sentence.text) if one.dimension in ("date", "money", "clock")
    ]
    findings: list[Finding] = []
    row = list(_NAME.finditer(text))
    skip = 0
    for i, match in enumerate(row):
        if i < skip or not match[0][0].isupper() or any(s < match.end() and match.start() < e for s, e in covered):
            continue
        country, size = _country(row, i, text)
        start, end = match.start(), row[i + size - 1].end()
        if country:
            skip = i + size
            known = country in _countries(there)
        else:
            known = _is_known(match[0], text[: match.start()], lower)
        if not known:
            findings.append(Finding(start, end, f'"{sentence.text[start:end]}" is not in the cited evidence'))
    return verdict("names", sentence, findings, "every name is in the cited evidence")


def _country(row: list[re.Match[str]], i: int, text: str) -> tuple[str, int]:
    """The code of the country that the words from `i` on name, and how many words it takes."""
    for size in range(min(_LONGEST, len(row) - i), 0, -1):
        name = text[row[i].start() : row[i + size - 1].end()]
        code = _COUNTRY.get(name.lower().removesuffix("'s"))
        if code and (size > 1 or name[1:].islower() or name.lower() in _ALIASES or "'" in name):
            return code, size
    return "", 1


@lru_cache(maxsize=1024)
def _countries(there: str) -> frozenset[str]:
    """Every country that the evidence names, by code or by name."""
    row = list(_NAME.finditer(there))
    named = {_country(row, i, there)[0] for i, match in enumerate(row) if match[0][0].isupper()}
    return frozenset(named | {match[0] for match in row if re.fullmatch(r"[A-Z]{2}", match[0])})


def _is_known(word: str, before: str, lower: str) -> bool:
    low = word.lower().removesuffix("'s")
    if re.search(rf"(?<![\w]){re.escape(low)}", lower):
        return True
    if _CODE.match(word):
        by_name = any(code == word and name in lower for name, code in _COUNTRY.items())
        return by_name or low in _ACRONYMS or len(word) == 1
    if _OPENS.search(before) or len(word) == 1:
        return True
    return (
        low in SILENT or low in GENERAL or low in MEANING or meaning(low) in GENERAL or low in _DAYS or low in _ACRONYMS
    )
