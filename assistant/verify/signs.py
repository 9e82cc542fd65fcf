"""Signs: how many signs are said to raise or lower the risk, and what is set against what, must be so on the sheet.

Exists for "one sign raises the risk" where the sheet has two, for "against that" between two signs of one side and "it
lowers the risk as well" behind one that raises it, and for "the strongest sign" said of another: readers of drafts took
all of them for false. Signals stand on a sheet in the order of their weight. The number of past cases is read by
`outcomes`.
"""

from __future__ import annotations

import re

from assistant.case import Check, Evidence, Polarity, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import cited, plain
from assistant.verify.vocabulary import word_list

__all__ = ["check_contrast", "check_signs"]

_NUMBERS = {
    word: number for number, word in enumerate(word_list("no one two three four five six seven eight nine ten"))
}
_COUNTED = re.compile(
    rf"\b(?:(?P<number>{'|'.join(_NUMBERS)}|\d{{1,2}})|(?P<single>a single|only one|just one))"
    r"(?P<more> (?:more|further|other|additional))? (?:signs?|signals?|points?|reasons?|things?|facts?|items?)"
    r"(?: (?:that|which))?(?: (?:still|also|here|clearly))? "
    r"(?:(?P<raises>rais|increas|add to|speaks? for|points? to)|(?P<lowers>lower|reduc|decreas|speaks? against))",
    re.IGNORECASE,
)
_SCORE = re.compile(r"\b(?:score|probability|the model)\b", re.IGNORECASE)
_CONTRAST = re.compile(
    r"^\W*(?:against (?:that|this|it)|on the other (?:hand|side)|(?:by|in) contrast|conversely|however|still)\b",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"^\W*(?:likewise|besides|in addition|moreover|furthermore|also)\b|^\W*it (?:is )?also\b"
    r"|\b(?:lowers|raises|reduces|increases) the risk (?:as well|too)\b",
    re.IGNORECASE,
)
_STRONGEST = re.compile(
    r"\b(?:strongest|heaviest|weightiest|most telling) (?:sign|signal|reason|argument)\b|\bweighs? (?:the )?most\b"
    r"|\b(?:raises|lowers) (?:it|the risk) most\b",
    re.IGNORECASE,
)
_ALTHOUGH = re.compile(r"^\W*(?:al|even )?though\b", re.IGNORECASE)


def check_signs(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each number of signs that is not the sheet's ("further" signs may be one less: one was said), and
    for a sign that is set against a score that speaks for the same side."""
    findings = []
    although = _ALTHOUGH.match(plain(sentence.text))
    side = _side(cited(sentence, sheet))
    if although and side and _SCORE.search(plain(sentence.text)) and _side_of_band(sheet) == side:
        findings.append(Finding(*although.span(), "it is set against a score that speaks for the same side"))
    findings += _unranked(sentence, sheet)
    for match in _COUNTED.finditer(plain(sentence.text)):
        way: Polarity = "raises" if match["raises"] else "lowers"
        said = 1 if match["single"] else _NUMBERS.get(match["number"].lower(), -1)
        said = int(match["number"]) if said < 0 else said
        there = sum(item.polarity == way for item in sheet.of_kind("signal", "document"))
        if not said <= there <= said + bool(match["more"]):
            why = f"signs that {way.removesuffix('s')} the risk on the sheet: {there}"
            findings.append(Finding(match.start(), match.end(), why))
    return verdict("signs", sentence, findings, "no number of signs is said that is not the sheet's")


def _unranked(sentence: Sentence, sheet: Sheet) -> list[Finding]:
    """A sign that is called the strongest and is not the first of its side."""
    first = next((item for item in cited(sentence, sheet) if item.kind == "signal"), None)
    match = _STRONGEST.search(plain(sentence.text))
    if first is None or match is None:
        return []
    strongest = next(item for item in sheet.of_kind("signal") if item.polarity == first.polarity)
    if strongest in cited(sentence, sheet):
        return []
    return [Finding(match.start(), match.end(), f"{strongest.id} is the strongest sign of that side")]


def check_contrast(sentence: Sentence, sheet: Sheet, before: Sentence) -> tuple[Check, ...]:
    """A finding where a sentence is set against the one before it, and both speak for the same side, or is added to it,
    and they speak for different ones."""
    match = _CONTRAST.match(plain(sentence.text))
    own = _side(cited(sentence, sheet))
    findings = []
    added = _ADDED.search(plain(sentence.text))
    if added and own and _side(cited(before, sheet)) not in ("", own):
        why = "it is added to a sentence that speaks for the other side"
        findings.append(Finding(added.start(), added.end(), why))
    if match and own and own == _side(cited(before, sheet)) and not _judged(before, own, sheet):
        why = "it is set against a sentence that speaks for the same side"
        findings.append(Finding(match.start(), match.end(), why))
    return verdict("contrast", sentence, findings, "what is set against the sentence before speaks for another side")


def _judged(sentence: Sentence, side: str, sheet: Sheet) -> bool:
    """Whether the sentence tells the score, and that speaks for the other side: "the score is high, yet …"."""
    band = _side_of_band(sheet)
    return bool(_SCORE.search(plain(sentence.text))) and band not in ("", side)


def _side_of_band(sheet: Sheet) -> str:
    return {"low": "lowers", "medium": "raises", "high": "raises"}.get(sheet.band, "")


def _side(items: tuple[Evidence, ...]) -> str:
    """The side that all cited signs and past cases speak for; empty where they are of two minds or of none."""
    sides = {item.polarity for item in items if item.kind in ("signal", "document", "precedent")} - {"neutral"}
    return sides.pop() if len(sides) == 1 else ""
