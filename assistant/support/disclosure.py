"""Who may be told what: one table by role and kind of case, with three columns, and the approved texts behind it.

Promise: every field stands in exactly one column of every table; a field that is in `never`, or of which the table says
nothing, is given to nobody. What an answer is written from is made here, so what is not here cannot leak.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import BadInput

__all__ = ["FIELDS", "HIDDEN", "LANGUAGES", "TEXT_FIELDS", "Audience", "Disclosure", "Texts", "filled", "texts"]

Audience = Literal["support", "customer"]
TEXT_FIELDS = ("state", "why", "next", "send", "time", "appeal", "money")
"""Fields that an approved text tells, by how the case stands."""
FACT_FIELDS = ("reference", "opened", "decided", "amount", "merchant", "bank", "delivery")
"""Fields that the case itself tells."""
HIDDEN = (
    "score", "signals", "thresholds", "policy", "precedents", "links", "others", "notes", "reviewer",
    "decision_reason", "escalation", "outcome", "draft", "protected",
)  # fmt: skip
"""What the tool knows beside: nothing here has a text, so a table that allowed one of them would tell nothing."""
FIELDS = (*TEXT_FIELDS, *FACT_FIELDS, *HIDDEN)
LANGUAGES = ("en", "de", "fr", "es")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Value):
    """What one role may be told of one kind of case."""

    must: tuple[str, ...]
    may: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def allowed(self) -> frozenset[str]:
        return frozenset((*self.must, *self.may))


class _Kind(_Value):
    visible: bool
    support: Columns
    customer: Columns


class State(_Value):
    """The approved texts of one state of one kind of case. `send` are the things asked for; without any, `nothing`."""

    state: str
    why: str = ""
    next: str
    send: tuple[str, ...]
    nothing: str = ""
    time: str
    late: str = ""
    appeal: str
    money: str


class Frame(NamedTuple):
    """What stands around a customer's message."""

    greeting: str
    closing: str
    send: str
    unknown: str


class Texts(NamedTuple):
    """The approved texts of one audience in one language: kind → state → texts."""

    language: str
    states: Mapping[str, Mapping[str, State]]
    frame: Frame | None

    def of(self, kind: str, state: str) -> State | None:
        """None for an action that nobody wrote a text for."""
        return self.states.get(kind if kind in self.states else "other", {}).get(state)


class Disclosure:
    """The table in use."""

    def __init__(self, own: Path | None = None) -> None:
        self.version, self._kinds = _table(own if own and own.exists() else None)

    def columns(self, kind: str, audience: Audience) -> Columns:
        found = self._kinds.get(kind, self._kinds["other"])
        return found.support if audience == "support" else found.customer

    def visible(self, kind: str) -> bool:
        """Whether support may know that there is such a case."""
        return self._kinds.get(kind, self._kinds["other"]).visible


def _table(path: Path | None) -> tuple[int, dict[str, _Kind]]:
    name = str(path or "disclosure.toml")
    try:
        text = path.read_text(encoding="utf-8") if path else _data("disclosure.toml")
        found = tomllib.loads(text)
        version = int(found.pop("version"))
        kinds = {kind: _Kind.model_validate(entry) for kind, entry in found.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise BadInput(
            f"{name} is no table of what may be told ({told}); see assistant/support/disclosure.toml"
        ) from error
    if "other" not in kinds:
        raise BadInput(f"{name} has no table [other], which all other kinds of case use; add it")
    for kind, entry in kinds.items():
        for audience in get_args(Audience):
            columns: Columns = getattr(entry, audience)
            given = [*columns.must, *columns.may, *columns.never]
            if sorted(given) != sorted(FIELDS):
                twice = {one for one in given if given.count(one) > 1}
                odd = sorted(twice | set(given) ^ set(FIELDS))
                raise BadInput(
                    f"[{kind}.{audience}] of {name} has not each field in one column: {', '.join(odd)}; put each "
                    "under must, may or never"
                )
    return version, kinds


@cache
def texts(audience: Audience, language: str = "en") -> Texts:
    """The approved texts. Raises BadInput for a language that there are none for."""
    if language not in LANGUAGES or (audience == "support" and language != "en"):
        raise BadInput(f"there is no approved wording in {language!r}; choose one of {', '.join(LANGUAGES)}")
    found = tomllib.loads(_data(f"texts/{audience}.{language}.toml"))
    frame = found.pop("frame", None)
    states = {
        kind: {name: State.model_validate(entry) for name, entry in group.items()} for kind, group in found.items()
    }
    return Texts(language, states, Frame(**frame) if frame else None)


def filled(text: str, slots: Mapping[str, str]) -> str | None:
    """The text with its slots filled. A part [in brackets] whose value is missing is left out; None where a value is
    missing outside of one."""

    def part(found: re.Match[str]) -> str:
        return found[1] if all(slots.get(name) for name in _SLOT.findall(found[1])) else ""

    text = _OPTIONAL.sub(part, text)
    if not all(slots.get(name) for name in _SLOT.findall(text)):
        return None
    return _SLOT.sub(lambda found: slots[found[1]], text)


def _data(name: str) -> str:
    return files("assistant.support").joinpath(name).read_text(encoding="utf-8")
