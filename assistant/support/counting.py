"""Questions about many cases: a typed, read-only query over a few allowed fields, shown with its filters.

The words of a question choose among fixed filters; they never become part of a query. What was not understood is told,
so that a number is not taken for the answer to another question. Outcomes, scores and people are no fields.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from babel import Locale
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, func, select

from assistant.store import Store
from assistant.store.tables import CaseRow, DecisionRow, HandleRow, UndoRow
from assistant.support.values import Count, Question
from assistant.verify.vocabulary import word_list

__all__ = ["Query", "count", "read_query"]

_KINDS = {
    "payment": r"payments?|orders?|purchases?|transactions?|transfers?",
    "identity": r"identit(?:y|ies)|verifications?|applicants?|applications?|documents? checks?|kyc",
    "merchant": r"merchants?|shops?|sellers?|payouts?|stores?",
}
_ACTIONS = {
    "approve": r"approv\w+|accept\w*|cleared|passed",
    "block": r"block\w*|declin\w+",
    "reject": r"reject\w*|refus\w+|turned down",
    "refund": r"refunded|refunds? granted",
    "step_up": r"step[- ]?ups?|stepped up",
    "request_documents": r"document requests?|asked for documents|documents (?:were )?(?:requested|asked for)",
    "reserve": r"reserves?",
    "hold_payout": r"payout holds?|held payouts?|payouts? (?:we )?h[eo]ld|hold payouts?",
    "escalate": r"escalat\w+|passed on",
}
_STATES = {
    "open": r"open|waiting|pending|undecided|under review|backlog|not (?:yet )?decided|in review|still to decide",
    "decided": r"decided|closed|done|finished",
}
_REFUND = re.compile(r"\brefund (?:cases?|claims?|requests?)\b|\brefunds\b", re.IGNORECASE)
_SILENT = frozenset(
    word_list(
        "how many much cases case were was are is did do does we the a an of in on at for by to with and or have has"
        " had there number count total what which give me please show tell statistics figure figures new came come went"
        " out go going made our us all any that been be right now currently this last past next week month year day"
        " days today yesterday since from until between per so far still big long old over under above below more less"
        " than least most euro euros eur gbp usd pounds dollars amount amounts ago it them get got cent put during"
        " within customer customers people"
    )
)
_PERIOD = re.compile(
    rf"\b(?:(?P<near>today|yesterday)|(?P<which>this|last|past) (?P<unit>week|month|year)"
    rf"|(?:the )?(?:last|past) (?P<number>\d{{1,3}}) (?P<units>days|weeks|months)"
    rf"|(?:in |since )?(?P<month>{'|'.join(name.lower() for name in month_name if name)})(?: (?P<year>20\d\d))?"
    rf"|since (?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday))\b",
    re.IGNORECASE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LARGER = re.compile(r"\b(?:over|above|more than|at least|exceeding|greater than)\s*$", re.IGNORECASE)
_SMALLER = re.compile(r"\b(?:under|below|less than|at most|up to|smaller than)\s*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
_COUNTRIES = {
    **{str(name).casefold(): code for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code)},
    "uk": "GB", "usa": "US", "britain": "GB", "america": "US", "holland": "NL",
}  # fmt: skip


class Query(BaseModel):
    """What is counted. A period is of the day opened, or of the decision where an action or `decided` is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = ""
    action: str = ""
    state: Literal["", "open", "decided"] = ""
    country: str = ""
    refunds: bool = False
    first: date | None = None
    last: date | None = None
    least: int | None = None
    most: int | None = None
    currency: str = ""
    unread: tuple[str, ...] = ()

    @property
    def by_decision(self) -> bool:
        return bool(self.action) or self.state == "decided"

    def filters(self) -> dict[str, str]:
        """Each filter in words."""
        found = {
            "kind": self.kind,
            "decision": self.action.replace("_", " "),
            "state": "" if self.action else self.state,
            "country": self.country,
            "refund": "asked for" if self.refunds else "",
            "decided" if self.by_decision else "opened": self._period(),
            "amount": self._amount(),
        }
        return {name: value for name, value in found.items() if value}

    def _period(self) -> str:
        if self.first is None or self.last is None:
            return ""
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

    def _amount(self) -> str:
        parts = [f"at least {self.least / 100:,.2f}"] if self.least is not None else []
        parts += [f"at most {self.most / 100:,.2f}"] if self.most is not None else []
        return f"{self.currency} {' and '.join(parts)}" if parts else ""


