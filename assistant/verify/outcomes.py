"""Outcomes: what a sentence says became of past cases must be what its precedents say, and how many of them.

Exists for the precedent called fraud that was legitimate, the approval that was a block, and the swapped count:
"4 were fraud and 1 legitimate" when it was the other way round. Only claims about past cases count: "probability of
fraud" and "should be blocked" claim nothing about them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.case import Check, Sentence, Sheet
from assistant.verify.decided import ACTION_WORDS, Decided, precedents
from assistant.verify.finding import Finding, verdict
from assistant.verify.quantities import quantities
from assistant.verify.reading import grounds, plain

__all__ = ["check_outcomes"]

_PAST_ACTIONS = {
    "approve": r"approved|accepted|released|let through", "step_up": r"stepped[- ]up|challenged", "refund": r"refunded",
    "block": r"blocked|declined|stopped", "reject": r"rejected|refused|turned down", "reserve": r"reserved",
    "escalate": r"escalated", "hold_payout": r"held",
}  # fmt: skip
assert set(_PAST_ACTIONS) <= set(ACTION_WORDS)
_LINK = r"(?:was|were|is|are|been|being|be|became|proved|turned out|turned out as|ended as|ended in|ended up|as|confirmed|both|all|each)"
_CLAIMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("fraud", re.compile(
        rf"\b{_LINK} (?P<neg>not |never )?(?:\w+ed )?(?:to be |as |a )?(?:(?:also|all|both|indeed|actually|later|mostly|confirmed)\s)*(?P<is>fraud(?:ulent)?)\b"
        r"(?! (?:risk|score|prob|signal|rate|check|team|review))"
        r"|(?P<neg2>\bnon-)?\b(?P<noun>fraud(?:ulent)?) (?:cases?|precedents?|ones?|orders?|outcomes?)\b|\b(?P<noun2>frauds)\b"
        r"|\b(?:{num}) (?P<bare>fraud(?:ulent)?)\b(?! (?:risk|score|signal|rate|check))".replace("{num}", r"\d+|one|two|three|four|five|six|seven|eight|nine|ten"), re.IGNORECASE)),
    ("legitimate", re.compile(
        rf"\b{_LINK} (?P<neg>not |never )?(?:\w+ed )?(?:to be |as |a )?(?:(?:also|all|both|indeed|actually|later|mostly|confirmed)\s)*(?P<is>legit(?:imate)?|genuine)\b"
        r"|\b(?P<noun>legit(?:imate)?|genuine) (?:cases?|precedents?|ones?|orders?|outcomes?)\b"
        r"|\b(?:{num}) (?P<bare>legit(?:imate)?|genuine)\b".replace("{num}", r"\d+|one|two|three|four|five|six|seven|eight|nine|ten"), re.IGNORECASE)),
    ("open", re.compile(
        r"(?P<neg>\bnot )?\b(?P<is>(?:have|has|had|with|without)(?: a| any| no)?(?: known)? outcome|no known outcome|unresolved|(?:still|remains?|stayed|is|are) open)\b",
        re.IGNORECASE)),
    *((action, re.compile(rf"(?P<neg>\bnot |\bnever )?\b(?P<is>{words_})\b", re.IGNORECASE)) for action, words_ in _PAST_ACTIONS.items()),
)  # fmt: skip
_PAST = re.compile(
    r"\b(?:(?:similar|comparable|alike|earlier|past|previous|prior|decided|closest|nearest|other|these|those|cited|such|of (?:the )?\w+)"
    r"(?: \w+)? (?:cases?|orders?|payments?|applications?|merchants?)|precedents?|neighbou?rs?|lookalikes?|cases|them|another|others|one)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:should|must|recommend\w*|ought|could|would|suggest\w*|advis\w+|propos\w+|this (?:case|order|payment) (?:is|be))\b",
    re.I,
)
_PART = re.compile(
    r"[;:.!?]\s|,\s(?:but |while |whereas |although |and )?|\s(?:but|while|whereas|although)\s|\sand\s(?=(?:\d|one\b|two\b|three\b|four\b|five\b|the |another|case |none|no |all |both|a |was |were )|\w+ed\b)",
    re.I,
)
_QUANTIFIER = re.compile(
    r"\b(?P<all>all|every|each|both|exclusively|without exception|only)\b|\b(?P<none>none|no|neither|zero)\b"
    r"|\b(?P<most>most|mostly|majority|mainly|largely|lean\w*|predominantly|usually)\b"
    r"|\b(?P<some>some|several|many|a few|few|at least one|mixed|another|others?|not all)\b",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(r"\b(?:both|same|that|which|these|those|cited|on|with|from)\b", re.IGNORECASE)
_OF_START = re.compile(r"\bof (?:the |these |those |our |all )?$", re.IGNORECASE)
_OF = re.compile(r"\s*(?:out )?of (?:the |these |those |our |all |its )?$", re.IGNORECASE)
_NAMES = {"fraud": "fraud", "legitimate": "legitimate"}


def check_outcomes(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each claim about the outcome or decision of past cases that the precedents do not bear out."""
    everything = precedents(sheet)
    chosen = tuple(one for one in everything if one.id in sentence.citations)
    read = plain(sentence.text)
    findings: list[Finding] = []
    if not chosen:
        findings += _unsourced(read, sentence, sheet)
    else:
        findings += _totals(read, chosen, everything)
        for start, end in _parts(read):
            part = read[start:end]
            for trait, match in _claims(part):
                if _FUTURE.search(part[: match.start("is") if match["is"] else match.end()]):
                    continue
                why = _fault(part, match, trait, chosen, everything, sheet)
                if why:
                    findings.append(Finding(start + match.start(), start + match.end(), why))
    return verdict("outcomes", sentence, findings, "what became of past cases is what the precedents say")


