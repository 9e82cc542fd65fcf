"""Evidence of invented trades: one statement, and the same statement as part of a sentence.

Promise: every number, amount and name of the clause stands in the statement. Which way an item speaks is decided by
the sheet and not by what it says, as in life, where a high face match can be learned as a sign of fraud: a writer that
guesses the direction from the words is wrong.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

__all__ = ["Domain", "Statement", "amount", "domains", "fact", "notes", "signal"]

_HERE = Path(__file__).parent
_CURRENCIES = ("EUR", "USD", "GBP", "SEK", "PLN", "CHF")
_SPANS = ("minute", "hour", "day", "week")
_WINDOWS = ("the last hour", "one day", "3 days", "two weeks", "a month")
_FAULTS = ("missing pages", "smudged letters", "open questions", "late entries", "crossed-out lines", "repeated lines")
_STATES = ("new", "shared", "unused", "blank", "kept open", "handwritten")
_LINKS = ("tied to", "met on", "booked through", "noted at", "linked with")


@dataclass(frozen=True)
class Domain:
    """One trade with its vocabulary. `actions` are gentlest first, without escalating."""

    kind: str
    actions: tuple[str, ...]
    case: str
    person: str
    things: tuple[str, ...]
    measures: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    held: bool = False


@dataclass(frozen=True)
class Statement:
    """`text` as the sheet shows it; `clause` says the same in a sentence, `usual` how it compares, without brackets."""

    text: str
    clause: str
    usual: str = ""
    values: tuple[str, ...] = ()


@cache
def domains(held_out: bool) -> tuple[Domain, ...]:
    """The trades for training, or the ones that training never sees."""
    table: dict[str, Any] = tomllib.loads((_HERE / "domains.toml").read_text(encoding="utf-8"))
    every = [
        Domain(**{"kind": kind, **{key: _frozen(value) for key, value in entry.items()}})
        for kind, entry in table.items()
    ]
    return tuple(one for one in every if one.held == held_out)


@cache
def notes() -> dict[str, list[str]]:
    """What outsiders write: `plain`, `hostile`, and the `labels` before it."""
    table: dict[str, list[str]] = tomllib.loads((_HERE / "notes.toml").read_text(encoding="utf-8"))
    return table


def amount(chance: Random) -> str:
    """`EUR 1,204.50`."""
    value = round(10 ** chance.uniform(0.6, 4.7), 2)
    return f"{chance.choice(_CURRENCIES)} {value:,.2f}"


def fact(domain: Domain, chance: Random, taken: set[str]) -> tuple[str, str]:
    """Label and value of a plain fact that is not in `taken` yet."""
    if not taken & {"amount", "sum"} and chance.random() < 0.7:
        return chance.choice(("amount", "sum")), amount(chance)
    label, values = chance.choice(domain.facts)
    if label in taken or chance.random() < 0.3:
        what, unit = chance.choice(domain.measures)
        return what, _value(unit, chance)
    return label, chance.choice(values.split("|"))


def signal(domain: Domain, chance: Random) -> Statement:
    """One statement about the case, of any shape that evidence has. Held-out trades know shapes of their own."""
    if domain.held and chance.random() < 0.3:
        return chance.choice((_took, _outnumbered))(domain, chance)
    return chance.choices(_SHAPES, _WEIGHTS)[0](domain, chance)


def _measure(domain: Domain, chance: Random) -> Statement:
    what, unit = chance.choice(domain.measures)
    value = _value(unit, chance)
    verb = chance.choices(("is", "comes to"), (3, 1))[0]
    said = chance.choice((verb, verb, "stands at", "is"))
    return _ranged(f"{what} {verb} {value}", f"{what} {said} {value}", _rank(domain, chance))


def _category(domain: Domain, chance: Random) -> Statement:
    label, values = chance.choice(domain.facts)
    text = f"{chance.choice(('', 'the '))}{label} is {chance.choice(values.split('|'))}"
    return _ranged(text, text, _so(chance))


def _first(domain: Domain, chance: Random) -> Statement:
    text = f"the {chance.choice(domain.things)} first turned up {_span(chance)} before the {domain.case}"
    return _ranged(text, text, _rank(domain, chance))


def _fresh(domain: Domain, chance: Random) -> Statement:
    text = f"the {chance.choice(domain.things)} {chance.choice(('is new to us', 'never turned up until now'))}"
    return _ranged(text, text, _so(chance))


def _gap(domain: Domain, chance: Random) -> Statement:
    text = f"the previous {domain.case} on this {chance.choice(domain.things)} came {_span(chance)} earlier"
    return _ranged(text, text, _rank(domain, chance))


def _busy(domain: Domain, chance: Random) -> Statement:
    thing, window, count = chance.choice(domain.things), chance.choice(_WINDOWS), chance.choice((0, 0, 1, 2, 3, 5, 14))
    if count == 0:
        text = f"no other {domain.case} went through this {thing} within {window}"
        return _ranged(text, text, _so(chance))
    text = f"{_count(count, domain.case)} went through the same {thing} within {window}"
    return _ranged(text, text, _rank(domain, chance))


def _known(domain: Domain, chance: Random) -> Statement:
    thing, count = chance.choice(domain.things), chance.choice((0, 0, 1, 2, 4, 19))
    end = chance.choice(("ended as fraud", "ended as legitimate"))
    if count == 0:
        text = f"no past {domain.case} on this {thing} {end}"
        return _ranged(text, text, _so(chance))
    text = f"{_count(count, 'past ' + domain.case)} on the same {thing} {end}"
    return _ranged(text, text, _rank(domain, chance))


def _listed(domain: Domain, chance: Random) -> Statement:
    """A label with a count, which a sentence turns round: "guests met on the same ferry so far: 3"."""
    noun, thing = chance.choice((domain.person, chance.choice(domain.things))), chance.choice(domain.things)
    count, link = chance.randint(2, 24), chance.choice(_LINKS)
    rest = f"{link} the same {thing} {chance.choice(('so far', 'until now', 'earlier'))}"
    return _ranged(f"{_many(noun)} {rest}: {count}", f"{count} {_many(noun)} were {rest}", _rank(domain, chance))


def _counted(domain: Domain, chance: Random) -> Statement:
    """Another label with a count: "missing pages in the permit: 3"."""
    what, thing = chance.choice(_FAULTS), chance.choice(domain.things)
    count, place = chance.randint(2, 19), chance.choice(("in", "on"))
    return _ranged(
        f"{what} {place} the {thing}: {count}", f"there are {count} {what} {place} the {thing}", _rank(domain, chance)
    )


def _portion(domain: Domain, chance: Random) -> Statement:
    verb = chance.choice(("are", "were", "look"))
    text = f"{chance.randint(3, 97)}% of the {_many(chance.choice(domain.things))} {verb} {chance.choice(_STATES)}"
    return _ranged(text, text, _rank(domain, chance))


def _ratio(domain: Domain, chance: Random) -> Statement:
    thing = chance.choice((domain.person, chance.choice(domain.things)))
    text = f"the sum is {chance.uniform(0.1, 9):.2f} times what the same {thing} has had on average"
    return _ranged(text, text, _rank(domain, chance))


def _pair(domain: Domain, chance: Random) -> Statement:
    one, other = chance.choice(domain.pairs)
    text = f"{one} and {other} {chance.choice(('agree', 'do not agree', 'differ', 'are identical'))}"
    return _ranged(text, text, _so(chance))


def _flag(domain: Domain, chance: Random) -> Statement:
    text = chance.choice(domain.flags)
    return _ranged(text, text, _so(chance))


def _took(domain: Domain, chance: Random) -> Statement:
    one, other = chance.choice(domain.pairs)
    text = f"between {one} and {other} lay a gap of {_span(chance)}"
    return _ranged(text, text, f"among the widest {chance.randint(1, 9)}%")


def _outnumbered(domain: Domain, chance: Random) -> Statement:
    known, total = sorted((chance.randint(1, 9), chance.randint(10, 30)))
    text = f"only {known} of {total} {_many(chance.choice(domain.things))} could be checked"
    return _ranged(text, text, chance.choice(("", f"{chance.randint(10, 90)}% manage more")))


_SHAPES = (_measure, _category, _first, _fresh, _gap, _busy, _known, _listed, _counted, _portion, _ratio, _pair, _flag)
_WEIGHTS = (6, 2, 2, 1, 2, 3, 2, 1.5, 1, 1, 1.5, 2, 2)


def _ranged(text: str, clause: str, usual: str) -> Statement:
    return Statement(f"{text} ({usual})" if usual else text, clause, usual)


def _rank(domain: Domain, chance: Random) -> str:
    """How a number compares with other cases."""
    per_cent = chance.choice((61, 66, 74, 79, 83, 86, 90, 92, 95, 96, 97, 98, 99))
    whole = chance.choice(("cases", "cases", "all cases", f"{_many(domain.case)} before"))
    return chance.choices(
        (
            f"higher than {per_cent}% of {whole}",
            f"higher than for {per_cent}% of {whole}",
            f"lower than {per_cent}% of {whole}",
            f"lower than for {per_cent}% of {whole}",
            f"above {per_cent}% of {whole}",
            f"below {per_cent}% of {whole}",
            "about the usual",
            "about as often seen",
            "",
        ),
        (3, 2, 3, 2, 1, 1, 1.5, 0.5, 1.5),
    )[0]


def _so(chance: Random) -> str:
    """How many cases share what is not a number."""
    per_cent = chance.randint(1, 99)
    return chance.choices(
        (f"as for {per_cent}% of cases", f"so in {per_cent}% of cases", f"true of {per_cent}% of cases", ""),
        (3, 2, 1, 2),
    )[0]


def _value(unit: str, chance: Random) -> str:
    if unit == "money":
        return amount(chance)
    if unit == "percent":
        return f"{chance.randint(1, 99)}%"
    if unit == "score":
        return f"{chance.uniform(0.02, 0.99):.2f}"
    if unit == "ratio":
        return f"{chance.uniform(0.2, 7):.2f}"
    return f"{round(10 ** chance.uniform(0, 3.3)):,}" if chance.random() < 0.9 else "0"


def _span(chance: Random) -> str:
    return _count(chance.randint(1, 90), chance.choice(_SPANS))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else _many(noun)}"


def _many(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
