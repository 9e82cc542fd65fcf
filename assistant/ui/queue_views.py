"""What the queue's panel shows: its rows, its views with their counts, and what it is narrowed to. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.money import words as amount_words
from assistant.store import QueueRow
from assistant.ui import words
from assistant.waiting import Count, Filters, Nothing, View

__all__ = ["QueuePanel", "QueueView", "amount", "due_words", "nothing_words", "queue_view"]


@dataclass(frozen=True)
class QueueView:
    """One line of the queue."""

    case_id: str
    kind: str
    band: str
    band_words: str
    probability: str
    amount: str
    age: str
    current: bool
    overdue: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class QueuePanel:
    """The whole panel. `name` is the view that is shown, empty for filters that have no name."""

    rows: Sequence[QueueView]
    total: Count
    filters: Filters = field(default_factory=Filters)
    views: Sequence[tuple[str, str]] = ()
    """Name → name with its count."""
    own_views: frozenset[str] = frozenset()
    name: str = ""
    choices: dict[str, list[str]] | None = None
    bands: Sequence[tuple[str, str]] = tuple(words.BANDS.items())
    order: str = ""
    first: bool = True
    more: bool = False
    opening: bool = False

    @property
    def counted(self) -> str:
        return counted(self.total)


def queue_view(row: QueueRow, now: datetime, current: str, reviewer: str) -> QueueView:
    mine = row.holder == reviewer
    notes = (
        f"{row.holder} has it" if row.holder and not mine else "",
        f"for {'you' if row.assignee == reviewer else row.assignee}" if row.assignee else "",
        f"until {words.moment(row.wake_at)}" if row.wake_at else "",
    )
    return QueueView(
        case_id=row.case_id,
        kind=row.kind,
        band=row.band,
        band_words=words.band(row.band),
        probability=words.percent(row.probability),
        amount=amount(row.amount_minor, row.currency),
        age=words.age(row.opened_at, now),
        current=row.case_id == current,
        overdue=row.overdue,
        notes=tuple(filter(None, notes)),
    )


def view_words(view: View, count: Count) -> tuple[str, str]:
    """A view's name, and how it stands in the list of views: `Overdue · 12`."""
    return view.name, f"{view.name} · {counted(count)}"


def counted(count: Count) -> str:
    return f"{count.number:,}{'+' if count.more else ''}"


def due_words(due_at: datetime, now: datetime) -> str:
    """`overdue by 3 days`, `due in 5 h`."""
    late = now >= due_at
    return f"overdue by {words.age(due_at, now)}" if late else f"due in {words.age(now, due_at)}"


def nothing_words(why: Nothing, filters: Filters) -> str:
    """Why nothing comes next, and what to do about it."""
    where = " of this view" if filters != Filters() else ""
    parts = []
    if why.skipped:
        parts.append(f"you skipped {words.count(why.skipped, 'case')}")
    if why.others:
        verb = "is" if why.others == 1 else "are"
        parts.append(f"{words.count(why.others, 'case')} {verb} in somebody's hands or passed to them")
    if not parts:
        return f"No case{where} is left." if where else ""
    return f"No case{where} is left for you: {' and '.join(parts)}."


def amount(amount_minor: int | None, currency: str | None) -> str:
    if amount_minor is None:
        return ""
    return amount_words(amount_minor, currency) if currency else f"{amount_minor:,} (no currency)"