def _totals(read: str, chosen: Sequence[Decided], everything: Sequence[Decided]) -> list[Finding]:
    """ "Of 5 similar cases" must be out of those cited, or out of all on the sheet."""
    return [
        Finding(one.start, one.end, f"{len(chosen)} past cases are cited, {len(everything)} are on the sheet")
        for one in quantities(read)
        if one.dimension == "count"
        and one.unit in ("", "case")
        and _OF_START.search(read[: one.start])
        and one.value not in (len(chosen), len(everything))
    ]


def _parts(read: str) -> list[tuple[int, int]]:
    places, start = [], 0
    for match in _PART.finditer(read):
        places.append((start, match.start()))
        start = match.end()
    return [*places, (start, len(read))]


def _claims(part: str) -> list[tuple[str, re.Match[str]]]:
    found = []
    for trait, pattern in _CLAIMS:
        for match in pattern.finditer(part):
            groups = match.groupdict()
            turned = groups.get("neg") or groups.get("neg2")
            if turned and trait in ("fraud", "legitimate"):
                found.append(("legitimate" if trait == "fraud" else "fraud", match))
            elif not turned:
                found.append((trait, match))
    return found


def _unsourced(read: str, sentence: Sentence, sheet: Sheet) -> list[Finding]:
    known = " ".join(item.statement for item in grounds(sentence, sheet))
    if re.search(r"\bfraud|\blegitimate", known, re.IGNORECASE):
        return []
    return [
        Finding(start + match.start(), start + match.end(), "it says what became of past cases without citing one")
        for start, end in _parts(read)
        for trait, match in _claims(read[start:end])
        if trait in ("fraud", "legitimate")
        and re.search(
            r"\b(?:cases|precedents?|similar|past|previous|(?:a|another) case|turned out)\b", read[start:end], re.I
        )
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
    part: str, match: re.Match[str], trait: str, chosen: Sequence[Decided], everything: Sequence[Decided], sheet: Sheet
) -> str:
    worded = trait.replace("_", " ")
    named = _named(part[: match.end()], chosen, sheet)
    having = [one for one in chosen if trait in one.traits]
    if named:
        wrong = [one.id for one in named if trait not in one.traits]
        return f'{", ".join(wrong)} does not say "{worded}"' if wrong else ""
    count, total = _count(part, match)
    if count is not None:
        if count == len(having):
            return (
                ""
                if total in (None, len(chosen), len(everything))
                else f"there are {len(chosen)} cited cases, not {total}"
            )
        return f'it counts {count:g} as "{worded}"; of the {len(chosen)} cited cases it is {len(having)}'
    quantifier = _last(_QUANTIFIER, part[: match.start() if trait == "open" else match.end()])
    if quantifier is None or quantifier["all"]:
        group: Sequence[Decided] = chosen
        if quantifier is not None and total is None and not _RESTRICTED.search(part[: match.start()]):
            group = everything  # "all similar cases" is about those it does not cite as well
        wrong = [one.id for one in group if trait not in one.traits]
        if not having or (wrong and (quantifier is not None or not _mixed(part, match, having))):
            return f'{", ".join(wrong)} does not say "{worded}"'
        return ""
    if quantifier["none"]:
        return f'{", ".join(one.id for one in having)} says "{worded}"' if having else ""
    if quantifier["most"] and 2 * len(having) <= len(chosen):
        return f'only {len(having)} of the {len(chosen)} cited cases is "{worded}"'
    return "" if having else f'none of the cited cases is "{worded}"'


def _mixed(part: str, match: re.Match[str], having: Sequence[Decided]) -> bool:
    """A singular subject ("a similar case was fraud") needs one precedent, a plural one needs all of them."""
    subject = part[: match.start()]
    return (
        bool(having)
        and re.search(
            r"\b(?:an?|one|another|the (?:first|second|other|closest)) (?:[\w-]+ ){0,3}(?:case|order|precedent|one)?\b",
            subject,
            re.I,
        )
        is not None
    )


def _count(part: str, match: re.Match[str]) -> tuple[float | None, float | None]:
    """The number of cases that the claim is about, and out of how many, each None if not given."""
    numbers = [
        one for one in quantities(part) if one.dimension == "count" and one.start < match.end() and one.unit in ("", "case")
    ]  # fmt: skip
    numbers = [one for one in numbers if one.step == 1]
    if not numbers:
        return None, None
    last = numbers[-1]
    if len(numbers) > 1 and _OF.fullmatch(part[numbers[-2].end : last.start]):
        return numbers[-2].value, last.value
    if re.search(r"\bof (?:the |these |those |all )?$", part[: last.start], re.I) or re.search(
        r"\b(?:all|none|both|each|every|most|neither|some)\b[\w ]*$", part[: last.start], re.I
    ):
        return None, last.value
    return last.value, None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found
