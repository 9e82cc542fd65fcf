"""Turns what pydantic says about a schema file into lines that a person can act on.

Promise: a line names the key as it stands in the file, and for a misspelt key or word the nearest known one. A
`Complaint` says the same for a form: the place apart from the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

__all__ = ["Complaint", "Misfit", "complaints", "first_complaint", "nearest"]


@dataclass(frozen=True)
class Complaint:
    """One thing wrong. `place` leads to it as keys from the top: `("columns", "amount", "role")`; empty for the whole.

    A misfit between columns is at the first of them."""

    place: tuple[str, ...]
    line: str


class Misfit(ValueError):
    """Keys that are right by themselves and do not go together. `place` is where to mend it."""

    def __init__(self, line: str, *place: str) -> None:
        super().__init__(line)
        self.place = place


def first_complaint(error: ValidationError, model: type[BaseModel]) -> str:
    """The first thing wrong, and how many more there are. A misspelt key comes before the key that it makes missing."""
    found = _sorted(error)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return _line(found[0], model) + more


def complaints(error: ValidationError, model: type[BaseModel]) -> tuple[Complaint, ...]:
    """Everything wrong, in the order of `first_complaint`."""
    return tuple(Complaint(_place(detail), _what(detail, model)) for detail in _sorted(error))


def nearest(word: str, known: Sequence[str]) -> str:
    """` (did you mean "role"?)`, or the known words when none is near."""
    close = get_close_matches(word, known, n=1)
    return f' (did you mean "{close[0]}"?)' if close else f"; known: {', '.join(known)}"


def _sorted(error: ValidationError) -> list[ErrorDetails]:
    return sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")


def _place(detail: ErrorDetails) -> tuple[str, ...]:
    reason = detail.get("ctx", {}).get("error")
    inner = reason.place if isinstance(reason, Misfit) else ()
    return (*map(str, detail["loc"]), *inner)


def _line(detail: ErrorDetails, model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    names_its_key = detail["type"] in {"extra_forbidden", "missing"} or not place
    return _what(detail, model) if names_its_key else f"{place}: {_what(detail, model)}"


def _what(detail: ErrorDetails, model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    match detail["type"]:
        case "extra_forbidden":
            return f'unknown key "{place}"{nearest(str(detail["loc"][-1]), _keys(model, detail["loc"][:-1]))}'
        case "missing":
            return f'the key "{place}" is missing: add it'
        case "literal_error":
            words = [word.strip("' ") for word in detail["ctx"]["expected"].replace(" or ", ", ").split(",")]
            return f'unknown word "{str(detail["input"])[:60]}"{nearest(str(detail["input"]), words)}'
        case "value_error":
            return str(detail["ctx"]["error"])
        case "string_pattern_mismatch":
            return f'"{str(detail["input"])[:60]}" may hold letters, digits and _ only, and starts with a letter'
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}"


def _keys(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """The known keys of the table at `path`."""
    here, in_mapping = model, False
    for part in path:
        if in_mapping:  # the name that somebody gave, as in [columns.email]
            in_mapping = False
            continue
        annotation = here.model_fields[str(part)].annotation
        here, in_mapping = _model_in(annotation), get_origin(annotation) is dict
    return list(here.model_fields)


def _model_in(annotation: object) -> type[BaseModel]:
    """The model inside `LabelRule | None` or `dict[str, Column]`."""
    return next(inner for inner in get_args(annotation) if issubclass(inner, BaseModel))
