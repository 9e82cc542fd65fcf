"""The same statement in other words: what a person might write who knows the evidence and not its wording.

Promise: `clause` says what the statement says, no more and nothing else; empty where no rewording is known. Written
without sight of the verifier, so that it can tell its false alarms.
"""

from __future__ import annotations

import re
from random import Random

__all__ = ["clause", "usual"]

_RANGE = re.compile(r" \(([^()]*)\)$")
_N = r"(-?[\d,]*\.?\d+)"
_WAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"age of the (\w+) on this account in days is {_N}", ("the {0} has been on this account for {1} days", "the account has had this {0} for {1} days")),
    (rf"account age in days is {_N}", ("the account is {0} days old", "the account was opened {0} days ago")),
    (rf"age of the (password|email address|business) in days is {_N}", ("the {0} is {1} days old", "the {0} has an age of {1} days")),
    (rf"distance between (.+) and (.+) in km is {_N}", ("{0} and {1} lie {2} km apart", "there are {2} kilometres between {0} and {1}", "{0} is {2} km away from {1}")),
    (rf"number of (.+) in the last (\d+ \w+) is {_N}", ("there were {2} {0} in the last {1}", "the last {1} saw {2} {0}")),
    (rf"time on the platform in days is {_N}", ("the time on the platform amounts to {0} days", "it has been on the platform for {0} days")),
    (r"merchant category is (.+)", ("the merchant belongs to the category {0}", "the category of the merchant is {0}")),
    (r"the operating system is (.+)", ("the device runs {0}", "{0} is the operating system")),
    (r"reason for review is (.+)", ("the case came up for review through the {0}", "what brought it to review was the {0}")),
    (rf"the (.+) was first seen {_N} (\w+) before this case", ("the {0} turned up for the first time {1} {2} earlier", "{1} {2} before this case, the {0} was seen for the first time", "the {0} has been known for {1} {2}", "we first saw the {0} {1} {2} before this case")),
    (r"the (.+) was never seen before this case", ("the {0} is new", "the {0} had not been seen until this case", "this case is the first with this {0}")),
    (rf"the last case with the same (.+) was {_N} (\w+) before", ("the previous case with this {0} came {1} {2} earlier", "{1} {2} before, there was another case with the same {0}")),
    (r"no earlier case with the same (.+) in the (.+) before", ("in the {1} before, the same {0} was in no other case", "the same {0} did not appear in any case of the {1} before")),
    (rf"{_N} earlier cases? with the same (.+) in the (.+) before", ("the same {1} was in {0} other cases in the {2} before", "in the {2} before, the same {1} came up {0} times")),
    (rf"accounts seen with the same (.+) before: {_N}", ("the same {0} was seen with {1} accounts before", "{1} accounts had used the same {0} before")),
    (r"no (\w+) was seen with the same (.+) before", ("the same {1} was never seen with any {0} before", "the same {1} had not been seen with a {0}")),
    (rf"{_N}% of the email name is digits", ("digits make up {0}% of the email name", "the email name consists of digits to {0}%")),
    (r"the email name has no digits", ("there is no digit in the email name", "the email name is free of digits")),
    (rf"the email name has {_N} characters", ("the email name is {0} characters long",)),
    (r"(.+) and (.+) are the same", ("{0} and {1} agree", "{0} is the same as {1}", "{0} matches {1}")),
    (r"(.+) and (.+) differ", ("{0} and {1} are not the same", "{0} does not match {1}", "{0} is different from {1}")),
    (r"(.+) and (.+) have no word in common", ("{0} and {1} share no word", "not one word is common to {0} and {1}")),
    (rf"the amount is {_N} times the earlier average with the same (.+)", ("the amount is {0} times as high as the same {1}'s earlier average", "measured by the earlier average with the same {1}, the amount is {0} times as much")),
    (rf"{_N} earlier cases with the same (.+) were known as (\w+)", ("the same {1} appears in {0} earlier cases known as {2}", "{0} cases before with the same {1} were known to be {2}")),
    (rf"the hour of the day was {_N}", ("it was opened at {0} o'clock", "the hour was {0}")),
    (r"the account was seen with this (.+) before", ("this {0} is known from the account", "the account had used this {0} already")),
    (r"the printed (.+) agrees with the MRZ", ("the MRZ has the same {0} as the print", "{0} and MRZ agree")),
    (r"all check digits of the MRZ are right", ("every check digit of the MRZ is correct",)),
    (r"the MRZ can be read", ("the MRZ is readable",)),
    (rf"((?:\w+ )*(?:share|rate)\b.*) is (0\.\d+)", ("{0} comes to {1}", "{0} is {1p}")),
    (rf"([^:]+) is {_N}", ("{0} comes to {1}", "{0} stands at {1}", "{0} amounts to {1}")),
    (r"([^:]+) is (\w+)", ("for {0} we have {1}", "the value of {0} is {1}")),
)  # fmt: skip
_USUAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"higher than in (\d+%) of cases", ("more than in {0} of cases", "which is above {0} of cases", "a higher value than {0} of cases have")),
    (r"lower than in (\d+%) of cases", ("less than in {0} of cases", "which is below {0} of cases", "a lower value than {0} of cases have")),
    (r"about as in most cases", ("about as usual", "which is nothing unusual")),
    (r"as in (\d+%) of cases", ("as {0} of cases do", "so it is in {0} of cases", "which holds for {0} of cases")),
)  # fmt: skip


def clause(statement: str, chance: Random) -> str:
    """The statement without its usual range, in other words; empty where none are known."""
    head = _RANGE.sub("", statement)
    for pattern, ways in _WAYS:
        if found := re.fullmatch(pattern, head):
            return _filled(chance.choice(ways), found)
    return ""


def usual(statement: str, chance: Random | None = None) -> str:
    """The usual range in other words; empty where the statement has none."""
    given = _RANGE.search(statement)
    for pattern, ways in _USUAL if given else ():
        if found := re.fullmatch(pattern, given[1] if given else ""):
            return _filled((chance or Random(0)).choice(ways), found)
    return ""


def _filled(way: str, found: re.Match[str]) -> str:
    values = [value or "" for value in found.groups()]
    if "{1p}" in way:
        way = way.replace("{1p}", f"{float(values[1]) * 100:.0f}%")
    return way.format(*values)
