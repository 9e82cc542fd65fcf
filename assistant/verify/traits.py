"""Protected traits: who a person is by birth, belief, body or age is never a reason.

Exists because a model picks such reasons up from names and notes, and because acting on them is unlawful. The list is
short and looks for traits of people, so "account age", "IP country" and "a disabled login" pass. Fields of a document
that are compared with each other ("the date of birth differs from the MRZ") are no reason about the person.
"""

from __future__ import annotations

import re

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import either, plain

__all__ = ["check_traits"]

_PERSON = (
    r"(?:customer|buyer|applicant|cardholder|holder|person|people|man|woman|men|women|user|owner|client|merchant|seller"
    r"|name|surname|family|shopper|individual)"
)
_PEOPLES = (
    r"(?:african|arab|arabic|asian|black|white|chinese|indian|nigerian|moroccan|algerian|romanian|russian|ukrainian"
    r"|turkish|polish|syrian|iranian|iraqi|pakistani|mexican|latino|latina|hispanic|roma|gypsy|eastern european"
    r"|ghanaian|somali|afghan|vietnamese|brazilian|albanian|bulgarian|foreign|ethnic|immigrant|migrant)"
)
_STATES = r"(?:young|old|elderly|disabled|deaf|blind|male|foreign)"
_TRAITS = either(
    r"\b(?:race|racial(?:ly)?|ethnic(?:ity|ally)?|skin colou?r|nationality|citizenship|citizen of|national origin)\b",
    r"\b(?:refugees?|asylum|immigrants?|migrants?|foreigners?|minority)\b",
    r"\b(?:religio(?:n|us|usly)|muslims?|islam(?:ic)?|christians?|jew(?:s|ish)?|hindus?|sikhs?|buddhists?)\b",
    r"\b(?:gender|sex|female|woman|women|pregnan(?:t|cy)|transgender|homosexual|lesbian|gay|sexual orientation)\b",
    r"\b(?:political (?:views?|opinions?)|marital status|unmarried|divorced)\b",
    r"\b(?:disabilit(?:y|ies)|wheelchair|mental(?:ly)? (?:ill|illness|health))\b",
    r"\b(?:elderly|pensioners?|senior citizens?|teenagers?)\b",
    rf"\b(?:disabled|deaf|blind|handicapped|old|older|young|younger|aged|male) {_PERSON}\b",
    rf"\b{_PERSON}(?:'s)? (?:is|was|being) (?:(?:too|very|quite|rather|a|an) )*{_STATES}\b",
    rf"\b{_PERSON}'s (?:age|sex|accent|origin|religion|race|skin)\b",
    rf"\bage of the {_PERSON}\b",
    rf"\b\d+[- ]years?[- ]old (?:{_PERSON}|male)\b|\baged \d+\b",
    rf"\b{_PERSON} (?:is|was|being) (?:only |just )?(?:\d+|[a-z]+teen|[a-z]+ty(?:-[a-z]+)?) years old\b",
    rf"\b{_PEOPLES}[- ](?:sounding )?{_PERSON}\b",
    r"\b\w+-sounding name\b",
    rf"\b{_PERSON} (?:is|was|looks|appears) (?:to be )?(?:an? )?{_PEOPLES}\b",
)
_FIELD = re.compile(r"^(?:gender|sex|nationality|citizenship|date of birth)$", re.IGNORECASE)
_COMPARED = either(
    r"\b(?:differ|match|mismatch|agree|disagree)\w*\b", r"\b(?:mrz|field|barcode|chip|consistent|inconsistent)\b"
)


def check_traits(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each protected trait that the sentence brings up."""
    read = plain(sentence.text)
    findings = [
        Finding(match.start(), match.end(), "a protected trait is no reason")
        for match in _TRAITS.finditer(read)
        if not (_FIELD.match(match[0]) and _COMPARED.search(read))
    ]
    return verdict("traits", sentence, findings, "no protected trait is a reason")
