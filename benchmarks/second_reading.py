"""Texts in one spelling, and which statements a sentence repeats.

Promise: `spelled` gives sentence and statement the same tokens where they say the same in other words: numbers carry
their units (`#2:hour`), ranks among other cases are one token (`^up:96:case`), and turns of phrase are one word each.
`folded` puts a mark (`<e1>`) in the place of every statement that a text repeats whole enough. A word, a number or a
"not" that the statement does not have breaks the run in which it is looked for, and so stays in the text, unexplained.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from benchmarks import second_lexicon as lexicon

__all__ = ["Tokens", "bare", "folded", "number", "same", "spelled"]

Tokens = tuple[str, ...]

ENOUGH = 0.6
"""Share of a statement's words that make a repetition of it: rewordings drop some, and what is another thing in it
stays behind as a word that nothing explains."""

_NUMBER = r"(?<![\w.#-])[-−]?\d[\d,]*(?:\.\d+)?(?![\d,.]*\d)(?!-?[A-Za-z]+\d)(?!-[A-Za-z])"
_MEASURE = re.compile(
    rf"(?:(?P<day>\b(\d{{4}})-(\d\d)-(\d\d)\b|\b(\d{{1,2}}) ([A-Z][a-z]{{2,}}) (\d{{4}})\b)"
    rf"|(?P<before>\b[A-Z]{{3}} |[€$£] ?)?(?P<value>{_NUMBER})"
    r"(?P<after> ?%| per ?cent\b| [A-Z]{3}\b| ?[€£]| [a-z]+\b)?)"
)
_TOKEN = re.compile(r"#[\d.e+-]+:[a-z%]*|\^[\w:]+|<\w+>|[^\W_]+(?:[-_][^\W_]+)*|[^\w\s]")


@lru_cache(maxsize=65536)
def spelled(text: str) -> Tokens:
    """The tokens of a text: words in lower case, punctuation, numbers with units, ranks."""
    low = _MEASURE.sub(_measured, text).replace("’", "'").lower()
    low = re.sub(r"n't\b", " not", re.sub(r"'s\b", "", low))
    for pattern, new in lexicon.REWORDED:
        low = pattern.sub(new, low)
    found = []
    for token in _TOKEN.findall(low):
        plain = token[0] in "#^<" or re.search(r"\d", token) or "_" in token
        found += [token] if plain else [part for part in token.split("-") if part] or [token]
    return tuple(found)


def _measured(match: re.Match[str]) -> str:
    if match["day"]:
        return f" #{_day(match)}:date "
    after = (match["after"] or "").strip()
    unit = lexicon.unit((match["before"] or "").strip()) or lexicon.unit(after)
    rest = "" if not after or (lexicon.unit(after) and not match["before"]) else f" {after}"
    value = float(match["value"].replace(",", "").replace("−", "-"))
    return f" #{value:.10g}:{unit} {rest}"


def _day(match: re.Match[str]) -> int:
    try:
        if match[2]:
            return date(int(match[2]), int(match[3]), int(match[4])).toordinal()
        return date(int(match[7]), lexicon.MONTHS.index(match[6][:3].lower()) + 1, int(match[5])).toordinal()
    except ValueError:
        return 0


def number(token: str) -> tuple[float, str] | None:
    """Value and unit of a number's token."""
    found = re.fullmatch(r"#(-?[\d.]+(?:e[+-]\d+)?):(.*)", token)
    return (float(found[1]), found[2]) if found else None


def same(said: str, given: str) -> bool:
    """Whether two tokens say the same: numbers may be rounded, and a share may be said in percent."""
    one, other = number(said), number(given)
    if one is None or other is None:
        return bare(said) == bare(given)
    (value, unit), (real, real_unit) = one, other
    if unit == "%" and real_unit == "" and abs(value - real * 100) < 0.51:
        return True
    if unit != real_unit:
        return False
    places = len(f"{value:.10g}".partition(".")[2])
    rounded = round(real, places) == value and (places > 0 or real % 1 > 0)
    tens = any(value % 10**n == 0 and value >= 10 ** (n + 1) and abs(value - real) <= 0.51 * 10**n for n in (1, 2, 3))
    return value == real or rounded or tens


@lru_cache(maxsize=65536)
def bare(word: str) -> str:
    """A word without its common endings, crude and the same on both sides; empty for what carries no meaning."""
    if word[0] in "#^<" or "_" in word:
        return word
    if word in lexicon.WEAK or not re.match(r"\w", word):
        return ""
    word = lexicon.SAME.get(word, word)
    for ending in ("ing", "ied", "ies", "ed", "es", "s", "ly", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


def folded(tokens: Tokens, statements: Mapping[str, Tokens], whole: frozenset[str] = frozenset()) -> Tokens:
    """The tokens with `<name>` in the place of each statement they repeat, the longest repetition first. Names
    in `whole` ask for every word of theirs."""
    while True:
        found = [
            (*place, f"<{name}>")
            for name, one in statements.items()
            for place in [_repeated(tokens, one, name in whole)]
            if place
        ]
        if not found:
            return tokens
        *_, start, end, mark = max(found, key=lambda one: one[:3])
        tokens = (*tokens[:start], mark, *tokens[end:])


def _repeated(tokens: Tokens, statement: Tokens, whole: bool) -> tuple[int, float, bool, int, int] | None:
    """The longest run of tokens out of the statement: (words, share of the statement, in its order, start, end)."""
    given, needed, weight = _meant(statement)
    if not needed:
        return None
    best = None
    for start, token in enumerate(tokens):
        word = bare(token)
        if not word or (word[0] != "#" and word not in given):
            continue
        taken, end = _run(tokens, start, given)
        said = (Counter(taken) & needed).elements()
        share = _weight(said) / weight
        if share < (1.0 if whole else ENOUGH) or _turns(taken) != _turns(needed.elements()):
            continue
        if best is None or (len(taken), share, tuple(taken) == given[: len(taken)]) > best[:3]:
            best = (len(taken), share, tuple(taken) == given[: len(taken)], start, end)
    return best


@lru_cache(maxsize=65536)
def _meant(statement: Tokens) -> tuple[Tokens, Counter[str], int]:
    """The words of a statement, those of them that are no comparison with other cases, and the weight of these."""
    bracketed = statement[-1:] == (")",) and "(" in statement[1:]
    head = statement[: len(statement) - 1 - statement[::-1].index("(")] if bracketed else statement
    needed = Counter(bare(token) for token in head if bare(token) and token[0] != "^")
    return tuple(filter(None, map(bare, statement))), needed, _weight(needed.elements())


def _run(tokens: Tokens, start: int, given: Sequence[str]) -> tuple[list[str], int]:
    """What of the statement is said from here on without a strange word, and where the last of it ends."""
    left, taken, end = list(given), [], start
    for place in range(start, len(tokens)):
        word = bare(tokens[place])
        if not word:
            continue
        match = next((one for one in left if same(tokens[place], one)), None) if word[0] == "#" else word
        if match not in left:
            break
        left.remove(match)
        taken.append(match)
        end = place + 1
    return taken, end


def _weight(words: Iterable[str]) -> int:
    """A number says as much as two words."""
    return sum(1 + word.startswith("#") for word in words)


def _turns(words: Iterable[str]) -> Counter[str]:
    return Counter(word for word in words if word in lexicon.TURNING)
