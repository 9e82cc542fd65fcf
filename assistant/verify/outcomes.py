"""Outcomes: what a sentence says became of past cases must be what its precedents say, and how many of them.

Exists for the precedent called fraud that was legitimate, the approval that was a block, and the swapped count:
"4 were fraud and 1 legitimate" when it was the other way round. Only claims about past cases count: "probability of
fraud" and "should be blocked" claim nothing about them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.case import Check, Sentence, Sheet
from assistant.verify.claims import claims, parts
from assistant.verify.decided import Decided, precedents
from assistant.verify.finding import Finding, verdict
from assistant.verify.quantities import Quantity, quantities
from assistant.verify.reading import either, grounds, plain

__all__ = ["check_outcomes"]

_UNCITED = either(r"\b(?:cases|precedents?|similar|past|previous|(?:a|another) case|turned out)\b")
_FUTURE = either(
    r"\b(?:should|must|recommend\w*|ought|could|would|suggest\w*|advis\w+|propos\w+)\b",
    r"\bthis (?:case|order|payment) (?:is|be)\b",
)
_QUANTIFIER = either(
    r"\b(?P<all>all|every|each|both|exclusively|without exception|(?<!the )only)\b",
    r"\b(?P<none>none|no|neither|zero|not (?:a single )?one|not a single)\b",
    r"\b(?P<most>most|mostly|majority|mainly|largely|lean\w*|predominantly|usually)\b",
    r"\b(?P<some>some|several|many|a few|few|at least one|mixed|another|others?|not all)\b",
)
_SINGULAR = either(
    r"\b(?:an?|one|another|the (?:first|second|other|closest)) (?:[\w-]+ ){0,3}(?:case|order|precedent|one)?\b"
)
_ALL_OF = either(r"\b(?:all|none|both|each|every|most|neither|some)\b[\w ]*$")
_ALL_CASES = either(  # "all similar cases", but not "both", "all of these" or "all cases on the same device"
    r"^(?!.*\b(?:both|same|that|which|these|those|cited|on|with|from)\b).*\b(?:cases?|precedents?|orders?|payments?)\b"
)
_OF_START = either(r"\bof (?:the |these |those |our |all )?$")
_WHOLE = either(r"\b(?:all|both|the|these|those) (?:[\w-]+ )?$|\ball of (?:the )?$")
_SIMILAR = either(r"\s(?:similar|comparable|decided|past|other similar) (?:decided |past )?(?:cases?|precedents?)\b")
_RELATIVE = re.compile(r"\s*(?:which|who|that|and it|it|was|were)\b", re.IGNORECASE)
_OF = re.compile(r"\s*(?:out )?of (?:the |these |those |our |all |its )?$", re.IGNORECASE)


def check_outcomes(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each claim about the outcome or decision of past cases that the precedents do not bear out."""
    everything = precedents(sheet)
    chosen = tuple(one for one in everything if one.id in sentence.citations)
    read = plain(sentence.text)
    findings: list[Finding] = []
    if not chosen:
        findings += _unsourced(read, sentence, sheet)
    else:
        findings += _totals(read, chosen, everything, [plain(item.statement) for item in grounds(sentence, sheet)])
        counted: set[str] = set()
        before = ""
        for start, end in parts(read):
            part = read[start:end]
            follows = _RELATIVE.match(part) is not None  # "case p-1, which was fraud and was blocked"
            about, before = (before, before) if follows else ("", part)
            for trait, match in claims(part):
                if _FUTURE.search(part[: match.start("is") if match["is"] else match.end()]):
                    continue
                why = _fault(part, match, trait, chosen, everything, sheet, about)
                if not why and _count(part, match)[0] is not None and not _named(part, chosen, sheet):
                    why = f'it counts "{trait}" twice' if trait in counted else ""
                    counted.add(trait)
                if why:
                    findings.append(Finding(start + match.start(), start + match.end(), why))
    return verdict("outcomes", sentence, findings, "what became of past cases is what the precedents say")


