"""From what a question names to the cases it may be about.

Promise: a match says by what it was found and whether that was exact, masked or nearly right; where several cases fit
equally well all are offered, and none is guessed; a case that fits less than another is not offered. What was said and
fits no case is told. Cases that the asker may not see are as if they were not there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from assistant.case import Case
from assistant.handles import amount_key, folded, number_in
from assistant.links import entity_key
from assistant.store import Store
from assistant.support.values import Find, How, Match, Mention, Question

__all__ = ["Finder"]

MOST = 200
"""Cases that one thing said may fit; what fits more says too little by itself."""
OFFERED = 8
NEAR_EMAIL, NEAR_NAME = 0.88, 0.84
"""Least likeness (difflib's ratio) of a word that is spelt nearly right."""
NEIGHBOURS = 3000
_CAPITAL = re.compile(r"[^\W\d_][\w'\u2019-]+")
_ALONE = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|customer|client|user|buyer|seller|merchant|shop|store|named|called|for|from|by|of)\.?\s+$",
    re.IGNORECASE,
)
"""Behind these a single word may be a name by itself."""


class Finder:
    """Finds cases in one store. `visible` says of a case whether the asker may know that it is there."""

    def __init__(self, store: Store, label: Callable[[Case], str]) -> None:
        self._store = store
        self._label = label

    def find(self, question: Question, visible: Callable[[Case], bool]) -> tuple[Find, tuple[Mention, ...]]:
        """The cases that fit, and the mentions with the names among the words."""
        held: list[tuple[Mention, dict[str, How]]] = []
        for mention in question.mentions:
            if mention.type not in ("date", "amount"):
                held.append((mention, dict(self._holders(mention))))
        held += self._names(question)
        facts = [mention for mention in question.mentions if mention.type in ("date", "amount")]
        mentions = (*question.mentions, *(mention for mention, _ in held if mention.type == "name"))
        ids = list(dict.fromkeys(case_id for _, found in held for case_id in found))
        if not ids and not held:
            ids = [case_id for one in facts if one.type == "amount" for case_id in self._of_amount(one)]
        cases = [case for case in self._store.cases.many(ids[: MOST * 4]) if visible(case)]
        fits = {case.case_id: [*_by(case, held), *_fitting(case, facts)] for case in cases}
        best = max(map(len, fits.values()), default=0)
        chosen = [case for case in cases if best and len(fits[case.case_id]) == best]
        chosen.sort(key=lambda case: (case.opened_at, case.case_id), reverse=True)
        met = {mention.start for case in chosen for mention, _ in fits[case.case_id]}
        said = [mention for mention, _ in held] + facts
        return Find(
            matches=tuple(
                Match(case_id=case.case_id, by=tuple(map(_told, fits[case.case_id])), label=self._label(case))
                for case in chosen[:OFFERED]
            ),
            unmet=tuple(dict.fromkeys(_said(one) for one in said if one.start not in met)),
            more=len(chosen) > OFFERED,
        ), mentions

    def only(self, case: Case) -> Find:
        """The case that a talk is about already."""
        return Find(matches=(Match(case_id=case.case_id, by=("the case of this talk",), label=self._label(case)),))

    def _holders(self, mention: Mention) -> Iterator[tuple[str, How]]:
        reads = {"case": self._of_case, "email": self._of_email, "phone": self._of_phone, "card": self._of_card}
        yield from reads[mention.type](mention)

    def _of_case(self, mention: Mention) -> Iterator[tuple[str, How]]:
        handles = self._store.handles
        exact = handles.holders("case", mention.key, MOST)
        yield from ((one, "exact") for one in exact)
        number = number_in(mention.said)
        # "order 4711" is the end of an id, "p-00814" is one: another id with the same number is another case
        if not exact and number and (mention.said.isdigit() or number == mention.key):
            yield from ((one, "masked") for one in handles.holders("number", number, MOST))

    def _of_email(self, mention: Mention) -> Iterator[tuple[str, How]]:
        handles = self._store.handles
        if mention.masked:
            pattern = re.compile(re.escape(mention.key).replace(r"\*", ".*") + (".*" if mention.key[-1] == "@" else ""))
            start = mention.key.partition("*")[0]
            if len(start) >= 1:
                for key in handles.entities_beginning("email", start, NEIGHBOURS):
                    if pattern.fullmatch(key):
                        yield from ((one, "masked") for one in handles.touching("email", key, MOST))
            return
        exact = handles.touching("email", mention.key, MOST)
        yield from ((one, "exact") for one in exact)
        if not exact and len(mention.key) >= 6:
            near = handles.entities_beginning("email", mention.key[:2], NEIGHBOURS)
            for key in difflib.get_close_matches(mention.key, near, n=3, cutoff=NEAR_EMAIL):
                yield from ((one, "near") for one in handles.touching("email", key, MOST))

    def _of_phone(self, mention: Mention) -> Iterator[tuple[str, How]]:
        if mention.masked:
            yield from ((one, "masked") for one in self._store.handles.holders("phone4", mention.key, MOST))
            return
        exact = self._store.handles.touching("phone", mention.key, MOST)
        yield from ((one, "exact") for one in exact)
        if exact:
            return
        # without the country's code, or with a digit that is wrong
        for case in self._store.cases.many(self._store.handles.holders("phone4", mention.key[-4:], MOST)):
            keys = [entity_key("phone", value) for value in case.values("phone")]
            if any(key.endswith(mention.key[-8:]) or mention.key.endswith(key) for key in keys):
                yield case.case_id, "near"

    def _of_card(self, mention: Mention) -> Iterator[tuple[str, How]]:
        yield from ((one, "masked") for one in self._store.handles.holders("last4", mention.key, MOST))

    def _of_amount(self, mention: Mention) -> Iterator[str]:
        keys = [mention.key]
        if mention.masked:
            keys = self._store.handles.beginning("amount", f"{mention.key} ", 60)
        for key in keys:
            yield from self._store.handles.holders("amount", key, MOST)

    def _names(self, question: Question) -> Iterator[tuple[Mention, dict[str, How]]]:
        """Words in a row that are words of one case's names; a single word only where it must be a name."""
        free = question.text
        for one in question.mentions:
            free = free[: one.start] + "\n" * (one.end - one.start) + free[one.end :]
        row = [found for found in _CAPITAL.finditer(free) if len(found[0]) > 1]
        at = 0
        while at < len(row):
            for size in (4, 3, 2, 1):
                words = row[at : at + size]
                if len(words) < size or not _adjacent(words, free):
                    continue
                if size == 1 and not (words[0][0][0].isupper() and _ALONE.search(free[: words[0].start()])):
                    continue
                holders = self._bearers([word[0] for word in words], near=all(word[0][0].isupper() for word in words))
                if holders:
                    start, end = words[0].start(), words[-1].end()
                    said = question.text[start:end]
                    yield Mention(type="name", said=said, key=folded(said), start=start, end=end), holders
                    at += size - 1
                    break
            at += 1

    def _bearers(self, words: Sequence[str], *, near: bool) -> dict[str, How]:
        """The cases with a name of all these words, each word as it stands or, for names in capitals, nearly so."""
        found: dict[str, How] | None = None
        for word in (part for one in words for part in folded(one).split()):
            holders: dict[str, How] = dict.fromkeys(self._store.handles.holders("name", word, MOST), "exact")
            if not holders and near and len(words) > 1 and len(word) > 3:
                keys = self._store.handles.beginning("name", word[:2], NEIGHBOURS)
                for key in difflib.get_close_matches(word, keys, n=3, cutoff=NEAR_NAME):
                    holders |= dict.fromkeys(self._store.handles.holders("name", key, MOST), "near")
            if found is None:
                found = holders
            else:
                found = {
                    one: "near" if "near" in (how, holders[one]) else "exact"
                    for one, how in found.items()
                    if one in holders
                }
            if not found:
                return {}
        return found or {}


