"""Likeness: what a past case is said to share with this one, its precedent must say that it shares.

Exists for the right reason beside the wrong case: "same device (P1, P3)" where P3 shares the address only, and for
"the nearest one" said of another than the first: the sheet lists past cases by likeness. Reads "same …", "nearest" and
lists of evidence ids in brackets; what else is said of past cases is read by `outcomes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.case import Check, Evidence, Sentence, Sheet
from assistant.verify.finding import Finding, verdict
from assistant.verify.reading import cited, meaning, meanings, plain
from assistant.verify.vocabulary import word_list

__all__ = ["check_likeness"]

_LISTED = re.compile(r"(?:^|[:;,)]|\band\b) *(?P<what>[^():;]*?) \((?P<ids>P\d{1,4}(?:, P\d{1,4})*)(?: and others)?\)")
_SAME = re.compile(r"\bsame (?P<what>[\w-]+(?: [\w-]+){0,2})", re.IGNORECASE)
_NEAREST = re.compile(
    r"\b(?:nearest|closest|most (?:similar|alike)|best match(?:ing)?)\b(?= (?:one|match|past|comparable|similar|decided"
    r"|previous|earlier|precedent|case))",
    re.IGNORECASE,
)
_ALIKE = meaning("same")
_ENDS = frozenset(
    word_list(
        "and or as in on with of for while but is was were are has have had ended went before so far within this that"
        " which case cases than to by from at came too also earlier since the does did turned time day morning"
        " hour week way one ones"
    )
)


def check_likeness(sentence: Sentence, sheet: Sheet) -> tuple[Check, ...]:
    """One finding for each likeness that the cited or named precedents do not have."""
    items = cited(sentence, sheet)
    past = {item.id: item for item in items if item.kind == "precedent"}
    read = plain(sentence.text)
    findings = list(_listed(read, sheet))
    findings += _shared(read, past, items)
    findings += _nearest(read, tuple(past), sheet)
    return verdict("likeness", sentence, findings, "past cases share what they are said to share")


def _listed(read: str, sheet: Sheet) -> Iterable[Finding]:
    for match in _LISTED.finditer(read):
        what = meanings(match["what"])
        for one in re.finditer(r"P\d+", match["ids"]):
            item = sheet.find(one[0])
            if item is not None and not any(_is(what, reason) for reason in _reasons(item)):
                start = match.start("ids") + one.start()
                yield Finding(start, start + len(one[0]), f'{one[0]} does not share this: "{match["what"].strip()}"')


def _shared(read: str, past: dict[str, Evidence], items: tuple[Evidence, ...]) -> Iterable[Finding]:
    """Each "same …" against the case that was named last before it, or all that is cited where none was."""
    names = {name: item for item in past.values() for name in item.statement.split()[1:2]}
    for match in _SAME.finditer(read):
        things = _things(match["what"])
        if not things or not items:
            continue
        named = max(((read.rfind(name, 0, match.start()), name) for name in names), default=(-1, ""))
        about = [names[named[1]]] if named[0] >= 0 and len(_mentioned(read, names)) > 1 else list(items)
        if not any(what <= meanings(item.statement) for item in about for what in things) or _cut(match["what"], about):
            yield Finding(match.start(), match.end(), f"{', '.join(one.id for one in about[:3])} does not share this")


def _nearest(read: str, cited_ids: tuple[str, ...], sheet: Sheet) -> Iterable[Finding]:
    """The case that is called the nearest: the one named next, or the first cited where none is named."""
    past = sheet.of_kind("precedent")
    names = {item.statement.split()[1]: item.id for item in past if len(item.statement.split()) > 1}
    for match in _NEAREST.finditer(read):
        if not past:
            yield Finding(match.start(), match.end(), "there is no past case on the sheet")
            continue
        places = {read.find(name, match.end()): own for name, own in names.items() if name in read[match.end() :]}
        meant = places[min(places)] if places else next(iter(cited_ids), "")
        if meant != past[0].id:
            why = f"not {meant}" if meant else "and no past case is cited"
            yield Finding(match.start(), match.end(), f"{past[0].id} is the nearest, {why}")


def _cut(what: str, about: Iterable[Evidence]) -> bool:
    """Whether the thing lost its last words: "same receipt" of cases that share the receipt printer. "IP" is short for
    "IP address"."""
    row = what.lower().split()
    row = row[: next((place for place, word in enumerate(row) if word in _ENDS), len(row))]
    reasons = [plain(one).lower().split() for item in about for one in item.statement.partition(": ")[2].split("; ")]
    shared = [reason[1:] for reason in reasons if reason[:1] == ["same"]]
    longer = [thing for thing in shared if thing[: len(row)] == row]
    return bool(row and longer) and not any(thing in (row, [*row, "address"]) for thing in longer)


def _reasons(item: Evidence) -> list[frozenset[str]]:
    """What each reason of a precedent means: "case p-1 was fraud: same device; also the card is new" has two."""
    return [meanings(reason) for reason in plain(item.statement).partition(": ")[2].split("; ")]


def _is(what: frozenset[str], reason: frozenset[str]) -> bool:
    """A shared thing must be that thing ("same address" is not "same IP address"), a shared sign may be shortened."""
    return what == reason if _ALIKE in what and _ALIKE in reason else what <= reason


def _mentioned(read: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in read]


def _things(what: str) -> list[frozenset[str]]:
    """What the words after "same" may name: the first, the first two, up to the first that cannot belong to it."""
    found: list[frozenset[str]] = []
    row = what.split()
    for size in range(1, len(row) + 1):
        if row[size - 1].lower() in _ENDS:
            break
        found.append(meanings(" ".join(row[:size])))
    return found
