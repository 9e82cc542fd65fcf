"""What a sentence claims about past cases: how many ended how, what ties which of them to this case, and how one went.

Promise: each claim is read as (cases, ending, things, action, day) and laid beside the cited precedents; it yields what
does not hold. The claim leaves the text, whatever comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.case import Evidence
from benchmarks.second_lexicon import COUNTS
from benchmarks.second_reading import Tokens, spelled

__all__ = ["Past", "past", "read_past"]

_Q = rf"(?:{'|'.join(COUNTS)}|all|not one|#\d+:)"
_PARTS = rf"(?P<parts>{_Q} !\w+(?:(?: ,)?(?: and)? {_Q} !\w+)*)"
_GROUP = (
    rf"(?:(?P<all>all|both|the|none of the) )?(?:the )?(?:(?P<total>{_Q}) )?"
    r"(?:(?:similar|comparable|past|decided) )+cases?"
)
_TALLIES = (
    re.compile(rf"\bof {_GROUP}(?: ,)? {_PARTS}"),
    re.compile(rf"{_GROUP} are split(?: :)? {_PARTS}"),
    re.compile(rf"(?P<count>{_Q})(?: out)? of {_GROUP} !(?P<end>\w+)"),
    re.compile(rf"{_GROUP} !(?P<end>\w+)"),
)
_THINGS = r"(?P<things>(?:the )?<x\d+>(?:(?: ,)?(?: and)? (?:the )?<x\d+>)*)"
_NAMED = r"(?P<names><p\d+>(?:(?: ,| and)+ <p\d+>)*(?P<others>(?: ,)? and others)?|all of them)"
_TIES = (
    re.compile(rf"{_NAMED} (?:!(?P<end>\w+) and )?(?:has|have) {_THINGS}"),
    re.compile(rf"{_THINGS} \( {_NAMED} \)"),
)
_ENDS = (
    (re.compile(r"(?:the )?outcome of (?:case )?(<p\d+>) is not known(?: yet)?"), r"\1 !open"),
    (re.compile(
        r"(?:has|have|with) no (?:known )?outcome(?: yet)?|(?:is|are) still open|stayed unresolved"
        r"|(?:and )?(?:its |the )?outcome is not known(?: yet)?"
    ), "!open"),
    (re.compile(
        r"(?:(?:later|had|has|have|been|was|were|proved|ended|as|to|be) )+(fraud|legitimate|genuine)\b(?! risk)"
    ), r"!\1"),
)  # fmt: skip


@dataclass(frozen=True)
class Past:
    """A precedent as its statement tells it: `shared` are spelled reasons, `done` and `day` may be empty."""

    id: str
    case_id: str
    end: str
    done: str
    day: str
    shared: frozenset[Tokens]


def past(item: Evidence) -> Past:
    head, _, reasons = item.statement.partition(": ")
    words = " ".join(spelled(head))
    end = next((end for end in ("fraud", "legitimate") if re.search(rf"\b(?:proved|was) {end}\b", words)), "open")
    done = re.search(r"(?:\bwas |, )(?!fraud|legitimate)([a-z][a-z ]*?) on (#\d+:date)", words)
    shared = frozenset(spelled(re.sub(r"^also:? ", "", one.rstrip(" .…"))) for one in reasons.split("; ") if one)
    case_id = head.split()[1] if len(head.split()) > 1 else item.id
    return Past(item.id.lower(), case_id, end, done[1] if done else "", done[2] if done else "", shared)


def read_past(text: str, known: Sequence[Past], things: dict[str, Tokens], first: str) -> tuple[str, list[str]]:
    """The text without its claims about past cases, and what is wrong with them. `things` are the reasons by their
    marks, `first` is the nearest case."""
    if not known:
        return text, []
    wrong: list[str] = []
    for pattern, mark in _ENDS:
        text = pattern.sub(mark, text)
    text = re.sub(r"!genuine", "!legitimate", text)
    text = re.sub(rf"({_Q}) (fraud|legitimate)\b", r"\1 !\2", text)
    for one in _TALLIES:
        text = one.sub(lambda match: _noted(wrong, _miscounted(match, known), "<tally>"), text)
    for one in _TIES:
        text = one.sub(lambda match: _noted(wrong, _untied(match, known, things), "<ties>"), text)
    for done in {one.done for one in known if one.done}:
        text = re.sub(rf"(?:(?:was|were|had been) )?\b{re.escape(done)}\b", f"!did:{done.replace(' ', '_')}", text)
    text, misled = _told(text, {one.id: one for one in known}, things, first)
    return text, [*wrong, *misled]


def _noted(wrong: list[str], why: list[str], mark: str) -> str:
    wrong += why
    return mark


def _number(word: str | None, total: int) -> int:
    if word is None or word == "all":
        return total
    return int(float(word[1:-1])) if word.startswith("#") else COUNTS.get(word, 0)


def _miscounted(match: re.Match[str], known: Sequence[Past]) -> list[str]:
    """A tally against the cases: their number, each count, and that several counts leave none out."""
    found, total, said = match.groupdict(), len(known), match[0]
    whole = 2 if found["all"] == "both" else _number(found["total"], total)
    singular = said.partition(" !")[0].endswith(" case") and found["total"] is None
    if whole != total or (singular and total != 1):
        return [f"{said!r}: the cited cases are {total}"]
    if found.get("parts"):
        parts = re.findall(rf"({_Q}) !(\w+)", found["parts"])
        if len({end for _, end in parts}) < len(parts):
            return [f"{said!r} counts one ending twice"]
        if len(parts) > 1 and sum(_number(count, total) for count, _ in parts) != total:
            return [f"{said!r} does not add up to {total}"]
    else:
        parts = [(found.get("count") or ("no" if found["all"] == "none of the" else "all"), found["end"])]
    real = [one.end for one in known]
    return [
        f"{said!r}: {real.count(end)} of the cited cases {end}"
        for count, end in parts
        if _number(count, total) != real.count(end)
    ]


def _untied(match: re.Match[str], known: Sequence[Past], things: dict[str, Tokens]) -> list[str]:
    """Each case named must share each thing, and have ended as it is said."""
    names = re.findall(r"<(p\d+)>", match["names"])
    named = [one for one in known if one.id in names] if names else list(known)
    wrong = []
    for mark in re.findall(r"<(x\d+)>", match["things"]):
        holders = [one for one in known if things[mark] in one.shared]
        wrong += [f"{one.id} does not share {' '.join(things[mark])}" for one in named if one not in holders]
        if match["others"] and len(holders) <= len(named):
            wrong.append(f"no others share {' '.join(things[mark])}")
    if end := match.groupdict().get("end"):
        wrong += [f"{one.id} ended as {one.end}, not {end}" for one in named if one.end != end]
    return wrong


def _told(text: str, known: dict[str, Past], things: dict[str, Tokens], first: str) -> tuple[str, list[str]]:
    """What is said beside the mark of one case belongs to it: to the one before, or the one behind where none is."""
    wrong: list[str] = []
    rest: list[str] = []
    waiting: list[str] = []
    now: Past | None = None
    nearest = False
    for token in text.split():
        if named := re.fullmatch(r"<(p\d+)>", token):
            now = known[named[1]]
            if nearest and now.id != first:
                wrong.append(f"the nearest case is {first}, not {now.id}")
            wrong += [why for one in waiting if (why := _misled(one, now, things))]
            waiting, nearest = [], False
            rest.append("<case>")
        elif token in ("nearest", "closest"):
            if now is not None and now.id != first and "case" not in text.partition(token)[2]:
                wrong.append(f"the nearest case is {first}, not {now.id}")
            nearest = now is None
        elif re.fullmatch(r"!\S+|<x\d+>|#\d+:date", token):
            if now is None:
                waiting.append(token)
            elif why := _misled(token, now, things):
                wrong.append(why)
        else:
            rest.append(token)
    return " ".join(rest), [*wrong, *(f"{one} of no case" for one in waiting)]


def _misled(token: str, one: Past, things: dict[str, Tokens]) -> str:
    """What is wrong with saying this of a case."""
    if token.startswith("!did:"):
        return "" if one.done.replace(" ", "_") == token[5:] else f"{one.id} was not {token[5:]}"
    if token.startswith("!"):
        return "" if one.end == token[1:] else f"{one.id} ended as {one.end}, not {token[1:]}"
    if token.startswith("#"):
        return "" if one.day == token else f"{one.id} was not decided on that day"
    return (
        ""
        if things[token.strip("<>")] in one.shared
        else f"{one.id} does not share {' '.join(things[token.strip('<>')])}"
    )
