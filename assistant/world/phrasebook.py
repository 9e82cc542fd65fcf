"""The phrase files of the demo world, and how a template becomes a sentence.

`[a|b]` is one of several wordings and `{item}` a fact of the case. A template may begin with conditions: `@parcel` asks
that a parcel is on its way, `@!parcel` that none is. So no sentence is said where the case contradicts it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence, Set
from functools import cache
from pathlib import Path
from typing import Any

from assistant.world.chance import Dice

__all__ = ["load_phrases", "neat", "sayable", "spell_out", "words"]

_FOLDER = Path(__file__).parent / "phrases"
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_LOOSE = re.compile(r" (?=[.,](?:\s|$))")
_CONDITIONS = re.compile(r"^((?:@!?\w+ )*)(.*)$", re.DOTALL)


@cache
def load_phrases(name: str) -> dict[str, Any]:
    """One phrase file. Read once; nobody may change it."""
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def words(text: str) -> list[str]:
    """The parts of a list of words, between semicolons where a part holds a space."""
    return text.split(";") if ";" in text else text.split()


def spell_out(template: str, mentions: Mapping[str, str], dice: Dice) -> str:
    """One of the wordings of a template, with the facts of the case in it and without its conditions."""
    text = _CHOICE.sub(lambda choice: dice.pick(choice[1].split("|")), _taken_apart(template)[2])
    text = _LOOSE.sub("", text)  # a choice of nothing leaves a space behind
    return _SLOT.sub(lambda slot: _mentioned(slot[1], mentions) or slot[0], text)


def sayable(templates: Sequence[str], mentions: Mapping[str, str], situation: Set[str]) -> list[str]:
    """Those whose conditions hold and whose facts are there: a digital order has no recipient, a transfer no shop."""
    found = []
    for template in templates:
        needed, excluded, _, slots = _taken_apart(template)
        if needed <= situation and not excluded & situation and all(_mentioned(slot, mentions) for slot in slots):
            found.append(template)
    return found


def _mentioned(slot: str, mentions: Mapping[str, str]) -> str:
    """A fact by its name; by its name with a capital, the fact with one."""
    found = mentions.get(slot, "") or mentions.get(slot[:1].lower() + slot[1:], "")
    return found[:1].upper() + found[1:] if slot[:1].isupper() else found


def neat(templates: Sequence[str]) -> list[str]:
    """Those that begin with a capital letter or a fact, as careful writers do."""
    return [template for template in templates if not _taken_apart(template)[2].lstrip("[")[:1].islower()]


@cache
def _taken_apart(template: str) -> tuple[frozenset[str], frozenset[str], str, tuple[str, ...]]:
    """What must hold, what must not, the words, and the facts that they name."""
    match = _CONDITIONS.match(template)
    head, body = (match[1], match[2]) if match else ("", template)
    needed = frozenset(word[1:] for word in head.split() if word[1] != "!")
    excluded = frozenset(word[2:] for word in head.split() if word[1] == "!")
    return needed, excluded, body, tuple(_SLOT.findall(body))