def _adjacent(words: Sequence[re.Match[str]], text: str) -> bool:
    return all(re.fullmatch(r"[ .'\u2019-]{1,2}", text[a.end() : b.start()]) for a, b in pairwise(words))


def _by(case: Case, held: Sequence[tuple[Mention, dict[str, How]]]) -> Iterator[tuple[Mention, How]]:
    for mention, found in held:
        if case.case_id in found:
            yield mention, found[case.case_id]


def _fitting(case: Case, facts: Sequence[Mention]) -> Iterator[tuple[Mention, How]]:
    """The amounts and days said that are the case's; a day within one, for the customer's own time zone."""
    for mention in facts:
        if mention.type == "amount" and case.amount_minor is not None and case.currency is not None:
            key = amount_key(case.amount_minor, case.currency)
            if key == mention.key or (mention.masked and key.startswith(f"{mention.key} ")):
                yield mention, "exact"
        elif mention.type == "date":
            there = (case.opened_at + timedelta(minutes=case.utc_offset_min)).date().isoformat()
            if mention.key in (there, case.opened_at.date().isoformat()):
                yield mention, "exact"


def _told(fit: tuple[Mention, How]) -> str:
    mention, how = fit
    name = {"case": "number", "card": "last four digits of the card", "date": "day"}.get(mention.type, mention.type)
    if mention.type in ("case", "card") and how == "masked":
        how = "exact"
    return name if how == "exact" else f"{name}, {'as far as it is given' if how == 'masked' else 'nearly as written'}"


def _said(mention: Mention) -> str:
    name = {"case": "case", "card": "card ending", "date": "day", "name": "name"}.get(mention.type, mention.type)
    return f"{name} {mention.key if mention.type == 'card' else mention.said}"
