"""Certainty: a draft must not claim to know more than a score can tell.

Exists for "definitely fraud" and "this proves it": words that stop a reviewer from thinking. A denied certainty
("this does not prove fraud") is honest and passes, and so does a word that the cited evidence itself uses.
"""

from __future__ import annotations

import re

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.judgements import judgements
from assistant.verify.reading import cited, either, plain, said

__all__ = ["check_certainty"]

_SUBJECTS = r"(?:case|order|payment|transaction|customer|applicant|merchant|purchase|application|shop|cardholder)"
_SORTS = r"(?:kinds?|types?|cases|conditions|amounts?|countries)"
_FRAUD = r"(?:fraud\w*|a scam|criminal|illegitimate|fake|malicious|dishonest)"
_HONEST = r"(?:legitimate|genuine|honest|innocent|harmless|trustworthy|safe)"
_VERDICT = rf"(?:a |an )?(?:case of )?(?:{_FRAUD}|{_HONEST})"
_FULL = r"(?:full|complete|total|absolute|utter|perfect|entire|great|high|every|all|utmost)"
_ADVERBS = (
    r"\b(?:definite|certain|undoubted|undeniab|unquestionab|indisputab|irrefutab|incontrovertib|incontestab|indubitab"
    rf"|unmistakab|unequivocal|unambiguous|categorical|conclusive|obvious|absolute|assured|infallib"
    rf"|inevitab)(?:ly|le|y)\b(?! {_SORTS})",
    rf"\b(?:definite|certain|indisputable|undisputed|conclusive|unmistakable)\b(?! {_SORTS})",
    r"\b(?:surely|doubtless|patently|manifestly|blatant(?:ly)?|flagrant(?:ly)?|outright|sheer)\b",
    rf"\b(?:clearly|plainly|evidently|simply|entirely|totally|completely|wholly|utterly|perfectly"
    rf"|purely) (?:is |was )?{_VERDICT}\b",
)
"""Words that lift a statement above doubt."""
_DOUBTLESS = (
    r"\b(?:without|no|beyond|past|free (?:of|from)|above|out of|outside|void of) (?:(?:a|an|any|all|the|every"
    r"|real|reasonable|serious"
    r"|slightest|least|shred of|shadow of|room for|hint of|single)\s)*(?:doubts?|question|dispute|uncertainty"
    r"|argument|debate"
    r"|mistake|mistaking)\b(?! (?:marks?|about (?:who|when|where)))",
    r"\bleav(?:es?|ing) (?:no|little) (?:room|doubt|question|uncertainty|alternative|choice)\b",
    r"\b(?:nobody|no ?one|no reviewer|no analyst|none) (?:can|could|would|may|will) (?:\w+ )?(?:doubt|deny"
    r"|dispute|question|argue)\b",
    r"\b(?:cannot|can't|can not|could not|couldn't) (?:\w+ )?be (?:\w+ )?(?:doubted|denied|disputed|questioned"
    r"|explained (?:away|otherwise)|wrong"
    r"|mistaken|anything|otherwise|a coincidence|(?:an? )?(?:honest|innocent|legitimate|genuine))",
    r"\bdoubts? (?:is|are) (?:excluded|ruled out|removed|gone|impossible|out of place|unwarranted)\b",
    r"\b(?:no (?:two|other) ways?|nothing (?:but|other than|short of)"
    r"|none other than)\b(?: about it)?(?=.*\b(?:fraud|scam|theft|crime|it)\b)",
    r"\b(?:unthinkable|inconceivable|impossible (?:that|to be|for)|out of the question)\b",
    r"\b(?:no other|only|sole|one|single) (?:possible |plausible |conceivable )?(?:explanation|conclusion"
    r"|reading|possibility|answer"
    r"|interpretation|verdict)\b(?! (?:of|for) (?:the|this) (?:gap|delay))",
    r"\b(?:rules?|ruling|ruled) out (?:any|every|all|fraud|an? (?:honest|innocent))\b",
)
"""Doubt denied, in whatever way."""
_PROVEN = (
    r"\bprov(?:es?|en|ing)(?! (?:to be|of)\b)\b|\b(?:is|are|clear|final|hard|solid|damning) proof\b",
    rf"\b(?:establish|demonstrat|confirm|reveal|expos|unmask|verif)(?:es|ed|e|s|ing)? (?:that )?(?:it |this "
    rf"|the {_SUBJECTS} )?"
    rf"(?:is |was |to be |as )?{_VERDICT}\b(?! (?:risk|score|signal|check|team))",
    r"\bguarantee[sd]?\b|\bfor (?:sure|certain)\b|\bsettl(?:es?|ed|ing) (?:the |this |it|beyond)"
    r"|\bseals? (?:the|this|it)\b",
    r"\b(?:is|as) (?:a |an )?(?:established |plain |simple |proven |known )?facts?\b",
    r"\bcan(?:not| only) (?:mean|point to|come from)\b|\b(?:has|have|had) to be (?:a |an )?(?:fraud\w*|scam\w*"
    r"|crim\w+)",
    rf"\b(?:must|can(?:not| only)|could only) be (?:anything but )?{_VERDICT}\b",
    r"\b(?:ironclad|iron-clad|cast-iron|watertight|airtight|foolproof|bulletproof|unassailable|inescapable"
    r"|unavoidable"
    r"|open-and-shut|open and shut|clear-cut|clear cut|cut and dried|foregone conclusion|smoking gun|damning"
    r"|caught red-handed|dead certain|dead sure|textbook)\b",
    r"\b(?:bound|sure|certain) to be\b|\b(?:100|99(?:\.\d+)?|hundred|a hundred|one hundred) ?(?:%|per ?cent) "
    r"(?:certain|sure|fraud|safe|legitimate|genuine|positive|confident)\b",
    rf"\bwith (?:{_FULL} )(?:certainty|confidence|assurance|conviction)\b|\b(?:certainty|certitude)\b",
    r"\b(?:we|i|one|everyone|anyone|everybody) (?:now )?(?:know|knows|am sure|are sure|am certain|am convinced"
    r"|are convinced)\b",
    r"\b(?:zero|no) (?:risk|chance|possibility|danger) (?:of|that|whatsoever|at all)\b|\brisk-?free\b",
    r"\b(?:always|never|invariably|every time) (?:is |are |means? |was |were )?(?:a )?(?:fraud\w*|legitimate"
    r"|genuine|a scam)\b",
)
"""A verdict told as settled."""
_JUDGED = (
    r"\b(?:fraudster|criminal|scammer|thief|crook|swindler|impostor|imposter|con (?:artist|man)|cheat|culprit"
    r"|perpetrator|offender|liar"
    r"|felon|racketeer)s?\b|\bthieves\b",
    r"\b(?:is|are|was|were|be|been|found) (?:\w+ )?(?:guilty|lying|at fault)\b",
    r"\bconfirmed (?:as )?(?:a )?(?:fraud|legitimate|genuine)\b",
)
"""A verdict on the person or the case, with nothing that softens it."""
_CERTAIN = either(*_ADVERBS, *_DOUBTLESS, *_PROVEN, *_JUDGED)
_DENIED = re.compile(
    r"\bnone of (?:this|that|it|these|them) (?:is|are|was) (?:\w+ )?$"
    r"|(?:\bnot|n't|\bnever|\bcannot|\bnothing|\bno|\bnor|\bhardly|\bun)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"^(?:an? |any |new |further |some )?(?:evidence|proof|confirmation|word|finding|answer)\b[^.;:]{0,40} "
    r"(?:that|whether) $"
    r"|^(?:an?|another|further|more|new) (?:similar |decided |past |earlier |such )?cases? (?:like this one )?"
    r"(?:that|which) (?:turns? out|ends?|proves?)(?: to be| as)? $",
    re.IGNORECASE,
)
"""What would have to come yet: "new evidence that the customer is genuine", "a similar case that turns out fraud"."""
_EXPLAINED = re.compile(
    r"^(?:an? |some )?(?:innocent|honest|genuine|legitimate) (?:explanation|reason|cause|use)s? (?:for|of|why)\b",
    re.IGNORECASE,
)
"""What would have to be given yet: "an innocent explanation for this"."""
_NOUN = re.compile(r"\b(?:proof|guarantee)s? of\b", re.IGNORECASE)


