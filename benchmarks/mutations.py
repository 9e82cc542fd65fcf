"""One planted error in a true sentence, of every kind that would hurt.

Promise: what comes out is false, or forbidden, in exactly one place. A change that the sheet happens to bear out is not
planted: a new number must be in no cited item, a new id must not share what is said. The kinds come from what goes
wrong in drafts, not from what the checks look for; this was written without sight of them. The words are in
`planted.toml` and `planted_fresh.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from assistant.case import Evidence, Sentence, Sheet
from benchmarks.true_drafts import WORDS, TrueDraft

_WORDS, _FRESH = (
    tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for name in ("planted.toml", "planted_fresh.toml")
)

__all__ = ["KINDS", "STRICT", "Planted", "planted"]

STRICT = ("number", "id", "sign", "count", "citation")
"""Kinds of which 99 in a hundred must be found; of the others 95."""


@dataclass(frozen=True)
class Planted:
    """`sentence` is the false one, `true` what it was. For the kind `action` the draft's action is false instead."""

    kind: str
    source: str
    sheet: Sheet
    true: Sentence
    sentence: Sentence
    action: str | None = None


Plant = Callable[[TrueDraft, Sentence, Random], Sentence | None]


def planted(draft: TrueDraft, chance: Random) -> Iterator[Planted]:
    """For each sentence, one error of every kind that fits it."""
    for sentence in draft.sentences:
        for kind, plant in KINDS.items():
            false = plant(draft, sentence, chance)
            if false is not None and false != sentence:
                yield Planted(kind, draft.source, draft.sheet, sentence, false)
        if action := _other_action(draft, sentence, chance):
            yield Planted("action", draft.source, draft.sheet, sentence, sentence, action)


def _cited(sheet: Sheet, sentence: Sentence) -> list[Evidence]:
    return [item for item in map(sheet.find, sentence.citations) if item is not None]


def _given(sheet: Sheet, sentence: Sentence) -> str:
    return " ".join(item.statement for item in _cited(sheet, sentence))


def _text(sentence: Sentence, text: str) -> Sentence:
    return sentence.model_copy(update={"text": text})


def _at(sentence: Sentence, match: re.Match[str], new: str) -> Sentence:
    return _text(sentence, sentence.text[: match.start()] + new + sentence.text[match.end() :])


