"""Polarity: what a sentence says speaks for or against fraud must do so on the sheet.

Exists for the turned sign: a reassuring fact presented as a warning, or the other way round. A sentence that only
reports a fact makes no claim and passes. A negated claim ("nothing suspicious") counts as the opposite one, but may
rest on neutral evidence as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.case import Check, Evidence, Polarity, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import cited, clauses, closest, plain

__all__ = ["check_polarity"]

_RISK = r"(?:the |its |this case's |overall |model's |fraud )*(?:risk|suspicion|score|probability|likelihood|concern|(?<=[sde] )it\b)"
_RAISES = re.compile(
    rf"\brais(?:e|es|ed|ing) {_RISK}|\bincreas(?:e|es|ed|ing) {_RISK}|\badd(?:s|ed|ing)? to {_RISK}|\bdriv(?:e|es|ing) up {_RISK}"
    rf"|\bpush(?:es|ed|ing)? {_RISK} up|\bhigher risk\b|\b(?:speak|spoke|point|count|argue|weigh)(?:s|ed|ing)? (?:strongly |clearly )?"
    r"(?:for|towards?|to|in favou?r of) (?:a )?fraud|\b(?:indicat|suggest|signal)(?:e|es|s|ing)? (?:a )?fraud|\bsupport(?:s|ing)? (?:a |the )?fraud"
    r"|\bsuspicious\w*|\bred flags?\b|\bwarning signs?\b|\brisk factors?\b|\brisky\b|\balarming\b|\bworrying\b|\bworrisome\b"
    r"|\b(?:consistent with|typical of|sign of|signs of|evidence of|hallmark of|points? at) (?:a )?fraud"
    r"|\bmakes? fraud (?:more|rather) likely|\bmore likely (?:to be )?fraud|\bincriminating\b|\bagainst (?:the )?(?:customer|applicant|merchant)\b"
    r"|\bof concern\b|\bconcerning\b(?! the)|\bagainst (?:it being )?(?:legitimate|genuine)|\bspeaks? against approv\w+",
    re.IGNORECASE,
)
_LOWERS = re.compile(
    rf"\b(?:lower|reduc|decreas|mitigat|diminish)(?:e|es|s|ed|d|ing)? {_RISK}|\bbring(?:s)? {_RISK} down|\blower risk\b"
    r"|\breassur\w+|\b(?:speak|spoke|point|count|argue|weigh)(?:s|ed|ing)? (?:strongly |clearly )?(?:against|away from) (?:a )?fraud"
    r"|\b(?:speak|spoke|point|count|argue|weigh)(?:s|ed|ing)? (?:strongly |clearly )?(?:for|towards?|to|in favou?r of) (?:it being |a |the )?"
    r"(?:legitima\w+|genuine|honest|approv\w+)|\b(?:indicat|suggest)(?:e|es|s|ing)? (?:that )?(?:it is |a |this is )?(?:legitima\w+|genuine)"
    r"|\bmitigating\b|\bmakes? fraud less likely|\bless likely (?:to be )?fraud|\bexculpat\w+|\bcomforting\b|\bharmless\b"
    r"|\bin (?:its|the customer's|the merchant's|the applicant's|their|his|her) favou?r\b|\bconsistent with (?:a )?(?:legitimate|genuine)"
    r"|\bagainst (?:it being )?(?:a )?fraud",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?:\bnot|n't|\bnever|\bnothing|\bnone|\bneither|\bnor|^\s*no)\s+(?:\w+\s+){0,4}$"
    r"|(?:\bno|\bwithout|\bless|\bhardly)\s+(?:(?!is\b|are\b|was\b|were\b|raises?\b|lowers?\b)\w+\s+){0,4}$",
    re.IGNORECASE,
)
_WORDING: dict[Polarity, str] = {"raises": "raises the risk", "lowers": "lowers the risk", "neutral": "neither"}


@dataclass(frozen=True)
class _Claim:
    start: int
    end: int
    polarity: Polarity
    negated: bool


def check_polarity(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each claim of a direction that the cited evidence does not have."""
    items = tuple(item for item in cited(sentence, sheet) if item.kind not in ("rule", "article"))
    claims = _claims(plain(sentence.text))
    findings: list[Finding] = []
    if items:
        one_way = len({claim.polarity for claim in claims}) == 1
        for claim in claims:
            about = items if one_way else _about(claim, sentence.text, items)
            why = _fault(claim, about, both=not one_way)
            if why:
                findings.append(Finding(claim.start, claim.end, why))
    return verdict("polarity", sentence, findings, "what it says speaks for or against fraud does so on the sheet")


def _claims(read: str) -> list[_Claim]:
    found = []
    for polarity, opposite, pattern in (("raises", "lowers", _RAISES), ("lowers", "raises", _LOWERS)):
        for match in pattern.finditer(read):
            negated = _NEGATED.search(read[max(0, match.start() - 40) : match.start()]) is not None
            found.append(_Claim(match.start(), match.end(), opposite if negated else polarity, negated))  # type: ignore[arg-type]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[_Claim] = []
    for one in found:  # "speaks against fraud" holds "against fraud": the longer claim counts
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _about(claim: _Claim, text: str, items: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The items that the claim's own part of the sentence is about: its clause, or the next one after a colon."""
    places = clauses(text)
    index = next((i for i, (start, end) in enumerate(places) if start <= claim.start < end), 0)
    around = [places[index], *places[index + 1 : index + 2]] if places else []
    for start, end in around:
        about = closest(text[start:end], items)
        if len(about) < len(items):
            return about
    return items


def _fault(claim: _Claim, items: tuple[Evidence, ...], *, both: bool) -> str:
    polarities = {item.polarity for item in items}
    opposite: Polarity = "lowers" if claim.polarity == "raises" else "raises"
    wrong = [item.id for item in items if item.polarity == opposite]
    if wrong and not (both and claim.polarity in polarities):
        return f"it says that this {_WORDING[claim.polarity]}, but on the sheet {', '.join(wrong)} {_WORDING[opposite]}"
    if claim.polarity not in polarities and not (claim.negated and "neutral" in polarities):
        return f"nothing that it cites {_WORDING[claim.polarity]}"
    return ""
