"""Pointers: a writer names an item of the sheet, and the program puts the item's own words there.

`{E1}` stands for what E1 says, `{E1-}` for the same without its comparison with other cases, `{P1}` for the number of a
decided case, `{P1.end}` for how it ended and `{P1.same}` for what it shares, `{R1}` for the policy's expected cost,
`{past}` for how all decided cases ended and `{past.same}` for what ties them to this case, `{action}` for the policy's
action in plain words, `{p}` and `{band}` for the score. A small model that points cannot miscopy. `{+E1}` points to E1
only if it raises the risk and `{-E1}` only if it lowers it: the writer says which way it means the item.

Promise: what replaces a pointer is true of the item and cites it; text that outsiders wrote is never put anywhere; a
pointer that means nothing stays as it is, for the checks to refuse. The sentence around it is the writer's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.case import Evidence, Sheet
from assistant.prompt import percent
from assistant.writer.wording import PURPOSE, SUBJECT, outcome, quotable, reasons, said, tally, ties

__all__ = ["POINTER", "SIDE", "expand", "once", "pointed"]

POINTER = re.compile(r"\{(?P<side>[+-]?)(?P<name>[A-Z]\d{1,4}|past|action|p|band)(?P<part>-|\.end|\.same)?\}")
SIDE = {"raises": "+", "lowers": "-", "neutral": ""}
"""The mark of a pointer to an item of this polarity."""
_ITEM = re.compile(r"[DEF]\d+")
_ONCE = re.compile(r"[DEF]\d+|past")
"""What a line names once: items, and how the past cases ended."""
_JOINT = re.compile(r"[,;:]?(?: and| while| moreover,| likewise,)*(?: that)? ")
"""What joins two clauses of a list, and nothing else."""
_COMPARED = re.compile(r"^(?P<clause>.+) \((?P<usual>[^()]+)\)$")
_LABELLED = re.compile(r"^(?P<label>[^:]+): (?P<value>.+)$")
_COUNT = re.compile(r"\d[\d,]*$")
_COUNTED = re.compile(r"^(?:[\w-]+ )?(?!address|access|process|business)[\w-]{2,}s(?: (?:of|on|at|with|so)\b|$)")
"""A label that begins with things in the plural is how many there are."""
_RESULT = re.compile(
    r"^(?P<label>(?:.* )?(?:check|search|screening|verification|proof)\b[^,:]*?) is (?P<value>[a-z][\w ]*)$"
)
_VERB = re.compile(r"^the [\w -]+? is (?P<clause>the [\w -]+ is [\w -]+)$")
_BARE = re.compile(r"^(?!(?:the|a|an|no|any|all|this|it|only|one|two|three|half)\b)[a-z][^,:;]* (?:is|comes to) ")
_SIZED = re.compile(r"^(?P<what>.+) in (?P<unit>days|hours|minutes|seconds|km) is (?P<size>\d[\d,.]*)$")
_SAYS_NOTHING = ("about as in most cases", "about the usual")
_OPEN = re.compile(r" (?:by|through|to|from|on|at|in|with|of|for)$")
"""A label that its value completes ("sent by"), and no thing that is something."""
_COST = re.compile(r"[A-Z]{3} [\d,]+(?:\.\d+)?$")
_ENDED = {"fraud": "was fraud", "legitimate": "was legitimate", "open": "has no known outcome"}
MOST_SHARED = 2


def expand(line: str, sheet: Sheet) -> str:
    """A writer's line with its pointers replaced, the items that they name cited before its end."""
    if "{" not in line:
        return line
    cited: list[str] = []

    def put(match: re.Match[str]) -> str:
        name = match["name"]
        words = _words(name, match["part"] or "", sheet) if _sided(name, match["side"], sheet) else None
        if words is None:
            return match[0]
        if name not in ("p", "band", "action"):
            cited.extend(_meant(name, sheet))
        return words if line[: match.start()].strip(" -*•") else f"{words[:1].upper()}{words[1:]}"

    text = POINTER.sub(put, line)
    marks = "".join(f"[{one}]" for one in dict.fromkeys(cited) if f"[{one}]" not in text)
    body = text.rstrip()
    if not marks:
        return text
    stop = body[-1:] if body[-1:] in ".!?" else ""
    return f"{body[: len(body) - len(stop)]} {marks}{stop}"


def pointed(line: str) -> set[str]:
    """The signs, checks and facts that a line points to."""
    return {match["name"] for match in POINTER.finditer(line) if _ITEM.fullmatch(match["name"])}


