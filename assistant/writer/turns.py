"""Turns of speech that are right or wrong by what stands around them, put right before the sentence is checked.

Readers took three of them for false: "it lowers the risk as well" behind a sign that raises it; "the strongest sign" of
a sign that is only the strongest of its side; "a low risk, mainly because" of a sign that raises the risk. A writer
that sees one line at a time gets them wrong now and then. Here they are said as the sheet has it, and nothing else of
the sentence is touched: no item, figure, name or direction. The order of the signals on a sheet is that of their
weight, as everywhere.
"""

from __future__ import annotations

import re

from assistant.case import Evidence, Polarity, Sentence, Sheet

__all__ = ["fitted", "side"]

_BAND: dict[str, Polarity] = {"low": "lowers", "medium": "raises", "high": "raises"}
_ADDED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^(?P<head>It (?:lowers|adds to|raises) the risk) as well that\b"), r"\g<head> that"),
    (re.compile(r"^It is also (?P<rest>reassuring|a concern) that\b"), r"It is \g<rest> that"),
    (re.compile(r"^It also speaks\b"), "It speaks"),
    (re.compile(r"^(?P<head>[^:;,]{3,40}\b(?:raises?|lowers?) the risk) too\b"), r"\g<head>"),
    (re.compile(r"^(?:Likewise|Besides|In addition|Moreover|Furthermore), "), "Against that, "),
    (re.compile(r"^A further point is that "), "Against that, "),
    (re.compile(r"^Also (?!(?:raising|lowering)\b)"), "Against that, "),
)
_WEIGHED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bwhat weighs most is that\b"), "what {does} it most is that"),
    (re.compile(r"\b(?P<the>[Tt]he) strongest sign is that\b"), r"\g<the> strongest sign that {does} the risk is that"),
    (re.compile(r"^Most telling is that\b"), "The most telling sign that {does} the risk is that"),
    (re.compile(r"^Chief among the signs is that\b"), "Chief among the signs that {do} the risk is that"),
    (re.compile(r"\b(?P<the>[Tt]he) main point is that\b"), r"\g<the> main point {way} fraud is that"),
)
_REASONED: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"^The (?:main|principal) reason for the (?P<band>\w+) score of (?P<p>[\d.]+%) is that (?P<rest>.+)$"
        ),
        r"The score is \g<band> at \g<p>, although \g<rest>",
    ),
    (re.compile(r",? (?:mainly|above all) because\b"), ", although"),
    (re.compile(r", and the first reason is that\b"), ", although"),
    (re.compile(r"; the principal reason is that\b"), ", although"),
)
_VERB = {"raises": ("raises", "raise", "for"), "lowers": ("lowers", "lower", "against")}


def fitted(sentence: Sentence, sheet: Sheet, before: Sentence | None) -> Sentence:
    """The sentence as it may stand behind the one before it."""
    text = sentence.text
    own = side(sentence, sheet)
    if before is not None and own and side(before, sheet) not in ("", own):
        text = _put(text, _ADDED)
    leads = _signals(sentence, sheet)
    if leads:
        way = leads[0].polarity
        opposed = way in _VERB and way != _BAND.get(sheet.band, way)
        if opposed:
            text = _put(text, _REASONED)
        if way in _VERB and (opposed or leads[0] != sheet.of_kind("signal")[0]):
            does, do, for_ = _VERB[way]
            text = _put(text, tuple((one, put.format(does=does, do=do, way=for_)) for one, put in _WEIGHED))
    return sentence if text == sentence.text else sentence.model_copy(update={"text": text})


def side(sentence: Sentence, sheet: Sheet) -> Polarity | str:
    """The side that all cited signs and checks speak for; empty where they are of two minds or of none."""
    items = (sheet.find(one) for one in sentence.citations)
    sides = {item.polarity for item in items if item and item.kind in ("signal", "document")} - {"neutral"}
    return sides.pop() if len(sides) == 1 else ""


def _signals(sentence: Sentence, sheet: Sheet) -> list[Evidence]:
    items = (sheet.find(one) for one in sentence.citations)
    return [item for item in items if item is not None and item.kind == "signal"]


def _put(text: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, put in rules:
        text, times = pattern.subn(put, text, count=1)
        if times:
            break
    return text
