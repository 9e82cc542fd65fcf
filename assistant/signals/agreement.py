"""Whether a case agrees with itself: names and birth dates that it gives twice, and the checks that it did not pass.

Compared is only whether two values are the same. What somebody is called is never a signal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from assistant.case import Case, Fact
from assistant.roles import CHECK_ROLES
from assistant.signals.signal import Signal, Value, from_case, mismatch

__all__: list[str] = []

CHECKS = Signal(
    name="checks_not_passed",
    group="facts",
    phrase="checks of other systems that were not passed: {value}",
    zero="no check of another system failed",
    unit="count",
    bad="high",
)
NOT_PASSED = re.compile(
    r"\b(no match|not (found|authenticated|verified|passed)|mismatch|fail(ed|ure)?|declined?|denied|reject(ed)?"
    r"|refused|invalid|expired|wrong|stolen|unreachable|negative)\b",
    re.IGNORECASE,
)
"""How systems say no, in the words that their documentation uses and `codes.toml` turns their codes into."""
LOW_SCORE = 0.5
"""A score below this speaks against its check more than for it."""


@from_case
def names(case: Case) -> Iterator[tuple[Signal, Value]]:
    """The share of words that two names on a case have in common, of the shorter one."""
    for one, other in _pairs(case, "name"):
        words, others = _words(one.value), _words(other.value)
        if words and others:
            yield (
                Signal(
                    name=f"overlap.{one.name}.{other.name}",
                    group="identity",
                    phrase=f"{one.phrase} and {other.phrase} share {{value}} of their words",
                    zero=f"{one.phrase} and {other.phrase} have no word in common",
                    unit="share",
                    bad="low",
                    reads=(one.name, other.name),
                ),
                len(words & others) / min(len(words), len(others)),
            )


@from_case
def birth_dates(case: Case) -> Iterator[tuple[Signal, Value]]:
    """Whether the birth dates on a case are the same day."""
    for one, other in _pairs(case, "birth_date"):
        differ = one.value[:10] != other.value[:10]
        yield mismatch(one.name, one.phrase, other.name, other.phrase, "identity"), float(differ)


@from_case
def checks(case: Case) -> Iterator[tuple[Signal, Value]]:
    """How many verdicts are a no, and how many scores are low."""
    given = [fact for fact in case.facts if fact.role in CHECK_ROLES and fact.value]
    if given:
        yield CHECKS, float(sum(_is_no(fact) for fact in given))


def _is_no(fact: Fact) -> bool:
    try:
        score = float(fact.value)
    except ValueError:
        return bool(NOT_PASSED.search(fact.value))
    # only these two say by their role that high is good; a `check` may be a risk score
    return fact.role in {"face_match", "authenticity"} and score < LOW_SCORE


def _pairs(case: Case, role: str) -> combinations[tuple[Fact, Fact]]:
    return combinations([fact for fact in case.facts if fact.role == role and fact.value], 2)


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return frozenset(re.findall(r"\w+", "".join(one for one in plain if not unicodedata.combining(one))))
