"""Certainty: a draft must not claim to know more than a score can tell.

Exists for "definitely fraud" and "this proves it": words that stop a reviewer from thinking. A denied certainty
("this does not prove fraud") is honest and passes, and so does a word that the cited evidence itself uses.
"""

from __future__ import annotations

import re

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import cited, plain, said

__all__ = ["check_certainty"]

_CERTAIN = re.compile(
    r"\b(?:definite(?:ly)?|certain(?:ly)?(?! (?:kinds?|types?|cases|conditions|amounts?|countries))|undoubted(?:ly)?|undeniabl[ey]|unquestionabl[ey]|indisputabl[ey]"
    r"|without (?:a |any )?(?:shadow of a )?doubt|no doubt|beyond (?:any |all |a reasonable )?doubt|conclusive(?:ly)?|irrefutabl[ey]"
    r"|prov(?:es?|en|ing)(?! (?:to be|of)\b)|is proof|are proof|clear proof|guarantee[sd]?|for sure|obviously|100 ?% (?:certain|sure|fraud|safe)"
    r"|absolutely|must be (?:a )?(?:fraud\w*|legitimate|genuine)|can(?:not| only) be (?:anything but )?(?:fraud\w*|legitimate|genuine)"
    r"|impossible (?:that|to be)|clearly (?:is |a )*(?:fraud\w*|legitimate|genuine|a scam)|leaves? no (?:room|doubt|question))\b"
    r"|\b(?:this|the|our) (?:case|order|payment|transaction|customer|applicant|merchant|purchase|application) (?:is|was) (?:a |an )?"
    r"(?:fraud(?:ulent|ster)?|criminal|thief|scam(?:mer)?|fake)\b"
    r"|\bthis is (?:a |an )?(?:clear )?(?:case of )?(?:fraud(?:ulent)?|scam)\b|\b(?:fraudster|criminal|scammer|thief|crook)s?\b",
    re.IGNORECASE,
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