def read_query(question: Question, now: datetime) -> Query:
    """The filters that the words of a question choose."""
    text = question.text
    values: dict[str, int | str] = {}
    amounts, days = ([one for one in question.mentions if one.type == name] for name in ("amount", "date"))
    period = _PERIOD.search(text)
    first, last = _span(period, now.date()) if period else (None, None)
    if days and not first:
        sides = sorted(date.fromisoformat(one.key) for one in days)
        first, last = (
            sides[0],
            sides[-1] if len(sides) > 1 else (now.date() if _since(text, days[0].start) else sides[0]),
        )
    for one in amounts:
        minor, _, currency = one.key.partition(" ")
        before = text[: one.start]
        if _LARGER.search(before):
            values |= {"least": int(minor)}
        elif _SMALLER.search(before):
            values |= {"most": int(minor)}
        else:
            values |= {"least": int(minor), "most": int(minor)}
        values |= {"currency": currency or "EUR"}
    rest = text
    for one in sorted(question.mentions, key=lambda one: -one.start):
        rest = rest[: one.start] + " " * (one.end - one.start) + rest[one.end :]
    if period:
        rest = rest[: period.start()] + " " * len(period[0]) + rest[period.end() :]
    refunds = bool(_REFUND.search(rest))
    rest = _REFUND.sub(" ", rest) if refunds else rest
    action, rest = _chosen(_ACTIONS, rest)
    state, rest = _chosen(_STATES, rest)
    kind, rest = _chosen(_KINDS, rest)
    country, rest = _country(rest)
    unread = tuple(word for word in re.findall(r"[^\W\d_][\w'-]*", rest) if word.casefold() not in _SILENT)
    return Query.model_validate(
        {
            "kind": kind or ("payment" if refunds else ""),
            "action": action,
            "state": state,
            "country": country,
            "refunds": refunds,
            "first": first,
            "last": last,
            "unread": tuple(dict.fromkeys(unread)),
            **values,
        }
    )


def count(store: Store, query: Query) -> Count:
    """How many cases pass the filters."""
    with store.database.read() as session:
        number = session.scalar(_statement(query)) or 0
    return Count(filters=query.filters(), number=number, unread=query.unread)


def _statement(query: Query) -> Select[Any]:
    found = select(func.count(func.distinct(CaseRow.case_id))).select_from(CaseRow)
    if query.kind:
        found = found.where(CaseRow.kind == query.kind)
    if query.country:
        found = found.where(CaseRow.case_id.in_(_with("country", query.country)))
    if query.refunds:
        found = found.where(CaseRow.case_id.in_(_with("refund", "asked")))
    if query.least is not None or query.most is not None:
        found = found.where(CaseRow.currency == query.currency)
        found = found.where(CaseRow.amount_minor >= query.least) if query.least is not None else found
        found = found.where(CaseRow.amount_minor <= query.most) if query.most is not None else found
    if query.state == "open" and not query.action:
        found = found.where(CaseRow.status != "decided")
    if query.by_decision:
        stands = DecisionRow.seq.not_in(select(UndoRow.decision))
        found = found.join(DecisionRow, DecisionRow.case_id == CaseRow.case_id).where(stands)
        if query.action:
            found = found.where(DecisionRow.action == query.action)
    moment = DecisionRow.decided_at if query.by_decision else CaseRow.opened_at
    if query.first is not None and query.last is not None:
        found = found.where(moment >= _midnight(query.first), moment < _midnight(query.last + timedelta(days=1)))
    return found


def _with(type_: str, key: str) -> Select[Any]:
    return select(HandleRow.case_id).where(HandleRow.type == type_, HandleRow.key == key)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _chosen(words: dict[str, str], text: str) -> tuple[str, str]:
    """The first of these that the text says, and the text without it."""
    for name, pattern in words.items():
        if found := re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            return name, f"{text[: found.start()]} {text[found.end() :]}"
    return "", text


def _country(text: str) -> tuple[str, str]:
    for found in _places(text):
        code = _COUNTRIES.get(found[0].casefold(), found[0])
        if code in _COUNTRIES.values():
            return code, f"{text[: found.start()]} {text[found.end() :]}"
    return "", text


def _places(text: str) -> Iterator[re.Match[str]]:
    yield from re.finditer(r"\b[A-Z]{2}\b", text)
    for size in (3, 2, 1):
        yield from re.finditer(rf"\b[^\W\d_]+(?: [^\W\d_]+){{{size - 1}}}\b", text)


def _span(found: re.Match[str], today: date) -> tuple[date, date]:
    """The first and last day of a period; weeks begin on Monday, and a month without a year is the last one."""
    if near := found["near"]:
        day = today - timedelta(days=near.lower() == "yesterday")
        return day, day
    if found["number"]:
        days = int(found["number"]) * {"days": 1, "weeks": 7, "months": 30}[found["units"].lower()]
        return today - timedelta(days=days), today
    if found["weekday"]:
        back = (today.weekday() - _WEEKDAYS.index(found["weekday"].lower())) % 7
        return today - timedelta(days=back), today
    if found["month"]:
        month = [name.lower() for name in month_name].index(found["month"].lower())
        year = int(found["year"]) if found["year"] else today.year - (month > today.month)
        first = date(year, month, 1)
        since = found[0].lower().startswith("since")
        return first, today if since else _next_month(first) - timedelta(days=1)
    return _whole(found["unit"].lower(), found["which"].lower() == "this", today)


def _whole(unit: str, this: bool, today: date) -> tuple[date, date]:
    if unit == "week":
        first = today - timedelta(days=today.weekday())
        return (first, today) if this else (first - timedelta(days=7), first - timedelta(days=1))
    first = today.replace(day=1) if unit == "month" else date(today.year, 1, 1)
    if this:
        return first, today
    last = first - timedelta(days=1)
    return (last.replace(day=1) if unit == "month" else date(last.year, 1, 1)), last


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _since(text: str, start: int) -> bool:
    return re.search(r"\b(?:since|from)\s*$", text[:start], re.IGNORECASE) is not None
