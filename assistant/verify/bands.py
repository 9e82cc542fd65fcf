"""Bands: "high", "medium" and "low" said of the model's score must be the band on the sheet.

Exists for the verdict sentence whose figure is right and whose word is not: "91% (low)".
"""

from __future__ import annotations

import re

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import cited, either, plain

__all__ = ["check_bands"]

_LEVEL = r"(?P<{0}>(?:very )?(?:high|medium|moderate|low))"
_SCORED = (
    r"(?:risk band|risk score|fraud score|fraud risk|risk level|band|score|probability(?: of fraud)?|risk"
    r"|likelihood(?: of fraud)?)"
)
_LINK = r"(?:is|as|of|at|band is|lies in the|falls in the|in the)"
_SAID = either(
    rf"(?:%|percent)\s*\(?\s*(?:(?:which|that) is |an? |the |is |and |,\s*)*{_LEVEL.format('after')}\b(?!er|est)",
    rf"\b(?:the |model's |this |overall |case's ){_SCORED} {_LINK} (?:rated |a |the )?{_LEVEL.format('linked')}\b",
    rf"\b(?:rated|rates (?:it|this|the case)(?: as)?|in the|falls into the|a|an|is|as) {_LEVEL.format('before')}"
    rf"(?:[ -]risk)?(?: {_SCORED}| case\b| band\b)",
    rf"\bthe case is (?:rated )?{_LEVEL.format('case')}[ -]risk\b",
)
_DENIED = either(
    rf"\b{_SCORED} (?:(?:does|did|is|was) not|(?:does|did|is|was)n't) (?:stand |be |come |lie |put )*(?:at |to "
    rf"|of )?\d",
    r"\bmodel (?:does|did) not (?:put|give|rate|see)\b",
)
_THERE = either(r"\bthere is an? (?:model )?(?:score|estimate)\b")
_MISSING = either(r"\b(?:no|without an?|without any) (?:model )?score\b(?! (?:above|below|can|could|gives?))")
_FILLER = (
    r"(?:[\s,;:()\d.%]|\b(?:is|stands?|lies|puts?|rated|at|an?|the|of|low|medium|high|very|risk|which|that|and|it|case"
    r"|model(?:'s)?|score|probability|fraud|band)\b)*"
)
_RANKED = either(
    rf"\b(?:score|probability)\b{_FILLER}\b(?:(?:lower|higher|less|more|smaller|larger|greater) than(?: in)?|below"
    r"|above) \d+(?:\.\d+)?% of (?:the )?cases\b",
    rf"\b(?:score|probability)\b{_FILLER}(?:(?:lower|higher) than (?:the |all )?(?:previous|earlier|past|other) cases"
    r"|(?<=\bthe )least)\b",
    rf"\b(?:score|probability)\b{_FILLER}(?<=\bis )\d+(?:\.\d+)?% of (?:the )?cases\b",
)
_TWICE = re.compile(
    r"(?<![\d.])(?P<figure>\d+(?:\.\d+)?%),? (?:which|that) (?:is|stands at) (?P=figure)(?! of)", re.IGNORECASE
)
_MODEL = re.compile(r"\b(?:model|score|scorecard|probability|band|the case is)\b", re.IGNORECASE)


def check_bands(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each band in words that is not the sheet's."""
    findings = []
    read = plain(sentence.text)
    if _MODEL.search(read):
        for match in _SAID.finditer(read):
            group = next(name for name, value in match.groupdict().items() if value)
            said = match[group].lower().removeprefix("very ").replace("moderate", "medium")
            if said != sheet.band:
                band = "no band, the model abstains" if sheet.band == "abstain" else f"the band {sheet.band}"
                findings.append(
                    Finding(match.start(group), match.end(group), f'it says "{said}"; the sheet has {band}')
                )
        findings += _misread(read, sentence, sheet)
    without = sheet.probability is None
    for pattern, wrong, why in (
        (_DENIED, True, "it denies the figure that it gives"),
        (_THERE, without, "there is no score for this case"),
        (_MISSING, not without, "there is a score for this case"),
    ):
        findings += [Finding(match.start(), match.end(), why) for match in pattern.finditer(read) if wrong]
    return verdict("bands", sentence, findings, "the band is the sheet's, or none is named")


def _misread(read: str, sentence: Sentence, sheet: Sheet) -> list[Finding]:
    """A rank among cases tied to the score, where the sheet ranks a sign by it, and a score that is told twice."""
    own = any("score" in item.statement.lower() for item in cited(sentence, sheet))
    ranked = () if own else _RANKED.finditer(read)
    return [
        Finding(one.start(), one.end(), "a share of cases ranks a sign on the sheet, not the score") for one in ranked
    ] + [Finding(one.start(), one.end(), "it tells the same figure twice") for one in _TWICE.finditer(read)]
