"""Certainty: a draft must not claim to know more than a score can tell.

Exists for "definitely fraud" and "this proves it": words that stop a reviewer from thinking. A denied certainty
("this does not prove fraud") is honest and passes, and so does a word that the cited evidence itself uses.
"""

from __future__ import annotations

import re

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import cited, either, plain, said

__all__ = ["check_certainty"]

_SUBJECTS = r"(?:case|order|payment|transaction|customer|applicant|merchant|purchase|application)"
_SORTS = r"(?:kinds?|types?|cases|conditions|amounts?|countries)"
_CERTAIN = either(
    rf"\b(?:definite(?:ly)?|certain(?:ly)?(?! {_SORTS}))\b",
    r"\b(?:undoubted|undeniab|unquestionab|indisputab|irrefutab|conclusive|obvious|absolute)(?:ly|le|y)\b",
    r"\b(?:without (?:a |any )?(?:shadow of a )?|no |beyond (?:any |all |a reasonable )?)doubt\b",
    r"\bprov(?:es?|en|ing)(?! (?:to be|of)\b)\b",
    r"\b(?:is|are|clear) proof\b",
    r"\bguarantee[sd]?\b|\bfor sure\b",
    r"\b100 ?% (?:certain|sure|fraud|safe)\b",
    r"\b(?:must|can(?:not| only)) be (?:anything but )?(?:a )?(?:fraud\w*|legitimate|genuine)\b",
    r"\bimpossible (?:that|to be)\b",
    r"\bclearly (?:is |a )*(?:fraud\w*|legitimate|genuine|a scam)\b",
    r"\bleaves? no (?:room|doubt|question)\b|\b(?:beyond|without|out of) (?:any |all )?question\b",
    r"\b(?:is|as) (?:a |an )?(?:established |plain |simple )?facts?\b|\bconfirmed (?:as )?(?:a )?(?:fraud"
    r"|legitimate|genuine)\b",
    r"\bno other (?:explanation|conclusion|reading|possibility|answer)\b|\bsettles? (?:the |this |it)",
    r"\bcan(?:not| only) (?:mean|point to|come from)\b|\bcannot be (?:an? )?(?:honest|innocent|legitimate|genuine)",
    rf"\b(?:this|the|our) {_SUBJECTS} (?:is|was) (?:a |an )?(?:fraud(?:ulent)?|fake)\b",
    r"\bthis is (?:a |an )?(?:clear )?(?:case of )?(?:fraud(?:ulent)?|scam)\b",
    r"\b(?:fraudster|criminal|scammer|thief|crook)s?\b",
)
_DENIED = re.compile(
    r"(?:\bnot|n't|\bnever|\bcannot|\bnothing|\bno|\bnor|\bhardly|\bun)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
_NOUN = re.compile(r"\b(?:proof|guarantee)s? of\b", re.IGNORECASE)


def check_certainty(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each word of certainty, or verdict on the person, that no score can support."""
    read = plain(sentence.text)
    known = " ".join(plain(said(item)).lower() for item in cited(sentence, sheet) if not item.untrusted)
    findings = [
        Finding(
            match.start(),
            match.end(),
            f'"{sentence.text[match.start() : match.end()]}" is more certain than a score can be',
        )
        for match in _CERTAIN.finditer(read)
        if not _DENIED.search(read[max(0, match.start() - 30) : match.start()])
        and not _NOUN.match(read, match.start())
        and not re.search(rf"\b{re.escape(match[0].lower())}\b", known)
    ]
    return verdict("certainty", sentence, findings, "it claims no more certainty than a score gives")
