"""Polarity: what a sentence says speaks for or against fraud must do so on the sheet.

Exists for the turned sign: a reassuring fact presented as a warning, or the other way round. A sentence that only
reports a fact makes no claim and passes. A negated claim ("nothing suspicious") counts as the opposite one, but may
rest on neutral evidence as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.case import Check, Evidence, Polarity, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import cited, clauses, closest, either, plain

__all__ = ["check_polarity"]

_RISK = (
    r"(?:the |its |this case's |overall |model's |fraud )*"
    r"(?:risk|suspicion|score|probability|likelihood|concern|(?<=[sde] )it\b)"
)
_SPEAKS = r"\b(?:speak|spoke|point|count|argue|weigh)(?:s|ed|ing)? (?:strongly |clearly )?"
_FOR = r"(?:for|towards?|to|in favou?r of) "
_GENUINE = r"(?:legitima\w+|genuine|honest)"
_RAISES = either(
    rf"\b(?:rais|increas)(?:e|es|ed|ing) {_RISK}",
    rf"\badd(?:s|ed|ing)? to {_RISK}|\b(?:the |its )risk is higher\b",
    r"\b(?:argument|reason|evidence|case|points?|signs?) (?:for|in favou?r of) (?:a )?fraud",
    rf"\bdriv(?:e|es|ing) up {_RISK}",
    rf"\bpush(?:es|ed|ing)? {_RISK} up",
    rf"{_SPEAKS}{_FOR}(?:a )?fraud",
    rf"{_SPEAKS}against (?:it being )?(?:{_GENUINE}|approv\w+)",
    r"\b(?:indicat|suggest|signal)(?:e|es|s|ing)? (?:a )?fraud",
    r"\bsupport(?:s|ing)? (?:a |the )?fraud",
    r"\b(?:consistent with|typical of|signs? of|evidence of|hallmark of|points? at) (?:a )?fraud",
    r"\bmakes? fraud (?:more|rather) likely",
    r"\bmore likely (?:to be )?fraud",
    r"\bsuspicious\w*|\bincriminating\b|\balarming\b|\bworrying\b|\bworrisome\b|\bof concern\b|\bconcerning\b(?! the)",
    r"\bred flags?\b|\bwarning signs?\b|\brisk factors?\b|\brisky\b|\bhigher risk\b",
    r"\bagainst (?:the )?(?:customer|applicant|merchant)\b",
)
_LOWERS = either(
    rf"\b(?:lower|reduc|decreas|mitigat|diminish)(?:e|es|s|ed|d|ing)? {_RISK}",
    rf"\bbring(?:s)? {_RISK} down|\b(?:the |its )risk is lower\b",
    rf"\b(?:tak(?:e|es|ing) (?:something )?(?:away )?from|subtracts? from|eas(?:e|es|ing)|lessen(?:s|ing)?) {_RISK}",
    rf"{_SPEAKS}(?:against|away from) (?:it being )?(?:a )?fraud",
    rf"{_SPEAKS}{_FOR}(?:it being |a |the )?(?:{_GENUINE}|approv\w+)",
    rf"\b(?:indicat|suggest)(?:e|es|s|ing)? (?:that )?(?:it is |a |this is )?{_GENUINE}",
    rf"\bconsistent with (?:a )?{_GENUINE}",
    r"\bmakes? fraud less likely|\bless likely (?:to be )?fraud",
    r"\bin (?:its|the customer's|the merchant's|the applicant's|their|his|her) favou?r\b",
    r"\breassur\w+|\bmitigating\b|\bexculpat\w+|\bcomforting\b|\bharmless\b|\blower risk\b",
    r"\bagainst (?:it being )?(?:a )?fraud",
)
_NEGATED = either(
    r"(?:\bnot|n't|\bnever|\bnothing|\bnone|\bneither|\bnor|^\s*no)\s+(?:\w+\s+){0,4}$",
    r"(?:\bno|\bless|\bhardly)\s+(?:(?!is\b|are\b|was\b|were\b|raises?\b|lowers?\b)\w+\s+){0,4}$",
    r"\bwithout (?:any |anything )?$",
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
