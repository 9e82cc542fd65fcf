"""The name of a column as plain English words.

Promise: `shipToZIP`, `ship-to zip` and `SHIP_TO_ZIP` give the same words; the words of other languages and the usual
abbreviations (`names.toml`) become the English ones, German compounds by their parts. What is not known stays as it
is. What the words mean is left to `clues`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

__all__ = ["words_of"]

SHORTEST_PART = 3
"""Letters of a part of a compound."""


@lru_cache(maxsize=4096)
def words_of(name: str) -> str:
    """The name in lower-case words with a space at either end: `shipToZIP` is ` shipping to zip `."""
    letters = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    split = re.sub(r"([a-z0-9])([A-Z])|([A-Z]+)(?=[A-Z][a-z])", r"\1\3 \2", plain)
    words = (_english(word) for word in re.findall(r"[a-z]+|[0-9]+", split.lower()))
    return f" {' '.join(words)} "


@cache
def _lexicon() -> dict[str, str]:
    text = files("assistant.dataset").joinpath("names.toml").read_text(encoding="utf-8")
    return {word: english for language in tomllib.loads(text).values() for word, english in language.items()}


def _english(word: str) -> str:
    lexicon = _lexicon()
    if word in lexicon:
        return lexicon[word]
    for at in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        head, tail = word[:at], word[at:]
        # German joins with an s or an n: Buchung-s-zeit, Kunde-n-nummer
        first = lexicon.get(head) or lexicon.get(head.removesuffix("s")) or lexicon.get(head.removesuffix("n"))
        second = lexicon.get(tail) or ("name" if tail == "name" else None)
        if first and second:
            return f"{first} {second}"
    return word
