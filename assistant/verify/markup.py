"""Markup: a draft is plain text, without links, HTML, Markdown, code, chat-template tokens or hidden characters.

Exists because text from a case can carry any of these through a writer to the reviewer's page, to the next prompt
or into a clicked link.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.case import Check, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import grounds, plain
from assistant.verify.tokens import identifiers

__all__ = ["check_markup"]

_MARKUP: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a chat-template token", re.compile(
        r"<\|[^|>]{0,40}\|?>|<\|?|\|>|</?s>|\[/?INST\]|<</?SYS>>|\[/?(?:system|user|assistant)\]"
        r"|^\s*#*\s*(?:system|assistant|user|human|instruction|response)\s*:", re.IGNORECASE)),
    ("HTML", re.compile(r"</?[a-z!][^<>]{0,200}>?|&(?:[a-z]{2,8}|#x?[0-9a-f]{1,6});", re.IGNORECASE)),
    ("Markdown", re.compile(
        r"!?\[[^\]\n]{0,80}\]\([^)\n]{0,200}\)|\*\*|__(?=\w)|~~|^\s{0,3}#{1,6}\s|^\s*(?:[*+>-]|\d+[.)])\s+|^\s*\|")),
    ("code", re.compile(r"`|\{\{|\}\}|\{%|%\}|\$\{|\bon\w+\s*=\s*[\"']|;\s*--|\bSELECT\s.+\sFROM\b")),
)  # fmt: skip
_VISIBLE_FORMAT = frozenset("\u200c\u200d")  # joiners that Arabic, Persian and Indic words are spelt with
_BROKEN = re.compile(r"[,;:] ?[,;.](?!\.)|\( ?\)|\{(?:[A-Z]\d|past|p\b|band)|[\[(] ?\.?$")
"""A comma before the stop, empty brackets or one that nothing follows, or a pointer that nothing stands for."""
_SAID_TWICE = re.compile(r"\b(?:is|was|are) (?:(?:[A-Z]{3} )?[\d.,]+|[A-Z]{2}) (?:is|was|are) (?:un)?known\b")
"""Two predicates of one thing, as where a statement stands in the place of a value."""
_STUTTER = re.compile(r"\b(?P<word>[^\W\d]{4,}) (?P=word)\b", re.IGNORECASE)
_SHORT_LINK = re.compile(r"(?<![\w/.])[a-z][\w-]*(?:\.[a-z]{2,})+/[^\s/]\S*", re.IGNORECASE)


def check_markup(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each link, piece of markup or hidden character."""
    read = plain(sentence.text)
    named = {
        token.value
        for item in grounds(sentence, sheet)
        if not item.untrusted
        for token in identifiers(item.statement)
        if not re.search(r"[/:]", token.value)  # the bare name of an email's domain, not somewhere to go
    }
    findings = [
        Finding(token.start, token.end, "a draft carries no links")
        for token in identifiers(sentence.text)
        if token.kind == "link" and token.value not in named
    ]
    findings += [
        Finding(match.start(), match.end(), "a draft carries no links")
        for match in _SHORT_LINK.finditer(read)
        if not any(one.start < match.end() and match.start() < one.end for one in findings)
    ]
    findings += [Finding(match.start(), match.end(), "the sentence is broken here") for match in _BROKEN.finditer(read)]
    findings += [
        Finding(match.start(), match.end(), "two statements run into each other")
        for match in _SAID_TWICE.finditer(read)
    ]
    findings += [
        Finding(match.start(), match.end(), "a word stands here twice")
        for match in _STUTTER.finditer(read)
        if not any(match[0].lower() in plain(item.statement).lower() for item in grounds(sentence, sheet))
    ]
    taken: list[tuple[int, int]] = []
    for name, pattern in _MARKUP:
        for match in pattern.finditer(read):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                findings.append(Finding(match.start(), match.end(), f"a draft is plain text; this is {name}"))
    findings += [
        Finding(i, i + 1, "a hidden character")
        for i, char in enumerate(sentence.text)
        if (unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") and char not in _VISIBLE_FORMAT)
    ]
    return verdict("markup", sentence, findings, "it is plain text")
