"""Citations: each sentence cites, each cited item exists, and what it says has to do with the sentence.

Exists for the sentence without a source, the invented source, and the source that says something else. Support is
judged by shared meanings (light stems and a short list of words that mean the same) and shared figures, clause by
clause, so a true sentence in other words passes and an added clause about something else does not. Figures,
polarity and outcomes have their own checks.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.numbers import agrees, stated
from assistant.verify.quantities import quantities
from assistant.verify.reading import ABOUT_MODEL, cited, clauses, content, meaning, meanings, plain, said, words
from assistant.verify.vocabulary import word_list

__all__ = ["check_citations"]

BEYOND = 3
"""How many particular words of one clause may be in no cited item before the clause counts as added."""
ALONE = 2
"""The same for a clause that shares no particular word with what is cited."""
TOLD = 1
"""The same for such a clause that tells what somebody did: "the cardholder has denied it"."""
MISPLACED = 2
"""How many particular words of a sentence only an uncited item must have before the citation counts as wrong."""
_VERDICT = re.compile(r"\b(?:probabilit\w+|model\w*|scor\w+|band|risk|likel\w+)\b", re.IGNORECASE)
_RECOMMENDS = re.compile(r"\b(?:recommend\w*|advis(?:e|able)|suggested action|action is)\b", re.IGNORECASE)
_RECOMMENDED = re.compile(r"\brecommended action is\b", re.IGNORECASE)
_NOTE = re.compile(r"\b(?:texts?|notes?|messages?|comments?|remarks?|wrote|writes|written)\b", re.IGNORECASE)
_PRECEDENT = frozenset(
    word_list("case precedent similar comparable alike decide decided decision past earlier previous prior")
)
_RULE = re.compile(
    r"\b(?:polic\w+|rules?|guideline\w*|costs?|cheap\w*|expensive|loss|block\w*|approv\w*|action)\b", re.IGNORECASE
)
_THINGS = frozenset(
    meaning(word)
    for word in word_list("device card phone email address password recipient browser website mile vehicle")
) | frozenset(word_list("ip network account document owner"))
_PLACES = frozenset(word_list("business shop store"))
"""The same, where the case is not about a merchant."""
_COMPOUND = frozenset(map(meaning, word_list("address network shop account number country card code date name")))
"""Things of which a case has several kinds: "billing address" and "shipping address" are two."""
"""What cases are about: one of these is never a mere manner of speaking."""
_OF_ANOTHER = re.compile(r"\b(?:IP|e-?mail)\s$", re.IGNORECASE)  # an "IP address" is the IP
_SUBJECT = re.compile(
    r"\b(?:that|because|and|on|[,;:]|^)\s*the (?P<what>[a-z-]+(?: [a-z-]+)?) (?:is|are|was|were|has|had|have"
    r"|first|turned)\b",
    re.IGNORECASE,
)
"""What a clause speaks about, in the plainest of its shapes."""
_OWNS = re.compile(
    r"\bthe (?P<what>[a-z-]+) has (?:had|been (?:on|with|at)) (?:this|the) (?P<other>[a-z-]+)\b", re.IGNORECASE
)
"""Which of two things the other belongs to: "the account has had this device for 11 days"."""
_PARTIES = re.compile(
    r"\b(?<!same )(?:customer|cardholder|buyer|applicant|merchant|seller|shop|owner|holder|courier|parcel|bank|police"
    r"|colleague|employer|landlord|neighbour|relative|friend|victim|caller|he|she|they)s?\b(?! (?:text|note|message"
    r"|statement))",
    re.IGNORECASE,
)
_KIND = {"document": "document checks", "note": "note text message", "rule": "policy", "fact": "field"}
"""What an item of a kind may be called, whatever it says."""
_FIELD = re.compile(r"^([^:]{2,40}):\s+(\S.*)$", re.DOTALL)


def check_citations(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """Findings for missing, invented and unrelated citations, and for clauses that no cited item supports."""
    size = len(sentence.text)
    findings = [
        Finding(0, size, f"it cites {one}, which is not on the sheet")
        for one in dict.fromkeys(sentence.citations)
        if sheet.find(one) is None
    ]
    items = cited(sentence, sheet)
    findings += _things(sentence, sheet, items)
    if not sentence.citations and sheet.evidence:
        findings.append(Finding(0, size, "it cites no evidence"))
    findings += [Finding(0, size, f"{item.id} says something else") for item in items if not _related(sentence, item)]
    if items and not findings:
        findings += _misplaced(sentence, items, sheet) or _beyond(sentence, items)
        findings += _wrong_fields(sentence, items)
        findings += _unruled(sentence, items, sheet)
    return verdict("citations", sentence, findings, "the cited evidence exists and is about this")


def _related(sentence: Sentence, item: Evidence) -> bool:
    own, theirs = _argued(sentence.text), content(said(item))
    if not own:  # it says nothing particular: "what else is known is set out below"
        return True
    if not theirs:  # nor does the evidence: "order hour: 1"
        return bool(meanings(sentence.text) & meanings(said(item)))
    if own & theirs or _shares_figure(sentence.text, item):
        return True
    loose = meanings(sentence.text)
    if item.kind == "precedent":
        return bool(loose & _PRECEDENT)
    if item.kind == "note":
        return _NOTE.search(sentence.text) is not None
    if item.kind == "rule":
        return _RULE.search(sentence.text) is not None
    # the verdict stands on the sheet; what it cites illustrates it
    return _VERDICT.search(sentence.text) is not None and len(own) <= 1


def _argued(text: str) -> frozenset[str]:
    """The content of the clauses that need support: the recommendation and the model's verdict rest on all evidence."""
    parts = (text[start:end] for start, end in clauses(text))
    return frozenset().union(
        *(content(one) for one in parts if not (_RECOMMENDS.search(one) or ABOUT_MODEL.search(one)))
    )


