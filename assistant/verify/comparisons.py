"""Comparisons: "higher than", "older than", "before" and the like must point the way the cited evidence points.

Exists for the turned comparison: every word and figure is right and the meaning is the opposite. Evidence without
any direction says nothing about the comparison, so it does not fail here.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.numbers import agrees
from assistant.verify.quantities import Quantity, quantities
from assistant.verify.reading import cited, clauses, closest, plain, said
from assistant.verify.vocabulary import word_list

__all__ = ["check_comparisons"]

Way = Literal["up", "down"]

_UP = word_list(
    "higher more larger bigger greater longer older above exceeds exceeding exceeded over beyond costlier later"
)
_DOWN = word_list("lower fewer less smaller shorter newer younger below under cheaper faster earlier sooner")
_WAY: dict[str, Way] = {**dict.fromkeys(_UP, "up"), **dict.fromkeys(_DOWN, "down")}
_TURNED = frozenset(word_list("recent new young quickly rare rarely"))  # "more recent" points down
_THAN = re.compile(
    r"\b(?P<way>higher|more|larger|bigger|greater|longer|older|costlier|later|lower|fewer|less|smaller|shorter|newer"
    r"|younger|cheaper|faster|earlier|sooner)(?: (?P<what>[\w-]+))?(?: [\w-]+){0,2}? than\b(?! not\b| once\b)"
    r"|\b(?P<share>above|below|over|under) (?=\d[\d.]*%? (?:%|per ?cent )?of (?:all |the )?[\w -]*cases)"
    r"|\b(?P<rank>above|below|exceeds|exceeding|exceeded|under|over|beyond) (?:the |its |his |her |their )?"
    r"(?:\w+(?:'s)? ){0,2}"
    r"(?:average|mean|usual|normal|typical|median|norm|usually)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\s+(?P<when>before|earlier|ago|prior to|prior|after|later|afterwards)\b(?P<what>(?:\s+[\w'-]+){0,3})", re.I
)
_LATER = frozenset(("after", "later", "afterwards"))
_LEAST = re.compile(r"\bleast\b|\blowest\b|\bcheapest\b", re.IGNORECASE)
_MOST = re.compile(
    r"\b(?:greatest|highest|most|largest|biggest|dearest)(?: \w+){0,2} costs?\b|\bcosts? (?:the )?most\b"
    r"|\b(?:no|nothing)\b(?: \w+){0,5} costs? more\b|\bcosts?\b[^;]{0,60} is the (?:greatest|highest|most|largest)\b",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"\b(?:case|order|payment|application|purchase|transaction|check|it|this|onboarding|payout)\b", re.IGNORECASE
)


def check_comparisons(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each comparison or "before"/"after" that the cited evidence states the other way round."""
    items = tuple(item for item in cited(sentence, sheet) if item.kind != "rule")
    read = plain(sentence.text)
    findings = []
    for start, end, way in _compared(read):
        there = _ways(_bound(read, start, end, items))
        if there and way not in there:
            findings.append(Finding(start, end, f'"{sentence.text[start:end]}": the cited evidence says the opposite'))
    for one, start, end, later in _timed(read):
        there_later = {late for item in items for other, _, _, late in _timed(plain(said(item))) if agrees(one, other)}
        if there_later and later not in there_later:
            findings.append(
                Finding(start, end, f'"{sentence.text[start:end]}": the cited evidence puts it the other way round')
            )
    if any(_LEAST.search(plain(item.statement)) for item in cited(sentence, sheet) if item.kind == "rule"):
        findings += [
            Finding(match.start(), match.end(), "the policy says that it costs least") for match in _MOST.finditer(read)
        ]
    return verdict("comparisons", sentence, findings, "comparisons point the way the cited evidence does")


def _compared(read: str) -> list[tuple[int, int, Way]]:
    found = []
    for match in _THAN.finditer(read):
        word = (match["way"] or match["share"] or match["rank"]).lower()
        way = _WAY[word]
        if word in ("more", "less"):
            what = (match["what"] or "").lower()
            if what in _TURNED:
                way = "down" if way == "up" else "up"
            if re.match(
                r" (?:about |around |an? )?[\d€$£]|.{0,2}(?:one|two|three|four|five|six|seven|eight|nine|ten)\b",
                read[match.end() :],
            ):
                continue  # "more than 3": a bound, which `numbers` reads
        found.append((match.start(), match.end(), way))
    return found


def _bound(read: str, start: int, end: int, items: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The items compared: those with the figure that follows ("than in 96% of cases"), or those the clause is about."""
    after = next((one for one in quantities(read) if end <= one.start <= end + 20), None)
    if after is not None:
        same = tuple(i for i in items if any(agrees(after, other) for other in quantities(i.statement)))
        if same:
            return closest(_clause(read, start), same)
    return closest(_clause(read, start), items)


def _clause(read: str, place: int) -> str:
    return next((read[start:end] for start, end in clauses(read) if start <= place < end), read)


def _ways(items: tuple[Evidence, ...]) -> set[Way]:
    """The directions that the items state, a multiple ("3.4 times the average") included."""
    ways: set[Way] = set()
    for item in items:
        statement = plain(item.statement)
        ways.update(way for _, _, way in _compared(statement))
        ways.update(
            "up" if one.value > 1 else "down"
            for one in quantities(statement)
            if one.dimension == "times"
            and one.value != 1
            and re.match(r"\s(?:the|its|their|his|her)\b", statement[one.end :])
        )
    return ways


def _timed(read: str) -> list[tuple[Quantity, int, int, bool]]:
    """Durations followed by "before" or "after" this case; "after the card was first seen" is another point in time."""
    found = []
    for one in quantities(read):
        match = _WHEN.match(read, one.end) if one.dimension == "duration" else None
        if match is not None and (not match["what"].strip() or _CASE.search(match["what"])):
            later = match["when"].lower() in _LATER
            found.append((one, match.start("when"), match.end("when"), later))
    return found
