"""Voice: a clause either tells what is cited, or is one of the few things that a draft says by itself.

Exists because what must not be said cannot be listed: certainty, obeyed notes and invented events have endless words.
What a draft needs can be: the words of what it cites, and those in which signs are weighed, a score is read, past cases
are counted and an action is recommended (`VOICE`). So words are licensed here, not banned. A clause that tells
something of the evidence may also use the plain words for how things are and happen (`HAPPENS`), and strange words, as
long as those are fewer than the words that it shares, a figure counted as one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify.decided import ACTION_WORDS
from assistant.verify.finding import Finding, verdict
from assistant.verify.names import COUNTRIES
from assistant.verify.quantities import quantities
from assistant.verify.reading import Word, cited, clauses, content, either, meaning, meanings, plain, said, words
from assistant.verify.tokens import identifiers
from assistant.verify.vocabulary import GENERAL, HAPPENS, SILENT, VOICE, word_list

__all__ = ["check_voice"]

_HEAD = re.compile(r"\bthat\b\s*", re.IGNORECASE)
"""What stands before a "that" speaks for itself: "nobody will deny that the card is new"."""
_SOURCES = frozenset(word_list("note notes text texts message messages comment letter statement sender author"))
_RULES = frozenset(word_list("policy policies rule rules"))
"""Who speaks of a note or of the policy must cite it."""
_PAST = frozenset(map(meaning, word_list("confirmed closed")))
_PARTY = (
    r"(?:(?:legitimate|genuine|honest) )?(?:customer|buyer|cardholder|applicant|merchant|seller|holder|owner"
    r"|claimant|guest|person)"
)
_BALANCE = either(
    r"\b(?:on the (?:other|one) hand|taken together|looking back|looks? (?=like|usual|unusual|normal)"
    r"|(?:a|no) closer look|facts must|going on|set out)\b",
    r"\bclear (?=mismatch|differences?|signs?|pattern|contrast|link|reason)",
    rf"\bsame {_PARTY}\b|\bcases? with (?:the|this) {_PARTY}\b",
    rf"\b(?:for|against|of) (?:the |this |an? )?{_PARTY}(?:'s (?:favou?r|defen[cs]e))?\b(?!')",
    rf"\bin (?:the |this )?{_PARTY}'s (?:favou?r|defen[cs]e)\b|\bin (?:its|their|his|her) (?:favou?r|defen[cs]e)\b",
    r"\b(?:no|not|n't|none of (?:this|that|it|these|them) (?:is|are|was)|nothing(?: here| of this)? is"
    r"|neither(?: \w+)? is|without)"
    r" (?:(?:an?|yet|be|very|quite|by itself|alone|in itself) )?(?:clear|conclusive|certain|sure|decisive|proof|prove"
    r"|proven|settled?|enough|final|sufficient)\b",
)
"""For and against whom signs weigh, certainty denied, and turns of speech."""
_PARTIES = frozenset(map(meaning, word_list("customer merchant applicant holder owner person reviewer analyst")))
"""Of them a clause may only speak where it tells something of the evidence."""
_OF_ANOTHER = re.compile(r"\b(?:IP|e-?mail)\s$", re.IGNORECASE)  # an "IP address" is the IP
_NUMBERS = word_list("zero one two three four five six seven eight nine ten eleven twelve half twice once both")
_OWN = frozenset(map(meaning, (*VOICE, *_NUMBERS)))
_TOLD = _OWN | frozenset(map(meaning, (*HAPPENS, *GENERAL, *SILENT)))
_ACTIONS = {action: either(rf"\b(?:{worded})\b") for action, worded in ACTION_WORDS.items()}
_ADVISES = re.compile(r"\b(?:recommend\w*|advi[sc]\w*|action|polic\w+|costs?|suggest\w*|best step|propos\w+)\b", re.I)


def check_voice(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each clause that neither tells what is cited nor is of a draft's own kind."""
    items = cited(sentence, sheet)
    findings: list[Finding] = []
    if items:
        known = _known(items)
        kinds = {item.kind for item in items} | {"note" for item in items if item.untrusted}
        unsourced = (frozenset() if "note" in kinds else _SOURCES) | (frozenset() if "rule" in kinds else _RULES)
        past = _PAST if "precedent" in kinds else frozenset()
        here = meanings(sheet.kind)
        facts = meanings(" ".join(item.statement for item in sheet.of_kind("fact")))
        given = " | ".join(plain(said(item)).lower() for item in items if not item.untrusted)
        for start, end in _parts(sentence.text):
            part = sentence.text[start:end]
            if plain(part).strip(" .!?").lower() in given:  # word for word what is cited
                continue
            row = [word for word in _spoken(sentence.text) if start <= word.start < end]
            told = content(part) & known
            figured = any(start <= one.start < end for one in quantities(sentence.text))
            licence = (_TOLD | facts | known if told else _OWN | (known if figured else known - _PARTIES)) | here | past
            licence |= _advised(sentence.text, sheet)
            strange = [
                word
                for word in row
                if not _licensed(word, licence) or (word.text in unsourced and word.meaning not in known)
            ]
            if len({word.meaning for word in strange}) >= max(1, len(told) + (figured and bool(told))):
                why = f'nothing that is cited says this, and "{strange[0].text}" is no word for weighing it'
                findings.append(Finding(start, end, why))
    return verdict("voice", sentence, findings, "it says what is cited, and weighs it in a draft's own words")


def _known(items: tuple[Evidence, ...]) -> frozenset[str]:
    return frozenset().union(*(meanings(said(item)) for item in items))


def _advised(text: str, sheet: Sheet) -> frozenset[str]:
    """The words of the actions that may be taken here, where the clause speaks of what to do."""
    if not _ADVISES.search(text):
        return frozenset()
    allowed = [pattern for action, pattern in _ACTIONS.items() if action in sheet.allowed_actions]
    named = " ".join(match[0] for pattern in allowed for match in pattern.finditer(text))
    return frozenset(word.meaning for word in words(f"{named} {' '.join(sheet.allowed_actions).replace('_', ' ')}"))


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[tuple[int, int], ...]:
    """The clauses, and the heads before a "that" on their own."""
    found = []
    for start, end in clauses(text):
        match = _HEAD.search(plain(text), start, end)
        if match and text[start : match.start()].strip():
            found += [(start, match.start()), (match.end(), end)]
        else:
            found.append((start, end))
    return tuple((start, end) for start, end in found if start < end)


@lru_cache(maxsize=4096)
def _spoken(text: str) -> tuple[Word, ...]:
    """The words that are neither figures nor identifiers nor names, which have their own checks."""
    taken = [(one.start, one.end) for one in quantities(text)]
    taken += [(one.start, one.end) for one in identifiers(text)]
    taken += [match.span() for match in _BALANCE.finditer(plain(text))]
    row = words(text)
    opens = {start for start, _ in clauses(text)} | {row[0].start if row else 0}
    return tuple(
        word
        for word in row
        if not any(start < word.end and word.start < end for start, end in taken)
        and not (text[word.start].isupper() and word.start not in opens)
        and not word.text.isdigit()
        and not (text[word.start].isupper() and word.text in COUNTRIES)
        and not _OF_ANOTHER.search(text[: word.start])
    )


def _licensed(word: Word, licence: frozenset[str]) -> bool:
    return word.meaning in licence or all(meaning(one) in licence for one in word.text.split("-"))
