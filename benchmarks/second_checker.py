"""A second opinion on drafts, for figures only: is every clause of a sentence said by what it cites?

It was written on another principle than `assistant.verify`, and before that was read: a sentence is taken apart into
clauses, each clause is laid beside the clause of the evidence that it resembles most (shared words, shared numbers and
the MiniLM similarity of both), and then sign, outcome, count and number of the two are compared with a lexicon of its
own. It shares no code, word list or pattern with the verifier. It is slow and its error rates are measured
(`python -m benchmarks.verifier`); nothing in the product reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from assistant.case import Evidence, Sentence, Sheet
from benchmarks import second_lexicon as lexicon
from retrieval import Embedder, MiniLM

__all__ = ["Opinion", "SecondChecker"]

ALIKE = 0.62
"""Cosine from which a clause with strange words counts as a rewording, if half of its words are the evidence's and
it is no near copy, where a strange word is a word put in the place of another."""
SURE = 0.6
"""Share of a clause's words in one clause of the evidence from which the two are held to speak of the same thing."""

_PARTS = re.compile(r"\s*(?:[;:()]|,(?!\d)|\s[–—-]\s|\b(?:but|while|whereas|although|moreover|likewise|because)\b)\s*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?![\w]*-\d)")
_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b|\b(\d{1,2}) ([A-Z][a-z]+) (\d{4})\b")
_CODED = re.compile(r"\b(?=[\w-]*\d)[A-Za-z]+-?[\w-]*\d[\w-]*\b|\b\d+[A-Za-z-]+\d[\w-]*\b")
_REFERENCE = re.compile(r"\b[A-Z]\d{1,4}\b")


class Opinion(NamedTuple):
    """Whether the sentence is supported; `why` names the first thing that is not."""

    supported: bool
    why: str = ""


@dataclass(frozen=True)
class _Clause:
    """A piece of a sentence or of a statement. `numbers` are (value, unit), the unit empty where there is none."""

    text: str
    words: frozenset[str]
    numbers: tuple[tuple[float, str], ...]
    item: Evidence | None = None


