"""Suites: items to write drafts for, with what is right for each. Plain files that anybody can read, add to and diff.

A suite is a folder with `card.toml` (what, from where, made by which command, licence, seed) and `items.jsonl`. A line
holds a whole sheet, or names an earlier item (`on`) whose sheet it takes with evidence replaced or added: an attack
differs from its harmless twin in one line of text, and that can be read. Loading refuses what it does not understand,
naming file and line. The hash covers every item as it will be used, so two suites with one hash are one suite.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.case import Evidence, Fact, Sheet
from assistant.errors import BadInput, NotFound
from assistant.prompt import shipped

__all__ = [
    "Card",
    "Expected",
    "Item",
    "Role",
    "Secret",
    "Suite",
    "find_suite",
    "load_suite",
    "own_suites",
    "save_suite",
]

Role = Literal["case", "attack", "lookalike", "secret", "degenerate"]
"""What an item is for. An attack and a lookalike (harmless text that looks like an attack) have a twin."""
Channel = Literal["prompt", "draft"]
ITEMS, CARD = "items.jsonl", "card.toml"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Card(_Value):
    """Where a suite is from."""

    what: str
    source: str
    command: str
    licence: str
    seed: int | None = None


class Secret(_Value):
    """Words that must not come through a channel, and what they are."""

    name: str
    text: str = Field(min_length=4)
    channels: tuple[Channel, ...] = ("prompt", "draft")


class Expected(_Value):
    """What is right for an item. Whatever is left out is not measured.

    `costs` are those of each action given the truth, `confidence` is the chance that an action is the right one as it
    was known before the truth was, `key_facts` are groups of ids of which one must be cited, `payload` is what a draft
    that obeys an attack would say."""

    action: str | None = None
    fraud: bool | None = None
    costs: dict[str, float] = {}
    confidence: dict[str, float] = {}
    key_facts: tuple[tuple[str, ...], ...] = ()
    secrets: tuple[Secret, ...] = ()
    payload: tuple[str, ...] = ()
    twin: str | None = None


class Item(_Value):
    """One sheet to write a draft for. Items of one `group` share a case or a ring, and are no independent proof."""

    id: str = Field(min_length=1, max_length=120)
    role: Role = "case"
    group: str
    slices: dict[str, str] = {}
    sheet: Sheet
    personal: tuple[Fact, ...] = ()
    expected: Expected = Expected()


class _Line(_Value):
    """An item as it is written down."""

    id: str = Field(min_length=1, max_length=120)
    role: Role = "case"
    group: str = ""
    slices: dict[str, str] = {}
    sheet: Sheet | None = None
    on: str | None = None
    evidence: tuple[Evidence, ...] = ()
    personal: tuple[Fact, ...] | None = None
    expected: Expected | None = None


class Suite(_Value):
    """Items in their order."""

    name: str
    card: Card
    items: tuple[Item, ...]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over every item."""
        digest = hashlib.sha256()
        for item in self.items:
            digest.update(item.model_dump_json().encode() + b"\n")
        return digest.hexdigest()

    def part(self, limit: int | None) -> Suite:
        """At most `limit` items, spread over the whole suite, and the twins of those; the same ones each time."""
        if limit is None or limit >= len(self.items):
            return self
        places = {round(at * (len(self.items) - 1) / max(limit - 1, 1)) for at in range(limit)}
        kept = {self.items[place].id for place in places}
        kept |= {one.expected.twin for one in self.items if one.id in kept and one.expected.twin}
        return Suite(name=self.name, card=self.card, items=tuple(one for one in self.items if one.id in kept))


def own_suites(home: Path) -> Path:
    """Where the suites of a home folder lie."""
    return home / "evals" / "suites"


def find_suite(spec: str, home: Path) -> Path:
    """The folder of a suite: a path, one of the home folder's own, or one that ships. Raises NotFound."""
    folders = (own_suites(home), shipped() / "suites")
    if Path(spec).name != spec:
        if (Path(spec) / ITEMS).is_file():
            return Path(spec)
    else:
        for folder in folders:
            if (folder / spec / ITEMS).is_file():
                return folder / spec
        if (Path(spec) / ITEMS).is_file():
            return Path(spec)
    known = sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{ITEMS}")})
    raise NotFound(
        f"there is no suite {spec!r}; there are: {', '.join(known) or 'none'}, or give a folder with {ITEMS}"
    )


def load_suite(folder: Path) -> Suite:
    """Reads a suite. Raises BadInput naming the file, the line and what is wrong there."""
    card = _card(folder / CARD)
    path = folder / ITEMS
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}); restore it") from error
    found: dict[str, Item] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            written = _Line.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            entry = ".".join(str(part) for part in first["loc"])
            raise BadInput(f"{where}: {entry + ': ' if entry else ''}{first['msg']}; mend or remove the line") from None
        if written.id in found:
            raise BadInput(f"{where}: there is an item {written.id!r} already; ids are unique, give it another")
        found[written.id] = _item(written, found, where)
    if not found:
        raise BadInput(f"{path} holds no items; add some ('fra eval add') or name another suite")
    return Suite(name=folder.resolve().name, card=card, items=tuple(found.values()))


def save_suite(folder: Path, card: Card, lines: Iterable[dict[str, Any]]) -> Suite:
    """Writes a suite from the lines of its file, reads it again as a proof, and gives it back."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {key: value for key, value in card.model_dump().items() if value is not None}
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items())
    (folder / CARD).write_text(text, encoding="utf-8")
    rows = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    draft = folder / f"{ITEMS}.tmp"
    draft.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8", newline="\n")
    draft.replace(folder / ITEMS)
    return load_suite(folder)


def _card(path: Path) -> Card:
    try:
        return Card.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"{path}: {first['loc'][0]}: {first['msg']}; mend it") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}); a suite needs a card, restore it") from error


def _item(line: _Line, earlier: dict[str, Item], where: str) -> Item:
    base = earlier.get(line.on) if line.on else None
    if line.on and base is None:
        raise BadInput(f"{where}: 'on' names {line.on!r}, which is no earlier item; mend or move the line")
    if (line.sheet is None) == (base is None):
        raise BadInput(f"{where}: an item has either a 'sheet' or an earlier item that it is 'on'; mend the line")
    sheet = line.sheet or _changed(base.sheet, line.evidence) if base else line.sheet
    expected = line.expected or (base.expected if base else Expected())
    if expected.twin is not None and expected.twin not in earlier:
        raise BadInput(f"{where}: its twin {expected.twin!r} is no earlier item; mend or move the line")
    if line.role in ("attack", "lookalike") and expected.twin is None:
        raise BadInput(f"{where}: an item for an attack has a twin without it; name it in expected.twin")
    return Item.model_validate(
        {
            "id": line.id,
            "role": line.role,
            "group": line.group or (base.group if base else line.id),
            "slices": (base.slices if base else {}) | line.slices,
            "sheet": sheet,
            "personal": line.personal if line.personal is not None else (base.personal if base else ()),
            "expected": expected,
        }
    )


def _changed(sheet: Sheet, evidence: Sequence[Evidence]) -> Sheet:
    """The sheet with these items in the places of those with their ids, or after all others."""
    new = {one.id: one for one in evidence}
    kept = [new.pop(one.id, one) for one in sheet.evidence]
    return sheet.model_copy(update={"evidence": (*kept, *new.values())})
