"""Negations: what the cited evidence denies, a sentence must not affirm, and the other way round.

Exists for the lost or added "not": "the name did not match" against "the name matched". Pairs such as match and
differ, valid and invalid, pass and fail are read as one predicate with a sign. A predicate that a clause or its
evidence uses with both signs is left alone.
"""

from __future__ import annotations

import re

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import ABOUT_MODEL, Word, cited, clauses, closest, content, plain, words
from assistant.verify.vocabulary import word_list

__all__ = ["check_negations", "denials"]

REACH = 6
"""How many words after a "not" it still denies: "none of them led to a chargeback"."""

REACH_OF_NOT = 2
"""The same for a "not" before a word without an opposite: "does not add up for the document" denies no document."""

_PAIRS = (
    (
        "match",
        "match matches matched matching agree agrees agreed identical corresponds correspond consistent coincide"
        " coincides",
        "differ differs differed differing mismatch mismatches mismatched disagree disagrees disagreed inconsistent"
        " contradict contradicts contradicted conflict conflicts deviates deviate discrepancy",
    ),
    (
        "pass",
        "correct valid pass passes passed ok succeeded",
        "wrong incorrect invalid fail fails failed failure failing faulty",
    ),
    ("verify", "verified confirmed", "unverified unconfirmed"),
    ("expire", "expired lapsed", "unexpired"),
    ("know", "known recognised recognized familiar", "unknown unrecognised unrecognized unfamiliar"),
    ("present", "present available provided supplied", "missing absent lacking unavailable"),
    ("see", "seen appeared", "unseen"),
    ("list", "listed blacklisted blocklisted", "unlisted"),
    ("tamper", "tampered altered manipulated edited", "untampered unaltered"),
    ("chargeback", "chargeback chargebacks dispute disputes", ""),
    ("active", "enabled active", "disabled inactive"),
    ("read", "readable legible", "unreadable illegible"),
    ("deliver", "delivered", "undelivered"),
    ("usual", "usual typical", "unusual unusually atypical"),
    ("register", "registered", "unregistered"),
    ("complete", "complete completed", "incomplete"),
)
_SIGNED: dict[str, tuple[str, int]] = {
    **{word: (predicate, 1) for predicate, affirms, _ in _PAIRS for word in word_list(affirms)},
    **{word: (predicate, -1) for predicate, _, denies in _PAIRS for word in word_list(denies)},
}
_DENIES = frozenset(
    word_list(
        "not no never none neither nor without cannot lacks lack lacked hardly barely nothing nobody zero failed free"
    )
)
_VERBAL = frozenset(("not", "never", "cannot"))
_STOPS = frozenset(word_list("but although though while because since so which who that and or yet than if when"))
_IDLE = frozenset(word_list("only just merely doubt surprise wonder question"))  # "not only", "no doubt" deny nothing
_STATES = frozenset(word_list("is are was were be been has have had"))
_PLAIN = re.compile(r"[a-z]{4,}$")


def check_negations(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each predicate that a sentence affirms and its evidence denies, or the reverse."""
    items = tuple(item for item in cited(sentence, sheet) if item.kind not in ("precedent", "rule"))
    findings = []
    for start, end in clauses(sentence.text) if items else ():
        part = sentence.text[start:end]
        own = {} if ABOUT_MODEL.search(part) else _signs(part)
        if not own:
            continue
        about = closest(part, items)
        theirs = _together(about)
        as_much = all(denials(part) % 2 == denials(item.statement) % 2 for item in about)
        for predicate, places in own.items():
            mine = {sign for sign, _ in places}
            there = theirs.get(predicate, set())
            if as_much and predicate.startswith("="):
                continue  # "the number was in no other case" and "no case with the number" deny as much
            if len(mine) == len(there) == 1 and mine != there:
                word = places[0][1]
                findings.append(
                    Finding(
                        start + word.start, start + word.end, f'"{word.text}" is the opposite of what the evidence says'
                    )
                )
    return verdict(
        "negations", sentence, findings, "nothing is denied that the evidence affirms, or affirmed that it denies"
    )


def denials(text: str) -> int:
    """How many words of the text turn it round: "not", "never", and the denying word of each pair."""
    row = words(text)
    turned = sum(_predicate(row, i)[1] < 0 for i in range(len(row)))
    return turned + sum(
        (word.text in _DENIES or word.text.endswith("n't"))
        and word.text not in _SIGNED
        and not (i + 1 < len(row) and row[i + 1].text in _IDLE)
        for i, word in enumerate(row)
    )


def _together(items: tuple[Evidence, ...]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for item in items:
        for predicate, places in _signs(item.statement).items():
            found.setdefault(predicate, set()).update(sign for sign, _ in places)
    return found


def _signs(text: str) -> dict[str, list[tuple[int, Word]]]:
    """Each predicate of the text with the sign it has there: +1 affirmed, -1 denied."""
    row = words(text)
    read = plain(text)
    found: dict[str, list[tuple[int, Word]]] = {}
    for i, word in enumerate(row):
        predicate, sign = _predicate(row, i)
        if not predicate:
            continue
        if _denied(row, i, read):
            sign = -sign
        found.setdefault(predicate, []).append((sign, word))
    return found


def _predicate(row: tuple[Word, ...], i: int) -> tuple[str, int]:
    text = row[i].text
    if text in _SIGNED:
        return _SIGNED[text]
    after = row[i + 1].text if i + 1 < len(row) else ""
    before = row[i - 1].text if i else ""
    if text == "different" and (after in ("from", "than") or before in _STATES):
        return "match", -1
    if text == "same" and before == "the" and (i < 2 or row[i - 2].text in _STATES or row[i - 2].text == "not"):
        return "match", 1
    if _PLAIN.match(text) and row[i].meaning in content(text):
        return "=" + row[i].meaning, 1
    return "", 1


def _denied(row: tuple[Word, ...], i: int, read: str) -> bool:
    """An odd number of denials within reach before the word, none of them cut off by a joining word or a mark."""
    count = 0
    word_reach = REACH_OF_NOT if _predicate(row, i)[0].startswith("=") else 0
    for j in range(i - 1, max(-1, i - 1 - REACH), -1):
        before = row[j].text
        if re.search(r"[,;:.()]", read[row[j].end : row[j + 1].start]) or before in _STOPS:
            break
        if j < i - 1 and _predicate(row, j + 1)[0][:1] not in ("", "="):
            break  # "is not the same as the shipping country" denies the likeness, not the shipping
        if word_reach and i - j > word_reach and (before in _VERBAL or before.endswith("n't")):
            break
        denies = before in _DENIES or before.endswith("n't")
        if denies and row[j + 1].text not in _IDLE and not (before == "failed" and row[j + 1].text != "to"):
            count += 1
    return count % 2 == 1
