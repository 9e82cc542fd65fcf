"""How the verifier reads text: one plain form, words with their places, clauses, and what the words mean.

The plain form has exactly one character for each character of the text, so every place found in it is a place in
the text. English only: text in another script yields words, but no meanings.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from assistant.case import Evidence, Sentence, Sheet
from assistant.verify.vocabulary import GENERAL, IRREGULAR, MEANING, SILENT

__all__ = [
    "ABOUT_MODEL",
    "Word",
    "cited",
    "clauses",
    "closest",
    "content",
    "either",
    "grounds",
    "meaning",
    "meanings",
    "plain",
    "said",
    "words",
]

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u02bc": "'", "\u00b4": "'"}
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_BREAK = re.compile(
    r"[;:!?()]\s*|,\s+(?:(?:and|but|or|while|whereas|although|though|which|so|yet)\b\s*)?|\.\s+"
    r"|\s(?:but|while|whereas|although|though|which|because|so|however)\s|\s(?:-|/)\s|\sand\s",
    re.IGNORECASE,
)

ABOUT_MODEL = re.compile(
    r"\bmodel(?:'s)? (?:score|estimate|puts|rates|sees|gives|abstains)\b|\bprobability of fraud\b", re.IGNORECASE
)
"""A clause that speaks of the model's verdict: it rests on the sheet itself, not on what it cites."""


def either(*patterns: str) -> re.Pattern[str]:
    """One pattern for all of these, whatever the case of their letters."""
    return re.compile("|".join(patterns), re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """One word in lower case, the meaning it stands for, and its place."""

    text: str
    meaning: str
    start: int
    end: int


def _plain_char(char: str) -> str:
    if char in _DASHES:
        return "-"
    if char in _QUOTES:
        return _QUOTES[char]
    if char.isspace():
        return " "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The text with its dashes, quotes, spaces, digits and wide letters in ASCII form, of the same length."""
    if text.isascii() and not any(char in text for char in "\t\n\r\v\f"):
        return text
    return "".join(map(_plain_char, text))


@lru_cache(maxsize=8192)
def meaning(word: str) -> str:
    """The word without its ending, or the word that stands for all that mean the same."""
    if word in MEANING:
        return MEANING[word]
    stem = IRREGULAR.get(word) or _stem(word)
    return MEANING.get(stem, stem)


def _stem(word: str) -> str:
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed", "ly"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            word = word.removesuffix(ending)
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
                word = word[:-1]
            break
    return word.removesuffix("e") if len(word) > 4 else word


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[Word, ...]:
    found = []
    for match in _WORD.finditer(plain(text)):
        lower = match[0].lower()
        found.append(Word(lower, meaning(lower), match.start(), match.end()))
    return tuple(found)


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[tuple[int, int], ...]:
    """The places of the parts between commas, colons and joining words; never empty for a text that has words."""
    places, start = [], 0
    for match in _BREAK.finditer(plain(text)):
        places.append((start, match.start()))
        start = match.end()
    places.append((start, len(text)))
    return tuple((start, end) for start, end in places if text[start:end].strip())


@lru_cache(maxsize=8192)
def meanings(text: str) -> frozenset[str]:
    """Everything that the words of the text mean, parts of hyphenated words included; function words left out."""
    found: set[str] = set()
    for word in words(text):
        parts = [word.text, *word.text.split("-")] if "-" in word.text else [word.text]
        found.update(meaning(part) for part in parts if part not in SILENT)
    return frozenset(found)


_GENERAL_MEANINGS = frozenset(meaning(word) for word in GENERAL if MEANING.get(word, word) == word)


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """What is particular to this text: its meanings without numbers and without the general words of the trade."""
    general = {meaning(word.text) for word in words(text) if word.text in GENERAL}
    return frozenset(one for one in meanings(text) - _GENERAL_MEANINGS - general if not one[0].isdigit())


def said(item: Evidence) -> str:
    """All that one evidence item says, in one text."""
    return " | ".join((item.statement, *item.values))


def cited(sentence: Sentence, sheet: Sheet) -> tuple[Evidence, ...]:
    """The items of the sheet that the sentence cites, each once; ids that do not exist are left out."""
    found = (sheet.find(one) for one in dict.fromkeys(sentence.citations))
    return tuple(item for item in found if item is not None)


def grounds(sentence: Sentence, sheet: Sheet) -> tuple[Evidence, ...]:
    """What a figure or name may come from: the cited items, or for a sentence without citations the trusted sheet.

    Lines that need no citation ("would change: …") are held to the sheet this way.
    """
    return cited(sentence, sheet) if sentence.citations else tuple(i for i in sheet.evidence if not i.untrusted)


def closest(text: str, items: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The items that a part of a sentence is about: those sharing most of its content, or all if none shares any."""
    own = content(text)
    shared = [len(own & content(said(item))) for item in items]
    best = max(shared, default=0)
    return tuple(item for item, count in zip(items, shared, strict=True) if count == best)
