"""Wording: a clause that nearly repeats the cited evidence must not differ from it in a word that counts.

Exists for the swapped thing, unit, direction or "not" inside an otherwise copied clause: "the card was first seen 2
hours before this case" said of the device. Only near copies are read: a clause in other words is left to the other
checks, and figures are left to `numbers`.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.negations import denials
from assistant.verify.quantities import quantities
from assistant.verify.reading import Word, cited, meanings, plain, said, words
from assistant.verify.vocabulary import SILENT, word_list

__all__ = ["check_wording"]

NEAR = 0.6
"""Share of the evidence's clause that must stand in the sentence's, in order."""
FEWEST = 3
"""Words in common below which two clauses are alike by chance; two for a clause of three."""

_BREAK = re.compile(r"[;:()]\s*|,(?!\d)\s*")
_LIGHT = frozenset(
    word_list(
        "stand stands stood come comes came amount amounts reach reaches reached count counts equal equals total show"
        " shows showed run runs turn turned appear appears appeared seem seems prove proved proves end ended"
        " ends remain remains remained lie lies lay"
        " case cases order orders payment payments transaction transactions application applications check review"
        " risk fraud score model sign signs speak speaks spoke point points reason probability"
        " use used exactly about around roughly nearly almost already so far yet clearly merely itself respectively"
    )
)
"""Words that may stand for others without changing what is said."""
_TURNS = {
    **dict.fromkeys(word_list("higher more above over longer larger greater older exceeding up highest most"), "up"),
    **dict.fromkeys(word_list("lower fewer less below under shorter smaller younger newer down lowest least"), "down"),
    **dict.fromkeys(word_list("first"), "first"),
    **dict.fromkeys(word_list("last latest previous"), "last"),
    **dict.fromkeys(word_list("about as like"), "level"),
    "unlike": "unlike",
}


class _Piece(NamedTuple):
    """A clause of evidence in words, and all that its item means."""

    row: tuple[str, ...]
    text: str
    item: Evidence


def check_wording(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each clause that is the evidence's but for a word."""
    items = tuple(item for item in cited(sentence, sheet) if not item.untrusted)
    pieces = [piece for item in items for piece in _pieces(item)]
    facts = frozenset().union(*(meanings(said(item)) for item in items if item.kind == "fact"))
    steps = frozenset(word for action in sheet.allowed_actions for word in action.split("_"))
    findings = []
    for start, end in _places(plain(sentence.text)) if pieces else ():
        own = _unfigured(sentence.text[start:end])
        nearest = _nearest(tuple(word.text for word in own), pieces)
        if nearest is not None and (fault := _fault(own, sentence.text[start:end], nearest, facts, steps)):
            word, why = fault
            findings.append(Finding(start + word.start, start + word.end, why))
    return verdict("wording", sentence, findings, "where it repeats the evidence, it repeats it rightly")


def _places(read: str) -> list[tuple[int, int]]:
    places, start = [], 0
    for match in _BREAK.finditer(read):
        places.append((start, match.start()))
        start = match.end()
    return [(a, b) for a, b in [*places, (start, len(read))] if read[a:b].strip()]


@lru_cache(maxsize=4096)
def _pieces(item: Evidence) -> tuple[_Piece, ...]:
    read = plain(item.statement)
    if item.kind == "fact":  # a label and its value, which `citations` reads
        return ()
    if item.kind == "rule":  # the action is read by `actions`
        read = read[max(0, read.find(" has ")) :]
    found = [read[a:b] for a, b in _places(read)]
    rows = [(tuple(word.text for word in _unfigured(text)), text) for text in found]
    return tuple(_Piece(row, text, item) for row, text in rows if len(row) > 2)


@lru_cache(maxsize=8192)
def _unfigured(text: str) -> tuple[Word, ...]:
    """The words without those of figures, which `numbers` reads."""
    figures = [(one.start, one.end) for one in quantities(text)]
    return tuple(word for word in words(text) if not any(a <= word.start < b for a, b in figures))


def _nearest(own: tuple[str, ...], pieces: list[_Piece]) -> _Piece | None:
    """The clause of evidence that the sentence's clause nearly repeats; None where there is none."""
    best, most = None, 0.0
    for piece in pieces:
        shared = len(set(own) & set(piece.row))
        if shared < min(FEWEST, len(piece.row) - 1) or shared < NEAR * len(set(piece.row)):
            continue
        blocks = SequenceMatcher(None, piece.row, own, autojunk=False).get_matching_blocks()
        same = sum(block.size for block in blocks)
        if same >= NEAR * len(piece.row) and same / len(piece.row) > most:
            best, most = piece, same / len(piece.row)
    return best


def _fault(
    own: tuple[Word, ...], text: str, piece: _Piece, facts: frozenset[str], steps: frozenset[str]
) -> tuple[Word, str] | None:
    """The first word that counts and is another one; `steps` are the words of actions ("step up" compares nothing)."""
    row = tuple(word.text for word in own)
    theirs = meanings(said(piece.item)) | facts
    edits = SequenceMatcher(None, piece.row, row, autojunk=False).get_opcodes()
    for kind, a, b, c, d in edits:
        framed = a == 0 and d - c > b - a + 1  # "the risk is lower because", not another word for the first one
        if kind != "replace" or framed or not any(_counts(word, row) for word in piece.row[a:b]):
            continue
        gone = {_TURNS[word] for word in piece.row[a:b] if word in _TURNS}
        for word in own[c:d]:
            turn = None if piece.item.kind == "rule" and word.text in steps else _TURNS.get(word.text)
            if turn and gone and turn not in gone:
                return word, f'"{word.text}" is not what {piece.item.id} says: {" ".join(piece.row[a:b])}'
            if piece.item.kind != "rule" and _strange(word, theirs):
                return word, f'"{word.text}" is not what {piece.item.id} says: {" ".join(piece.row[a:b])}'
    if piece.item.kind != "rule" and denials(text) % 2 != denials(piece.text) % 2:
        return own[-1], f"it denies what {piece.item.id} says, or the reverse"
    return None


def _strange(word: Word, theirs: frozenset[str]) -> bool:
    """Whether the word says something that the evidence does not."""
    return _tells(word.text) and word.meaning not in theirs


def _counts(word: str, row: tuple[str, ...]) -> bool:
    """Whether something is missed when the word is gone from a clause."""
    return (_tells(word) or word in _TURNS) and word not in row


def _tells(word: str) -> bool:
    return word.isalpha() and word not in SILENT and word not in _LIGHT