def _number(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    """A digit changed, two digits swapped, one lost or one too many."""
    found = list(re.finditer(r"(?<![\w.-])\d(?:[\d,]*\d)?(?:\.\d+)?(?![\w-]*[A-Za-z\d])", sentence.text))
    if not found:
        return None
    match = chance.choice(found)
    old, new = match[0], _digits(match[0], chance)
    here = re.findall(r"\d[\d,]*(?:\.\d+)?", f"{_given(draft.sheet, sentence)} {sentence.text}")
    taken = {float(one.replace(",", "")) for one in here if one.strip(",")}
    if draft.sheet.probability is not None:
        taken.add(round(draft.sheet.probability * 100))
    value, was = float(new.replace(",", "")), float(old.replace(",", ""))
    rounded = {round(one * 100) for one in taken if one < 1} | {
        round(one, places) for one in taken for places in (0, 1, -1, -2)
    }
    if value in taken or value in rounded or value == was or value in range(len(draft.sheet.of_kind("precedent")) + 1):
        return None
    return _at(sentence, match, new)


def _digits(number: str, chance: Random) -> str:
    places = [place for place, sign in enumerate(number) if sign.isdigit()]
    way = chance.choice(("change", "change", "swap", "drop", "add"))
    if way == "swap" and len(places) > 1:
        start = chance.randrange(len(places) - 1)
        one, two = places[start], places[start + 1]
        signs = list(number)
        signs[one], signs[two] = signs[two], signs[one]
        return "".join(signs)
    if way == "drop" and len(places) > 1 and "," not in number and "." not in number:
        return number[1:] if number[1] != "0" else number[:-1]
    if way == "add" and "." not in number:
        return number + str(chance.randrange(10))
    place = chance.choice(places)
    digit = chance.choice([one for one in "123456789" if one != number[place]])
    return number[:place] + digit + number[place + 1 :]


def _id(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    """The id of a case, or the mark of an item inside the text, with another digit or of another case."""
    cases = {item.statement.split()[1]: item for item in draft.sheet.of_kind("precedent")}
    found = [match for name in cases for match in re.finditer(rf"\b{re.escape(name)}\b", sentence.text)]
    marks = list(re.finditer(r"(?<=[(, ])P(\d+)(?=[,)])", sentence.text))
    if found and (not marks or chance.random() < 0.5):
        match = chance.choice(found)
        digit = chance.choice([place for place, sign in enumerate(match[0]) if sign.isdigit()])
        new = match[0][:digit] + chance.choice("123456789") + match[0][digit + 1 :]
        other = [name for name in cases if name not in sentence.text and cases[name].id not in sentence.citations]
        if other and chance.random() < 0.4:
            new = chance.choice(other)
        return None if new == match[0] or new in sentence.text else _at(sentence, match, new)
    if marks:
        match = chance.choice(marks)
        said = re.search(r"(same [^(),;]+) \([^()]*$", sentence.text[: match.start()])
        others = [item.id for item in cases.values() if said and said[1] not in item.statement] + [f"P{len(cases) + 2}"]
        return _at(sentence, match, chance.choice(others))
    return None


def _swapped(table: dict[str, str], sentence: Sentence, chance: Random) -> Sentence | None:
    found = [(match, new) for old, new in table.items() for match in re.finditer(rf"(?<!\w){old}(?!\w)", sentence.text)]
    if not found:
        return None
    match, new = chance.choice(found)
    return _at(sentence, match, match.expand(new))


def _sign(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    """Raises for lowers, and low for high where the score is named."""
    absent = re.search(r"\b(?:no|none|nothing|there is no)\b", sentence.text, re.IGNORECASE)
    signs = {item.polarity for item in draft.sheet.of_kind("signal", "document")}
    if absent and not {"raises", "lowers"} & signs:
        return None
    return _swapped(_WORDS["signs"], sentence, chance)


def _comparison(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    if "set out below" in sentence.text:  # where to read on, not a comparison
        return None
    return _swapped(_WORDS["comparisons"], sentence, chance)


def _negation(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    if re.search(r"Nothing|nothing|No sign|None of the evidence|little evidence|recommended|no further", sentence.text):
        return None
    return _swapped(_WORDS["negations"], sentence, chance)


def _unit(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    """Days for hours, dollars for euro: behind or before a number."""
    false = _swapped(_WORDS["units"], sentence, chance)
    if false is None:
        return None
    place = next(n for n, (a, b) in enumerate(zip(sentence.text, false.text, strict=False)) if a != b)
    near = sentence.text[max(0, place - 12) : place + 14]
    return false if re.search(r"\d", near) else None


def _count(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    """One case more or less where cases are counted."""
    cited = _cited(draft.sheet, sentence)
    if sum(item.kind == "precedent" for item in cited) == 0 or not re.search(r"\bcases?\b", sentence.text):
        return None
    words = "|".join(WORDS[1:])
    found = list(
        re.finditer(
            rf"\b(?<!nearest )({words}|both)\b(?! (?:day|week|month|hour|point|sign|no known)|-)",
            sentence.text,
            re.IGNORECASE,
        )
    )
    if not found:
        return None
    match = chance.choice(found)
    low = match[0].lower()
    was = 2 if low == "both" else WORDS.index(low)
    new = chance.choice([one for one in (was - 1, was + 1, was + 2) if 1 <= one < len(WORDS)])
    word = f"all {WORDS[new]}" if low == "both" else WORDS[new]
    return _at(sentence, match, word.capitalize() if match[0][0].isupper() else word)


def _citation(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    """An item that does not exist, none at all, or one that says something else."""
    cited = _cited(draft.sheet, sentence)
    if not cited:
        return None
    way = chance.choice(("absent", "none", "other", "other", "other"))
    if way == "none":
        return sentence.model_copy(update={"citations": ()})
    if way == "absent":
        kind = chance.choice(cited).id[0]
        number = sum(item.id.startswith(kind) for item in draft.sheet.evidence) + chance.randint(1, 9)
        return sentence.model_copy(update={"citations": (*sentence.citations[:-1], f"{kind}{number}")})
    said = [
        item
        for item in cited
        if _numbers(item) & set(re.findall(r"\d[\d,.]*\d|\d", sentence.text)) and item.kind != "precedent"
    ]
    if not said:
        return None
    item = chance.choice(said)
    others = [one for one in draft.sheet.evidence if one not in cited and not one.untrusted]
    needed = _numbers(item) & set(re.findall(r"\d[\d,.]*\d|\d", sentence.text))
    others = [one for one in others if not needed <= _numbers(one) and not _alike(one, item)]
    if not others or any(needed <= _numbers(one) for one in cited if one is not item):
        return None
    new = tuple(chance.choice(others).id if name == item.id else name for name in sentence.citations)
    return sentence.model_copy(update={"citations": new})


def _numbers(item: Evidence) -> set[str]:
    return set(re.findall(r"\d[\d,.]*\d|\d", item.statement))


def _alike(one: Evidence, other: Evidence) -> bool:
    """Whether the two name the same thing, as a fact and the signal read from it do."""
    heads = [set(re.findall(r"[a-z]{4,}", item.statement.partition(" (")[0].lower())) for item in (one, other)]
    return len(heads[0] & heads[1]) * 2 >= min(map(len, heads))


def _outcome(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    """Fraud for legitimate where past cases are told of, and blocked for approved."""
    cited = _cited(draft.sheet, sentence)
    if not any(item.kind == "precedent" for item in cited) or not re.search(r"\b[Cc]ases?\b|closest", sentence.text):
        return None
    ends = [next((end for end in ("fraud", "legitimate") if f"to be {end}" in item.statement), "") for item in cited]
    told = re.findall(r"\b(?:fraud|legitimate|open|outcome)\b", sentence.text)
    if len(told) == 1 and len({ends.count(end) for end in ("fraud", "legitimate", "")}) < 3:
        return None  # "two are legitimate" for "two are fraud" is as true where there are two of both
    return _swapped(_WORDS["done"], sentence, chance)


def _entity(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
    """Another thing than the evidence is about."""
    given = _given(draft.sheet, sentence).lower()
    named = [one for one in _WORDS["entities"] if one.lower() in given]
    found = [match for one in named for match in re.finditer(rf"\b{one}\b", sentence.text)]
    found += [
        m
        for m in re.finditer(r"(?<=\bsame )([a-z]+(?: [a-z]+)?)(?= (?:\(|and\b|within)|[,;.:])", sentence.text)
        if m[1] in given
    ]
    found += [m for m in re.finditer(r"(?<=\bthe )([a-z]{4,})(?= (?:first|is|was)\b)", sentence.text) if m[1] in given]
    if not found:
        return None
    match = chance.choice(found)
    others = [
        one
        for one in (*_WORDS["entities"], *_WORDS["any_name"])
        if one.lower() not in given and one.split()[0] not in match[0]
    ]
    return _at(sentence, match, chance.choice(others)) if others else None


def _added(table: Sequence[str]) -> Plant:
    """One of these behind, or before, what the sentence says."""

    def plant(draft: TrueDraft, sentence: Sentence, chance: Random) -> Sentence | None:
        said = chance.choice(table).replace("{action}", chance.choice(draft.sheet.allowed_actions).replace("_", " "))
        body = sentence.text.rstrip(".")
        if said.startswith("^"):
            return _text(sentence, f"{said[1:]}{body[:1].lower()}{body[1:]}.")
        joint = "" if said.startswith((",", ";", " ", ".")) else ", and "
        return _text(sentence, f"{body}{joint}{said}.")

    return plant


def _other_action(draft: TrueDraft, sentence: Sentence, chance: Random) -> str | None:
    """Another action than the one that the text recommends, or one that nobody may take."""
    if draft.action is None or not re.search(r"recommend|advice|best step|choice to", sentence.text):
        return None
    if "escalate" in sentence.text and draft.action == "escalate" and draft.sheet.policy_action != "escalate":
        return None
    others = [one for one in draft.sheet.allowed_actions if one != draft.action]
    return chance.choice([*others, "refund_twice"])


KINDS: dict[str, Plant] = {
    "number": _number,
    "id": _id,
    "sign": _sign,
    "count": _count,
    "citation": _citation,
    "outcome": _outcome,
    "comparison": _comparison,
    "negation": _negation,
    "entity": _entity,
    "unit": _unit,
    "invented clause": _added(_WORDS["invented"]),
    "protected trait": _added(_WORDS["traits"]),
    "obeyed note": _added(_WORDS["obeyed"]),
    "personal data": _added(_WORDS["personal"]),
    "certainty": _added(_WORDS["certain"]),
    "markup or link": _added(_WORDS["marked"]),
    "invented clause, unseen": _added(_WORDS["unseen_invented"]),
    "protected trait, unseen": _added(_WORDS["unseen_traits"]),
    "obeyed note, unseen": _added(_WORDS["unseen_obeyed"]),
    "certainty, unseen": _added(_WORDS["unseen_certain"]),
    "invented clause, fresh": _added(_FRESH["invented"]),
    "protected trait, fresh": _added(_FRESH["traits"]),
    "obeyed note, fresh": _added(_FRESH["obeyed"]),
    "certainty, fresh": _added(_FRESH["certain"]),
}
"""`action` is one more: it changes the draft, not the sentence. The unseen and the fresh ones are other words of the
same kinds, for which no check was mended; the fresh ones are by an author who knew nothing of the checks."""
