"""Cells as a person may see them before anything is imported: short, on one line, personal data masked.

Promise: no email address, phone number, card number or document number is shown whole where it is masked, whatever the
column is called; enough is left to recognise what kind of value it is.
"""

from __future__ import annotations

import re

from assistant.dataset.clues import is_card_number
from assistant.dataset.nested import LIST_MARK
from assistant.roles import Role

__all__ = ["masked", "one_line"]

LONGEST = 120
MASK = "•"
_WHOLE: frozenset[Role] = frozenset({"phone", "card", "document_number", "mrz"})
_EMAIL = re.compile(r"([^\s@<>\"',;:()\[\]]{1,64})@([^\s@<>\"',;:()\[\]]+\.[^\s@<>\"',;:()\[\]]+)")
_DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
_PHONE = re.compile(r"(?:\+[0-9]|\([0-9]{2,4}\)|(?<![0-9.,:T-])0[0-9]{2,4}[ /-])[0-9 ()/.-]{5,18}[0-9]")


def one_line(text: str) -> str:
    """The text cut and on one line; what would steer a page or a terminal (control, direction marks) is replaced."""
    joined = text[: 4 * LONGEST].replace(LIST_MARK, " · ")
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in joined)
    return f"{line[:LONGEST]}…" if len(line) > LONGEST or len(text) > 4 * LONGEST else line


def masked(text: str, role: str) -> str:
    """The text with what identifies a person masked, by the role of its column and by what it looks like."""
    if role == "email":
        return _EMAIL.sub(_email, text) if _EMAIL.search(text) else _middle(text)
    if role in _WHOLE:
        return _middle(text)
    text = _EMAIL.sub(_email, text)
    text = _DIGITS.sub(lambda found: _middle(found[0]) if is_card_number(found[0]) else found[0], text)
    return _PHONE.sub(lambda found: _middle(found[0]), text)


def _email(found: re.Match[str]) -> str:
    return f"{found[1][:1]}{MASK * 3}@{found[2]}"


def _middle(text: str) -> str:
    """The first and the last two characters; signs and spaces stay, so that the shape can be seen."""
    kept = {0, len(text) - 2, len(text) - 1} if len(text) > 5 else {0}
    return "".join(char if at in kept or not char.isalnum() else MASK for at, char in enumerate(text))