def _totals(read: str, chosen: Sequence[Decided], everything: Sequence[Decided], given: Sequence[str]) -> list[Finding]:
    """ "Of 5 similar cases" must be out of those cited, or out of all on the sheet."""
    return [
        Finding(one.start, one.end, f"{len(chosen)} past cases are cited, {len(everything)} are on the sheet")
        for one in quantities(read)
        if one.dimension == "count"
        and one.unit in ("", "case")
        and (
            _OF_START.search(read[: one.start]) or (_WHOLE.search(read[: one.start]) and _SIMILAR.match(read, one.end))
        )
        and one.value not in (len(chosen), len(everything))
        and not any(_after_of(read, one) in statement for statement in given)  # "5 of 13 parts", as it says itself
    ]


def _after_of(read: str, one: Quantity) -> str:
    following = re.match(r"\s*\S*", read[one.end :])
    return f"of {read[one.start : one.end]}{following[0] if following else ''}"


def _unsourced(read: str, sentence: Sentence, sheet: Sheet) -> list[Finding]:
    known = " ".join(item.statement for item in grounds(sentence, sheet))
    if re.search(r"\bfraud|\blegitimate", known, re.IGNORECASE):
        return []
    return [
        Finding(start + match.start(), start + match.end(), "it says what became of past cases without citing one")
        for start, end in parts(read)
        for trait, match in claims(read[start:end])
        if trait in ("fraud", "legitimate") and _UNCITED.search(read[start:end])
    ]


def _named(part: str, chosen: Sequence[Decided], sheet: Sheet) -> tuple[Decided, ...]:
    """The precedents that a part of the sentence names by case id or evidence id."""
    lower = part.lower()
    found = []
    for one in chosen:
        item = sheet.find(one.id)
        case_id = re.search(r"\bcase (\S+)", item.statement) if item else None
        names = [one.id.lower(), *([case_id[1].lower().rstrip(":,;.")] if case_id else [])]
        if any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", lower) for name in names):
            found.append(one)
    return tuple(found)


def _fault(
    part: str,
    match: re.Match[str],
    trait: str,
    chosen: Sequence[Decided],
    everything: Sequence[Decided],
    sheet: Sheet,
    about: str = "",
) -> str:
    worded = trait.replace("_", " ")
    named = _named(f"{about} {part[: match.end()]}", chosen, sheet)
    having = [one for one in chosen if trait in one.traits]
    if named:
        wrong = [one.id for one in named if trait not in one.traits]
        return f'{", ".join(wrong)} does not say "{worded}"' if wrong else ""
    count, total = _count(part, match)
    if count is not None:
        if count == len(having):
            return ""
        if total == len(everything) and count == sum(trait in one.traits for one in everything):
            return ""  # "4 of 5 similar cases", without citing each of them
        return f'it counts {count:g} as "{worded}"; of the {len(chosen)} cited cases it is {len(having)}'
    quantifier = _last(_QUANTIFIER, part[: match.start() if trait == "open" else match.end()])
    if quantifier is None or quantifier["all"]:
        group: Sequence[Decided] = chosen
        if quantifier is not None and total is None and _ALL_CASES.search(part[: match.start()]):
            group = everything  # "all similar cases" is about those it does not cite as well
        wrong = [one.id for one in group if trait not in one.traits]
        # "a similar case was fraud" needs one precedent that says so, "similar cases were fraud" needs all of them
        if not having or (wrong and (quantifier is not None or not _SINGULAR.search(part[: match.start()]))):
            return f'{", ".join(wrong)} does not say "{worded}"'
        return ""
    if quantifier["none"]:
        if match.groupdict().get("neg3"):
            return "it denies twice what became of past cases"
        return f'{", ".join(one.id for one in having)} says "{worded}"' if having else ""
    if quantifier["most"] and 2 * len(having) <= len(chosen):
        return f'only {len(having)} of the {len(chosen)} cited cases is "{worded}"'
    return "" if having else f'none of the cited cases is "{worded}"'


def _count(part: str, match: re.Match[str]) -> tuple[float | None, float | None]:
    """The number of cases that the claim is about, and out of how many, each None if not given."""
    numbers = [
        one
        for one in quantities(part)
        if one.dimension == "count" and one.step == 1 and one.start < match.end() and one.unit in ("", "case")
    ]
    if not numbers:
        return None, None
    last = numbers[-1]
    if len(numbers) > 1 and _OF.fullmatch(part[numbers[-2].end : last.start]):
        return numbers[-2].value, last.value
    if _OF_START.search(part[: last.start]) or _ALL_OF.search(part[: last.start]):
        return None, last.value
    return last.value, None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found