def once(line: str, told: set[str]) -> str:
    """The line without the clauses of a list that were told already, in `told` or earlier in the line. Nothing is left
    of a line that has nothing else to say; a repeated item outside a list stays."""
    told = set(told)
    at, last_went = 0, False
    while match := POINTER.search(line, at):
        at = match.end()
        name = match["name"]
        if not _ONCE.fullmatch(name) or match["part"] == ".same" or name not in told:
            last_went = last_went and not _ONCE.fullmatch(name)
            told |= {name} if match["part"] != ".same" else set()
            continue
        before = max((one.end() for one in POINTER.finditer(line, 0, match.start())), default=0)
        after = POINTER.search(line, match.end())
        if before and _JOINT.fullmatch(line, before, match.start()):
            line, at, last_went = line[:before] + line[match.end() :], before, True
        elif after and _JOINT.fullmatch(line, match.end(), after.start()):
            line, at = line[: match.start()] + line[after.start() :], match.start()
        elif len(POINTER.findall(line)) == 1:
            return ""
    return _closed(line) if last_went else line


def _closed(line: str) -> str:
    """A list whose end is gone, with "and" before what is its end now."""
    (*_, first, last) = (None, None, *POINTER.finditer(line))
    if first is None or last is None:
        return line
    joint = line[first.end() : last.start()]
    if not _JOINT.fullmatch(joint) or "and" in joint:
        return line
    return f"{line[: first.end()]}{joint[0]} and{joint[1:]}{line[last.start() :]}"


def _sided(name: str, side: str, sheet: Sheet) -> bool:
    """Whether a pointer with this mark may stand for the item; without a mark it always may."""
    item = sheet.find(name)
    return not side or (item is not None and SIDE[item.polarity] == side)


def _clause(item: Evidence) -> tuple[str, str]:
    """What an item says as part of a sentence, and how that compares with other cases (or nothing)."""
    text, usual = said(item), ""
    if found := _COMPARED.match(text):
        text, usual = found["clause"], found["usual"]
    if found := _LABELLED.match(text):
        text = _stated(found["label"], found["value"], item)
    text = f"the {text}" if _BARE.match(text) else text
    if found := _RESULT.match(text):
        text = f"{found['label']} came back as {found['value']}"
    if found := _VERB.match(text):
        text = found["clause"]
    if found := _SIZED.match(text):
        unit = found["unit"].removesuffix("s") if found["size"] == "1" else found["unit"]
        text = f"{found['what']} is {found['size']} {unit}"
    return text, "" if usual in _SAYS_NOTHING else usual


def _stated(label: str, value: str, item: Evidence) -> str:
    """`label: value` as a clause."""
    if _COUNT.fullmatch(value):
        return f"{'the number of ' if item.kind != 'fact' or _COUNTED.match(label) else ''}{label} is {value}"
    if item.kind != "fact":
        return f"{label}: {value}"
    if re.match(r"(?:the|this|no|nobody|nothing) [\w -]+ (?:is|are|was|were) ", value):
        return value
    if _OPEN.search(label):
        return f'"{label}" is {value}'
    return f"{label} is {value}"


def _meant(name: str, sheet: Sheet) -> Iterator[str]:
    yield from (item.id for item in _past(sheet)) if name == "past" else (name,)


def _words(name: str, part: str, sheet: Sheet) -> str | None:
    """What is put in the place of a pointer; None where it means nothing here."""
    if name == "p":
        return None if sheet.probability is None or part else percent(sheet.probability)
    if name == "band":
        return None if part else sheet.band
    if name == "action":
        return None if part else _purpose(sheet)
    if name == "past":
        return {"": _tally, ".same": _ties}.get(part, _nothing)(sheet)
    item = sheet.find(name)
    if item is None or not quotable(item):
        return None
    if item.kind == "precedent":
        return _of_past(item, part)
    if part.startswith("."):
        return None
    if item.kind == "rule" and (cost := _COST.search(said(item))):
        return cost[0]
    text, usual = _clause(item)
    return f"{text}, {usual}" if usual and not part else text


def _of_past(item: Evidence, part: str) -> str | None:
    if part == ".end":
        return _ENDED[outcome(item)]
    if part == ".same":
        same = [one for one in reasons(item) if one.startswith("same ")]
        return " and ".join(same[:MOST_SHARED]) or "it reads alike"
    return item.values[0] if item.values and not part else None


def _tally(sheet: Sheet) -> str | None:
    """How the decided cases ended, as a clause."""
    ends = [outcome(item) for item in _past(sheet)]
    if not ends:
        return None
    text = tally({end: ends.count(end) for end in ("fraud", "legitimate", "open")})
    return f"{text[:1].lower()}{text[1:]}"


def _ties(sheet: Sheet) -> str | None:
    return ties(_past(sheet)) or None


def _purpose(sheet: Sheet) -> str:
    words = PURPOSE.get(sheet.policy_action, sheet.policy_action.replace("_", " "))
    return words.replace("{subject}", SUBJECT.get(sheet.kind, "case"))


def _nothing(sheet: Sheet) -> None:
    return None


def _past(sheet: Sheet) -> list[Evidence]:
    return [item for item in sheet.of_kind("precedent") if quotable(item)]