class SecondChecker:
    """Judges sentences and actions. The embedder is asked once for each text."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder or MiniLM()
        self._vectors: dict[str, np.ndarray] = {}

    def judge(self, sentence: Sentence, sheet: Sheet) -> Opinion:
        """The first unsupported thing of a sentence, or support."""
        cited = [item for item in map(sheet.find, sentence.citations) if item is not None]
        for why in self._complaints(sentence, cited, sheet):
            return Opinion(False, why)
        return Opinion(True)

    def judge_action(self, action: str | None, sentences: Sequence[Sentence], sheet: Sheet) -> Opinion:
        """Whether the action may be taken, and is the one that the sentences recommend."""
        if action not in sheet.allowed_actions:
            return Opinion(False, f"{action} is not among the actions")
        for sentence in sentences:
            for said in _advised(sentence.text, sheet):
                if said != action:
                    return Opinion(False, f"the text advises {said}, the action is {action}")
        return Opinion(True)

    def _complaints(self, sentence: Sentence, cited: Sequence[Evidence], sheet: Sheet) -> Iterable[str]:
        text = sentence.text
        for name in sentence.citations:
            if sheet.find(name) is None:
                yield f"{name} is not on the sheet"
        if not cited and sheet.evidence:
            yield "nothing is cited"
        yield from _forbidden(text, cited)
        yield from _echoed(text, sheet)
        yield from _outcomes(text, cited)
        yield from _counts(text, cited)
        yield from _shared(text, sheet)
        yield from _scored(text, sheet)
        yield from self._clauses(text, cited, sheet)

    def _clauses(self, text: str, cited: Sequence[Evidence], sheet: Sheet) -> Iterable[str]:
        trusted = [item for item in cited if not item.untrusted]
        source = [_clause(part, item) for item in trusted for part in _pieces(item.statement)]
        source += [_clause(part) for part in _about(sheet, cited)]
        known = frozenset().union(*(one.words for one in source)) if source else frozenset()
        self._embed([*_pieces(text), *(one.text for one in source)])
        last: _Clause | None = None
        way = ""
        for part in _pieces(text):
            clause = _clause(part)
            best, share, near = self._closest(clause, source, last)
            own = clause.words - lexicon.FRAME
            strange = own - known
            if strange and not (near >= ALIKE and share < SURE and len(strange) * 2 <= len(own)):
                yield f"nothing cited says {' '.join(sorted(strange))}"
            yield from _numbers(clause, best if share >= SURE else None, source)
            beside = best is not None and bool({n for n, _ in clause.numbers} & {n for n, _ in best.numbers})
            if best is not None and best.item is not None and ((share >= SURE and own) or (beside and not own)):
                if lexicon.turned(part, best.text):
                    yield f"{part!r} points the other way than {best.text!r}"
                if lexicon.parity(part) != lexicon.parity(best.text):
                    yield f"{part!r} turns {best.text!r} round"
            here = lexicon.direction(part)
            way = here or way
            if said := lexicon.absent(part):
                if any(item.polarity == said for item in sheet.of_kind("signal", "document")):
                    yield f"there is evidence that {said} the risk"
                way = ""
            elif share >= SURE and own and (why := _sided(best, way)):
                yield why
            if here and lexicon.BACKWARD.search(part) and (why := _sided(last, here)):
                yield why
            if best is not None and share >= SURE:
                last = best
        yield from _entities(text, cited, sheet)

    def _closest(
        self, clause: _Clause, source: Sequence[_Clause], last: _Clause | None
    ) -> tuple[_Clause | None, float, float]:
        """The piece of evidence most like the clause, the share of words in it, and the cosine of the two."""
        own = clause.words - lexicon.FRAME or clause.words
        best, score, share, near = None, -1.0, 0.0, 0.0
        for one in source:
            cosine = self._cosine(clause.text, one.text)
            part = len(own & one.words) / len(own) if own else 0.0
            same = len(set(clause.numbers) & set(one.numbers)) / max(1, len(clause.numbers))
            following = last is not None and one.item is not None and one.item is last.item
            total = part + 0.5 * same + 0.5 * cosine + 0.2 * following
            near = max(near, cosine)
            if total > score:
                best, score, share = one, total, part
        return best, share, near

    def _cosine(self, one: str, other: str) -> float:
        return float(self._vectors[one] @ self._vectors[other])

    def _embed(self, texts: Sequence[str]) -> None:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if fresh:
            self._vectors.update(zip(fresh, self._embedder.embed(fresh), strict=True))


def _sided(clause: _Clause | None, way: str) -> str:
    """What is wrong with saying that the evidence of a clause speaks this way; facts and precedents are not weighed."""
    item = clause.item if clause is not None else None
    if not way or item is None or item.kind not in ("signal", "document") or item.polarity == way:
        return ""
    return f"{item.id} {item.polarity}, the sentence says {way}"


def _pieces(text: str) -> list[str]:
    return [part for part in _PARTS.split(text.strip(" .")) if part and re.search(r"\w", part)]


def _clause(text: str, item: Evidence | None = None) -> _Clause:
    return _Clause(text, words_of(text), numbers_of(text), item)


@lru_cache(maxsize=65536)
def words_of(text: str) -> frozenset[str]:
    """Content words by their stems, without the number words."""
    bare = _REFERENCE.sub(" ", _DATE.sub(" ", text)).lower()
    found = (lexicon.stem(word) for word in _WORD.findall(bare) if word not in lexicon.COUNTS and len(word) > 1)
    return frozenset(word for word in found if word not in lexicon.EMPTY)


@lru_cache(maxsize=65536)
def numbers_of(text: str) -> tuple[tuple[float, str], ...]:
    """The numbers of a text with their units, dates as one number, codes and references left out."""
    dates = [(lexicon.day(match), "date") for match in _DATE.finditer(text)]
    bare = _CODED.sub(" ", _REFERENCE.sub(" ", _DATE.sub(" ", text)))
    found = []
    for match in _NUMBER.finditer(bare):
        value = float(match[0].replace(",", "").replace("−", "-"))
        found.append((value, lexicon.unit(bare[: match.start()], bare[match.end() :])))
    for match in re.finditer(r"\b[a-z]+\b", bare.lower()):
        if (count := lexicon.COUNTS.get(match[0])) is not None and match[0] not in ("a", "no", "one"):
            found.append((float(count), lexicon.unit("", bare[match.end() :])))
    return tuple(dates + found)


def _about(sheet: Sheet, cited: Sequence[Evidence]) -> list[str]:
    """What may be said beside the cited evidence: the score, the actions, how many precedents there are."""
    said = [f"this {sheet.kind} case", *(action.replace("_", " ") for action in sheet.allowed_actions)]
    said += [wording for action in sheet.allowed_actions for wording in lexicon.ACTIONS.get(action, ())]
    if sheet.probability is None:
        said.append("there is no model score")
    else:
        said.append(f"the model puts the probability of fraud at {_percent(sheet.probability)}%, a {sheet.band} risk")
    past = [item for item in cited if item.kind == "precedent"]
    for end in ("fraud", "legitimate", "open", ""):
        count = sum(not end or _end(item) == end for item in past)
        said.append(f"{count} similar cases {end}")
    return said


def _percent(probability: float) -> str:
    return f"{probability * 100:.3f}"


def _numbers(clause: _Clause, best: _Clause | None, source: Sequence[_Clause]) -> Iterable[str]:
    """Numbers that neither the piece laid beside the clause nor, where that is unclear, any other has."""
    near = [best] if best is not None and best.item is not None and best.numbers else []
    items = {one.item.id for one in source if one.item is not None}
    for value, unit in clause.numbers:
        if value == len(items) and re.search(r"\b(?:points?|signs?|reasons?|checks?)\b", clause.text.lower()):
            continue  # "two points raise the risk" counts what it cites
        pieces = near or source
        if not any(_same(value, unit, *other) for one in pieces for other in one.numbers):
            if near and unit == "%" and any(_same(value, unit, *o) for s in source for o in s.numbers if not s.item):
                continue
            yield f"{value:g} {unit}".strip() + " is not in what it cites"


def _same(value: float, unit: str, given: float, given_unit: str) -> bool:
    if given_unit == "" and unit == "%" and abs(value - given * 100) < 0.51:
        return True
    if unit != given_unit and unit and given_unit:
        return False
    if value == given:
        return True
    shown = f"{value:.10f}".rstrip("0").rstrip(".")
    places = len(shown.partition(".")[2])
    if round(given, places) == value and (places or given % 1):
        return True
    return (
        value >= 100
        and value % 10 == 0
        and any(round(given, -zeros) == value for zeros in (1, 2, 3) if given >= 10 ** (zeros + 1))
    )


def _end(item: Evidence) -> str:
    head = item.statement.partition(": ")[0].lower()
    return next((end for end in ("fraud", "legitimate") if re.search(rf"\b{end}\b", head)), "open")


def _outcomes(text: str, cited: Sequence[Evidence]) -> Iterable[str]:
    """A case named by its id must have ended as the words up to the next id say."""
    named = {item.statement.split()[1]: item for item in cited if item.kind == "precedent"}
    spots = sorted((text.find(name), name) for name in named if name in text)
    for (start, name), after in zip(spots, [*(place for place, _ in spots[1:]), len(text)], strict=False):
        said = lexicon.outcome(text[start + len(name) : after])
        if said and said != _end(named[name]):
            yield f"case {name} is {_end(named[name])}, not {said}"
        for verb, done in lexicon.DONE.items():
            if re.search(rf"\b{verb}\b", text[start:after].lower()) and verb not in named[name].statement:
                yield f"case {name} was not {done}"


def _counts(text: str, cited: Sequence[Evidence]) -> Iterable[str]:
    """Counts of endings against the precedents that are cited."""
    past = [item for item in cited if item.kind == "precedent"]
    if not past:
        return
    if found := lexicon.DENIED_END.search(text):
        yield f"it denies an ending: {found[0]}"
    for count, end in lexicon.tallies(text, len(past)):
        real = sum(not end or _end(item) == end for item in past)
        if count != real:
            yield f"{count} {end or 'in all'}, the cited cases say {real}"
    if said := lexicon.unsaid(text, len(past)):
        for end in said:
            if any(_end(item) == end for item in past):
                yield f"cases that ended as {end} are left out of the whole"


def _shared(text: str, sheet: Sheet) -> Iterable[str]:
    """`same device (P1, P3)`: each of the cases named must have it."""
    for what, names in re.findall(r"((?:same|also) [^(),;:]+?) \(((?:P\d+)(?:, P\d+)*)", text):
        for name in names.split(", "):
            item = sheet.find(name)
            if item is None or not words_of(what) <= words_of(item.statement) | lexicon.FRAME:
                yield f"{name} does not have: {what}"


def _scored(text: str, sheet: Sheet) -> Iterable[str]:
    """The band and the probability that the sentence gives the score."""
    for part in _pieces(text):
        low = part.lower()
        if (band := lexicon.band(low, text.lower())) and band != sheet.band:
            yield f"the band is {sheet.band}, not {band}"
        if sheet.probability is None and re.search(r"\bscore of\b|\bprobability of fraud (?:is|at|of)\b", low):
            yield "there is no score"
        if sheet.probability is not None and re.search(r"\bno (?:model )?score\b|\bwithout a score\b", low):
            yield "there is a score"
        if re.search(r"\b(?:model|score|probability|puts the risk|estimate)\b", low):
            for value, unit in numbers_of(part):
                away = sheet.probability is not None and abs(value - sheet.probability * 100) > 0.51
                if unit == "%" and away and not re.search(r"\bcases?\b", low):
                    yield f"the score is not {value:g}%"


def _advised(text: str, sheet: Sheet) -> list[str]:
    """The allowed actions that the recommending part of a sentence names."""
    low = text.lower().replace("_", " ")
    found = re.search(r"recommend|advice|advis|best step|choice to|should|costs least", low)
    if not found or "would change" in low:
        return []
    said = []
    for action in sheet.allowed_actions:
        wordings = (*lexicon.ACTIONS.get(action, ()), action.replace("_", " "))
        if any(re.search(rf"\b{re.escape(one)}\b", low) for one in wordings):
            said.append(action)
    torn = re.search(r"so the recommended action is to (\w+)", low)
    return [torn[1]] if torn and torn[1] in sheet.allowed_actions else said


def _forbidden(text: str, cited: Sequence[Evidence]) -> Iterable[str]:
    """What no draft says, whatever it cites."""
    for name, pattern in lexicon.FORBIDDEN.items():
        if found := pattern.search(text):
            yield f"{name}: {found[0]}"
    for pattern in (lexicon.CERTAIN, lexicon.TRAIT):
        found = pattern.search(text)
        if found and not any(found[0].lower() in item.statement.lower() for item in cited if not item.untrusted):
            yield f"said too surely, or of a person: {found[0]}"


def _echoed(text: str, sheet: Sheet) -> Iterable[str]:
    """Four words in a row out of what an outsider wrote."""
    low = " ".join(_WORD.findall(text.lower()))
    trusted = " ".join(" ".join(_WORD.findall(i.statement.lower())) for i in sheet.evidence if not i.untrusted)
    for item in sheet.evidence:
        words = _WORD.findall(item.statement.partition(": ")[2].lower()) if item.untrusted else []
        for start in range(len(words) - 3):
            run = " ".join(words[start : start + 4])
            if run in low and run not in trusted:
                yield f"{item.id} is quoted: {run}"


def _entities(text: str, cited: Sequence[Evidence], sheet: Sheet) -> Iterable[str]:
    """Codes and names that no cited item has."""
    given = " ".join(item.statement for item in cited)
    for code in _CODED.findall(_DATE.sub(" ", text)):
        if _REFERENCE.fullmatch(code):
            if sheet.find(code) is None or code not in {item.id for item in cited}:
                yield f"{code} is not cited"
        elif code not in given:
            yield f"{code} is in nothing cited"