def check_certainty(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each word of certainty, or verdict on the person, that no score can support."""
    read = plain(sentence.text)
    items = cited(sentence, sheet)
    known = _words(items)
    now = _words(tuple(item for item in items if item.kind != "precedent"))
    findings = [
        Finding(
            match.start(),
            match.end(),
            f'"{sentence.text[match.start() : match.end()]}" is more certain than a score can be',
        )
        for match in _CERTAIN.finditer(read)
        if not _DENIED.search(read[max(0, match.start() - 30) : match.start()])
        and not _WANTED.match(read[: match.start()])
        and not _NOUN.match(read, match.start())
        and not re.search(rf"\b{re.escape(match[0].lower())}\b", known)
    ]
    past = any(item.kind == "precedent" for item in items)
    findings += [
        Finding(start, end, f'"{sentence.text[start:end]}" is told as a fact; nothing on the sheet settles it')
        for start, end in judgements(read, past=past)
        if not _WANTED.match(read[:start])
        and not _EXPLAINED.match(read)
        and not re.search(rf"\b{re.escape(read[start:end].lower())}\b", now)
        and not any(one.start < end and start < one.end for one in findings)
    ]
    return verdict("certainty", sentence, findings, "it claims no more certainty than a score gives")


def _words(items: tuple[Evidence, ...]) -> str:
    return " ".join(plain(said(item)).lower() for item in items if not item.untrusted)
