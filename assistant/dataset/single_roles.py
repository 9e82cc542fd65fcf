"""Which column is the time, the id, the amount, the label: the roles that one column has.

Promise: a role is given only where name and values agree; the doubt is given with it. A column that tells something
that became known later, and that has no time of its own, becomes nothing but ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from assistant.case import OutcomeSource
from assistant.dataset.answers import says_fraud, says_it_in_words, says_legitimate
from assistant.dataset.cells import shown
from assistant.dataset.clues import Clue
from assistant.dataset.money import currencies
from assistant.dataset.profile import Profile
from assistant.dataset.time_format import TimeFormat, time_format_of
from assistant.roles import Role

__all__ = ["Singles", "find_singles"]

_AT = r"(time|timestamp|date|at|ts|on|day|datetime|ms|epoch|utc|local)"
_LABEL = (
    r"(\w+ )?label",
    r"(\w+ )*(is )?fraud(ulent)?( (label|flag|ind|indicator|reported|report|bool|found|confirmed|chargeback))?",
    r"confirmed( fraud)?",
    r"(is )?chargeback( flag)?|is bad|class|target|outcome|ground truth|y",
)
_ANSWER = r"outcome|result|verdict|finding|conclusion|label|disposition|feedback|truth|resolution|classification|fraud"
_NO_ANSWER = (
    r"rule|rules|flagged|reason|score|model|predicted|prediction|suspect\w*|suspicion|rating|alert|trigger\w*|type"
)
MOST_ANSWERS, MOST_WORDINGS = 10, 40
"""Different words that a label column may have, and wordings where people type them."""
_LATER = (r"(label|outcome|verdict|chargeback|dispute|fraud)( \w+)*", r"(became )?known( at)?", "reported", "confirmed")
_DECIDED = (r"decision", r"decided", r"review(ed)?", r"resolved", r"resolution", r"closed", r"actioned", r"disposition")
_DECISION = r"((review|final|analyst|reviewer) )?(decision|action|disposition)( taken)?"
_EVENT = r"(event|transaction|trans|transfer|order|payment|purchase|application|claim|registration|booking|case|check)"
_OPENED = (
    (rf"{_EVENT} ((created|opened|booked|placed) ?)?({_AT} ?)+|{_EVENT} (created|opened)", 6),
    (rf"(created|opened|submitted|occurred|registered|placed|received|authori[sz]ed|booking|booked)( {_AT})*", 5),
    (r"timestamp|time ?stamp|datetime|date time|event", 4),
    (r"time|ts|when", 3),
    (r"date|day", 2),
    (
        rf"(updated?|modified|last|shipped|delivered|due|settled|expected|ended?|onboarded|joined|sign ?up)( {_AT})*",
        -3,
    ),
)
_IDS = (
    (r"(event|case) (id|no|number|key)", 6),
    (rf"{_EVENT} (id|no|nr|num|number|key|ref)|(id|no|nr|num|number|ref) {_EVENT}", 5),
    (r"id|uuid|guid", 4),
    (r"reference|ref|trans num|record id|row id|index|key", 3),
    (r"\w+ (id|uuid|number)", 1),
)
_AMOUNTS = (
    (rf"(({_EVENT}|total|loan|contract) )?amount( \w+)?", 6),
    (r"(order|purchase|total|basket|cart) (price|value|total|cost)", 5),
    (r"price|total|value|payment|cost|sum", 3),
    (r"\w+ (amount|amt|price|total)", 2),
)
STRONG_ID = 5
"""From here on a name says that it is the id of the case itself."""
MANY_CURRENCIES = 50
"""A column with more different codes than are traded anywhere in one stream holds noise."""


@dataclass
class Singles:
    """The single roles found, by column, and what else these columns turned out to be."""

    clues: dict[str, Clue] = field(default_factory=dict)
    formats: dict[str, TimeFormat] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    undated: list[str] = field(default_factory=list)
    """Words of the decision column that never have a time."""

    def of(self, role: Role) -> str | None:
        return next((name for name, clue in self.clues.items() if clue.role == role), None)


def find_singles(columns: Sequence[Profile]) -> Singles:
    """The single roles of these columns. Columns without one are left out."""
    found = Singles()
    _find_times(columns, found)
    rest = [column for column in columns if column.name not in found.clues]
    _find_label(rest, found)
    _settle_label_time(columns, found)
    _find_decision([column for column in rest if column.name not in found.clues], columns, found)
    _find_id([column for column in rest if column.name not in found.clues], columns, found)
    _find_money([column for column in rest if column.name not in found.clues], found)
    return found


def _find_times(columns: Sequence[Profile], found: Singles) -> None:
    opened: list[tuple[int, Profile]] = []
    for column in columns:
        if column.is_list:
            continue
        named = column.has(
            rf"(\w+ )*{_AT}", "epoch", "created", "opened", "timestamp", "birth", "dob", "expiry", "when"
        )
        is_expiry = column.has(r"expir\w*( date)?", r"exp( date)?", "valid (until|to|thru|through)")
        guess = time_format_of(column.counts, numbers=named, months=is_expiry)
        if guess is None and not (named and not column.filled):
            continue
        found.formats[column.name] = guess or TimeFormat(None, 0)
        if column.has("birth", "dob", "born", "birthday", "birthdate"):
            found.clues[column.name] = Clue("birth_date")
        elif is_expiry:
            found.clues[column.name] = Clue("expiry_date")
        elif column.has(*_LATER):
            found.clues[column.name] = Clue("label_time")
        elif column.has(*_DECIDED):
            found.clues[column.name] = Clue("decision_time")
        else:
            clock = found.formats[column.name].has_clock
            opened.append((2 * _score(column, _OPENED) + clock + 2 * (len(column.filled) == len(column.cells)), column))
    opened.sort(key=lambda one: -one[0])
    for rank, (_, column) in enumerate(opened):
        if rank == 0:
            doubts = [_doubt_of_time(column, [other for _, other in opened[1:]]), _doubt_of_zone(column, found)]
            found.clues[column.name] = Clue("time", doubt="; ".join(filter(None, doubts)))
        else:
            doubt = "another time: give it a role only if it was known when the case opened"
            found.clues[column.name] = Clue("ignore", doubt=doubt)
    _keep_one(found, "label_time")
    _keep_one(found, "decision_time")


def _doubt_of_time(column: Profile, others: Sequence[Profile]) -> str:
    if others:
        return f"{', '.join(other.name for other in others)} could be it as well"
    return "is this when the case opened? Its name does not say so" if _score(column, _OPENED) <= 0 else ""


def _doubt_of_zone(column: Profile, found: Singles) -> str:
    """Times without an offset are somebody's local times, and nobody's file says whose."""
    format = found.formats[column.name].format or ""
    if format.startswith("epoch") or "%z" in format or "UTC" in format or "GMT" in format or not column.distinct:
        return ""
    if not format and all(re.search(r"(Z|[+-]\d\d:?\d\d)$", text) for text in column.distinct[:100]):
        return ""
    return (
        'the times have no offset, so they are read as UTC; if they are local, set time_zone = "Europe/Berlin" or such'
    )


def _keep_one(found: Singles, role: Role) -> None:
    for name in [name for name, clue in found.clues.items() if clue.role == role][1:]:
        found.clues[name] = Clue("ignore", doubt=f"there is another {role}")


def _find_label(columns: Sequence[Profile], found: Singles) -> None:
    """The label: a column whose words say fraud and its opposite, else one whose name says it."""
    telling = _telling(columns)
    for column in [*telling, *(c for pattern in _LABEL for c in columns if c.named(pattern) and not c.is_list)]:
        fraud = [value for value in column.distinct if says_fraud(value)]
        legitimate = [value for value in column.distinct if value not in fraud and says_legitimate(value)]
        others = [value for value in column.distinct if value not in {*fraud, *legitimate}]
        if len(column.distinct) > MOST_ANSWERS and column not in telling:
            continue
        if not ((fraud and legitimate) or ((fraud or legitimate) and not others)):
            continue
        doubts = [f"{', '.join(map(shown, others))} is taken as unresolved"] if others else []
        if not (fraud and legitimate):
            doubts += [f'the only word is "{(fraud or legitimate)[0]}", so nothing is known to be the opposite']
        found.clues[column.name] = Clue("label", doubt="; ".join(doubts))
        found.labels = {
            "fraud": fraud or [_opposite(legitimate[0])],
            "legitimate": legitimate or [_opposite(fraud[0])],
            "unresolved": others,
        }
        for stated in columns:
            named = stated.named(r"(outcome|label|verdict) (source|origin)")
            if named and stated.distinct and set(stated.distinct) <= set(get_args(OutcomeSource)):
                found.clues[stated.name] = Clue("outcome_source")
                break
        return


def _telling(columns: Sequence[Profile]) -> list[Profile]:
    """Columns whose few words say fraud and its opposite by themselves, those that are called an outcome first."""
    telling = [
        column
        for column in columns
        if 2 <= len(column.distinct) <= (MOST_WORDINGS if column.has(_ANSWER) else MOST_ANSWERS)
        and not column.is_list
        and not column.has(_NO_ANSWER)
        and says_it_in_words(column.distinct)
        and any(map(says_fraud, column.distinct))
        and any(map(says_legitimate, column.distinct))
    ]
    return sorted(telling, key=lambda column: not column.has(_ANSWER))


def _settle_label_time(columns: Sequence[Profile], found: Singles) -> None:
    """A time that lies beside the label in its object is the label's. One that says nothing is worse than an assumed
    delay: it puts the answer into the past of the case."""
    by_name = {column.name: column for column in columns}
    label, opened = found.of("label"), found.of("time")
    if label is not None and found.of("label_time") is None:
        _look_for_label_time(by_name[label], by_name, opened, found)
    if (name := found.of("label_time")) is None:
        return
    label_times = by_name[name]
    reason = ""
    if label is None:
        reason = "no label was found"
    elif len(label_times.distinct) == 1:
        reason = "the same moment in every row, so it is when the file was made; the delay is assumed instead"
    elif opened is not None:
        pairs = [(a, b) for a, b in zip(by_name[opened].cells, label_times.cells, strict=True) if b.strip()]
        if all(a == b for a, b in pairs):
            reason = "the time of the case itself in every row; the delay is assumed instead"
    if reason:
        found.clues[name] = Clue("ignore", why=reason)


def _look_for_label_time(label: Profile, columns: Mapping[str, Profile], opened: str | None, found: Singles) -> None:
    """The time that lies in the same object as the label, or is called after it: Disposition, Disposition Date."""
    beside = label.name.rpartition(".")[0]
    called = set(label.leaf.split()) - {"analyst", "final", "is", "case", "review"}
    for name in found.formats:
        if name == opened or found.clues[name].role not in {"ignore", "decision_time"}:
            continue
        if beside and name.startswith(f"{beside}."):
            found.clues[name] = Clue("label_time", why="lies beside the label")
            return
        if called & set(columns[name].leaf.split()):
            found.clues[name] = Clue("label_time", why="is called after the label")
            return


def _find_decision(columns: Sequence[Profile], all_columns: Sequence[Profile], found: Singles) -> None:
    time = found.of("decision_time")
    decision = next((c for c in columns if 1 <= len(c.distinct) <= 12 and c.named(_DECISION) and not c.is_list), None)
    if decision is None or time is None:
        if time is not None:
            found.clues[time] = Clue("ignore", doubt="no decision column was found for it")
        if decision is not None:
            doubt = "a decision needs a decision_time; without one it would tell the future"
            found.clues[decision.name] = Clue("ignore", doubt=doubt)
        return
    undated = _undated(decision, next(column for column in all_columns if column.name == time))
    doubt = f"{', '.join(undated)} has no time and so is no decision here" if undated else ""
    found.clues[decision.name] = Clue("decision", doubt=doubt)
    found.undated = undated
    roles: tuple[tuple[Role, str], ...] = (
        (
            "reviewer",
            r"((review|case) )?(reviewer|analyst|agent|by)( (id|name|email|login))?|(reviewed|decided|resolved) by",
        ),
        ("decision_reason", r"((decision|review|action) )?(reason|rationale|comment)( code)?"),
    )
    for role, pattern in roles:
        column = next((c for c in columns if c.named(pattern) and c.name not in found.clues), None)
        if column is not None:
            found.clues[column.name] = Clue(role)


def _undated(decision: Profile, time: Profile) -> list[str]:
    """The words of a decision column that never have a time, such as what a machine approved by itself."""
    dated = {word.strip() for word, at in zip(decision.cells, time.cells, strict=True) if at.strip()}
    return [word for word in decision.distinct if word not in dated]


def _find_id(columns: Sequence[Profile], all_columns: Sequence[Profile], found: Singles) -> None:
    named = [c for c in columns if _score(c, _IDS) and not c.has("ip", "email") and not c.is_list]
    unique = [c for c in named if len(set(c.cells)) == len(c.cells) > 0 and len(c.filled) == len(c.cells)]
    if not unique:
        unique = [c for c in named if _score(c, _IDS) >= STRONG_ID and _repeats_whole_rows(c, all_columns)]
        if unique:
            found.clues[unique[0].name] = Clue("id", doubt="some rows stand twice; the second one is rejected")
        return
    best = max(unique, key=lambda column: _score(column, _IDS))
    found.clues[best.name] = Clue("id", why="a different value in every row")
    for column in unique:
        if column is not best and column.cells == best.cells:
            found.clues[column.name] = Clue("ignore", why=f"repeats {best.name}")


def _repeats_whole_rows(column: Profile, all_columns: Sequence[Profile]) -> bool:
    """Whether a value stands twice only where the whole row does, as at the page break of an export."""
    if len(column.filled) < len(column.cells) or len(set(column.cells)) < len(column.cells) / 2:
        return False
    rows: dict[str, tuple[str, ...]] = {}
    for value, row in zip(column.cells, zip(*(one.cells for one in all_columns), strict=True), strict=True):
        if rows.setdefault(value, row) != row:
            return False
    return True


def _find_money(columns: Sequence[Profile], found: Singles) -> None:
    amounts = [
        (s, c) for c in columns if (s := _score(c, _AMOUNTS)) and (c.is_numeric or not c.cells) and not c.is_list
    ]
    if not amounts:
        return
    best = max(amounts, key=lambda one: one[0])[1]
    others = ", ".join(c.name for _, c in amounts if c is not best)
    found.clues[best.name] = Clue("amount", doubt=f"{others} could be it as well" if others else "")
    for column in columns:
        if column.name not in found.clues and column.mostly(lambda text: text.upper() in currencies()):
            if len(column.distinct) > MANY_CURRENCIES:
                doubt = (
                    f"{len(column.distinct)} different currencies look like noise; if they are real, make it currency"
                )
                found.clues[column.name] = Clue("category", doubt=doubt)
            elif found.of("currency") is None and column.has("currency", "ccy", "cur"):
                found.clues[column.name] = Clue("currency")


def _score(column: Profile, patterns: Iterable[tuple[str, int]]) -> int:
    """The worth of the first pattern that is the whole name, or half of it for the first that ends the name."""
    for pattern, worth in patterns:
        if column.named(pattern):
            return 2 * worth
    return next((worth for pattern, worth in patterns if re.search(f" (?:{pattern}) $", column.words)), 0)


def _opposite(value: str) -> str:
    """The other word of a pair, for a sample in which only one of them appears."""
    pairs = {"1": "0", "1.0": "0.0", "true": "false", "t": "f", "yes": "no", "y": "n", "fraud": "legit"}
    pairs |= {other: one for one, other in pairs.items()}
    opposite = pairs.get(value.lower(), "fraud" if says_legitimate(value) else "legit")
    return opposite.capitalize() if value[:1].isupper() else opposite