def _shares_figure(text: str, item: Evidence) -> bool:
    """A figure that is not a small bare count, which two items can share by chance."""
    telling = [one for one in quantities(text) if one.dimension != "count" or one.value >= 10]
    return any(agrees(one, other) for one in telling for other in stated(item))


def _unruled(sentence: Sentence, items: tuple[Evidence, ...], sheet: Sheet) -> list[Finding]:
    """A recommendation that rests on past cases alone, where the sheet has the rule that chose the action."""
    rules = sheet.of_kind("rule")
    match = _RECOMMENDED.search(plain(sentence.text))
    if not match or not rules or any(item.kind != "precedent" for item in items):
        return []
    return [Finding(match.start(), match.end(), f"{rules[0].id} says what is recommended, but is not cited")]


def _misplaced(sentence: Sentence, items: tuple[Evidence, ...], sheet: Sheet) -> list[Finding]:
    """The sentence repeats an item that it does not cite, rather than those it cites."""
    covered = frozenset().union(*(content(said(item)) for item in items))
    missing = content(sentence.text) - covered
    if len(missing) < MISPLACED:
        return []
    for item in sheet.evidence:
        if item in items or item.kind == "precedent" or item.untrusted:
            continue
        if len(missing & content(said(item))) >= MISPLACED:
            return [Finding(0, len(sentence.text), f"{item.id} says this, but is not cited")]
    return []


def _beyond(sentence: Sentence, items: tuple[Evidence, ...]) -> list[Finding]:
    covered = frozenset().union(*(content(said(item)) | meanings(_KIND.get(item.kind, "")) for item in items))
    findings = []
    for start, end in clauses(sentence.text):
        own = _argued(_unfigured(sentence.text)[start:end])
        missing = own - covered
        told = _PARTIES.search(plain(sentence.text), start, end) is not None
        enough = BEYOND if own & covered else TOLD if told else ALONE
        if len(missing) >= enough and len(missing) > 2 * len(own & covered):
            findings.append(Finding(start, end, "the cited evidence does not say this"))
    return findings


def _unfigured(text: str) -> str:
    """The text with its figures blanked: the month of a date is nothing particular."""
    for one in quantities(text):
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _things(sentence: Sentence, sheet: Sheet, items: tuple[Evidence, ...]) -> list[Finding]:
    """A device, card or address, or another subject, that no cited item speaks of."""
    if not items or any(item.untrusted for item in items):
        return []
    covered = frozenset().union(*(meanings(said(item)) | meanings(_KIND.get(item.kind, "")) for item in items))
    known = covered.union(*(meanings(said(item)) for item in sheet.evidence if not item.untrusted))
    read = plain(sentence.text)
    things = [
        Finding(word.start, word.end, f'the cited evidence speaks of no "{word.text}"')
        for word in words(sentence.text)
        if (word.meaning in _THINGS or (word.text in _PLACES and sheet.kind != "merchant"))
        and word.meaning not in covered
        and not _OF_ANOTHER.search(read[: word.start])
    ]
    subjects = [
        Finding(match.start("what"), match.end("what"), f'nothing on the sheet speaks of "{match["what"]}"')
        for match in _SUBJECT.finditer(read)
        if content(match["what"].split()[-1]) and not content(match["what"]) & known
    ]
    owners = [
        Finding(match.start("what"), match.end("what"), f'the cited evidence speaks of no "{match["what"]}"')
        for match in _OWNS.finditer(read)
        if not meanings(match["what"]) <= covered
    ]
    return things + subjects + owners + _other_kinds(sentence, items, sheet)


def _other_kinds(sentence: Sentence, items: tuple[Evidence, ...], sheet: Sheet) -> list[Finding]:
    """A thing of another kind than those cited: "shipping address" of an item that says "billing address"."""
    covered = frozenset().union(*(meanings(said(item)) for item in items))
    kinds = {pair for item in sheet.evidence if not item.untrusted for pair in _kinds(item.statement)}
    return [
        Finding(one.start, thing.end, f'the cited evidence speaks of no "{one.text} {thing.text}"')
        for one, thing in pairwise(words(sentence.text))
        if (one.meaning, thing.meaning) in kinds and thing.meaning in covered and one.meaning not in covered
    ]


def _kinds(text: str) -> frozenset[tuple[str, str]]:
    """The kinds of things that a text names, each with the word before it."""
    return frozenset(
        (one.meaning, two.meaning)
        for one, two in pairwise(words(text))
        if two.meaning in _COMPOUND and one.meaning in content(one.text)
    )


def _wrong_fields(sentence: Sentence, items: tuple[Evidence, ...]) -> list[Finding]:
    """A sentence that names a cited field ("product category") must give the field's own value."""
    read = plain(sentence.text).lower()
    findings = []
    for item in items:
        field = _FIELD.match(item.statement) if item.kind == "fact" and not item.untrusted else None
        if field is None or field[1].lower() not in read:
            continue
        value = plain(field[2]).lower()
        start = read.index(field[1].lower())
        if value in read or quantities(value) or meanings(value) & meanings(read[start + len(field[1]) :]):
            continue
        if meanings(value) & meanings(read) or not meanings(value):
            continue
        findings.append(Finding(start, len(read), f"{item.id} gives another value for the {field[1]}"))
    return findings
