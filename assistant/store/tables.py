"""The tables. Migrations in `migrations/` build them; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

__all__ = [
    "CaseRow",
    "ClaimRow",
    "ContextRow",
    "DecisionRow",
    "DraftEditRow",
    "EntityRow",
    "HandleRow",
    "ImportRow",
    "JournalRow",
    "OutboxRow",
    "OutcomeRow",
    "PersonRow",
    "QuestionRow",
    "ReviewPrecedentRow",
    "ReviewRow",
    "ScoreRow",
    "SessionRow",
    "SkipRow",
    "SourceRow",
    "Table",
    "UndoRow",
    "ViewRow",
    "WaitingRow",
    "WithdrawalRow",
]


class Utc(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets time zones, so they are taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


SEQUENCE = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows by itself only in a column of type INTEGER."""


class Table(DeclarativeBase):
    """The base of every table."""

    type_annotation_map = {datetime: Utc, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class SourceRow(Table):
    """One stream of imported rows: what its columns mean, kept once instead of with every case."""

    __tablename__ = "sources"

    source: Mapped[str] = mapped_column(String(120), primary_key=True)
    columns: Mapped[dict[str, Any]]


class CaseRow(Table):
    """A case. `facts` holds [column, value] pairs, as a column can have several; role and phrase are the source's."""

    __tablename__ = "cases"

    case_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.source"))
    kind: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    utc_offset_min: Mapped[int]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    facts: Mapped[list[Any]]
    status: Mapped[str] = mapped_column(String(12))
    row_hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("cases_by_time", "opened_at"),)


class EntityRow(Table):
    """A case touches an entity."""

    __tablename__ = "entities"

    type: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)

    # a table with row ids would hold every entry twice: once by number and once more for its key
    __table_args__ = (Index("entities_by_case", "case_id"), {"sqlite_with_rowid": False})


class HandleRow(Table):
    """A case is found by a handle."""

    __tablename__ = "handles"

    type: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)

    __table_args__ = (Index("handles_by_case", "case_id"), {"sqlite_with_rowid": False})


class DecisionRow(Table):
    """What a person did. Rows are added, never changed."""

    __tablename__ = "decisions"

    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    action: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    reviewer: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    followed_draft: Mapped[bool | None]
    review_id: Mapped[str | None] = mapped_column(String(40))
    draft_edit: Mapped[int | None]


class ContextRow(Table):
    """What stood before the person who decided, and why they went another way: for training, evaluation, reports."""

    __tablename__ = "decision_contexts"

    decision: Mapped[int] = mapped_column(SEQUENCE, ForeignKey("decisions.seq"), primary_key=True, autoincrement=False)
    policy_action: Mapped[str | None] = mapped_column(String(40))
    draft_action: Mapped[str | None] = mapped_column(String(40))
    override: Mapped[str] = mapped_column(String(80))
    override_words: Mapped[str] = mapped_column(Text)


class UndoRow(Table):
    """A decision that was taken back. It stays in `decisions`, and nobody is shown it or learns from it."""

    __tablename__ = "undone_decisions"

    decision: Mapped[int] = mapped_column(SEQUENCE, ForeignKey("decisions.seq"), primary_key=True, autoincrement=False)
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class OutcomeRow(Table):
    """What turned out to be true. Rows are added, never changed: the newest known one counts."""

    __tablename__ = "outcomes"

    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    outcome: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(20))
    known_at: Mapped[datetime]
    assumed_delay: Mapped[bool]

    __table_args__ = (UniqueConstraint("case_id", "outcome", "source", "known_at"),)


class WithdrawalRow(Table):
    """A precedent taken out of the memory."""

    __tablename__ = "withdrawals"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class ScoreRow(Table):
    """The newest score of a case."""

    __tablename__ = "scores"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    model: Mapped[str] = mapped_column(String(80))
    probability: Mapped[float | None]
    band: Mapped[str] = mapped_column(String(12))
    expected_loss: Mapped[float]
    queue_key: Mapped[float]
    reasons: Mapped[dict[str, Any]]


ORDER = ("tier", "rank", "case_id")
REST = ("kind", "band", "amount", "opened_at")
"""In the index behind the order, so that a rare mixture of filters is looked for without reading rows."""


class WaitingRow(Table):
    """A case that waits at the desk or was decided at it: all that the queue sorts and filters by, side by side, so
    that a page is one walk through an index.

    `tier` is 0 for overdue cases, 1 for those in time, 2 for decided ones; `rank` is −queue_key of a case that waits,
    and − the moment of one that was decided. Neither moves as time passes: what becomes overdue, or wakes up, is found
    by its own small index. A row without `due_at` comes from a database of before and is completed at the start."""

    __tablename__ = "queue"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(12))
    tier: Mapped[int]
    rank: Mapped[float]
    kind: Mapped[str] = mapped_column(String(40))
    band: Mapped[str] = mapped_column(String(12))
    country: Mapped[str | None] = mapped_column(String(40))
    amount: Mapped[float | None]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    assignee: Mapped[str | None] = mapped_column(String(120))
    wake_at: Mapped[datetime | None]

    __table_args__ = (
        Index("queue_in_order", "status", *ORDER, *REST),
        Index("queue_by_kind", "kind"),
        Index("queue_by_country", "country", "status", *ORDER, *REST),
        Index("queue_by_assignee", "assignee", "status", *ORDER),
        Index("queue_by_due_time", "tier", "due_at"),
        Index("queue_by_waking_time", "wake_at"),
    )


class ClaimRow(Table):
    """A case in somebody's hands until `expires_at`. The key makes it one person's."""

    __tablename__ = "claims"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    reviewer: Mapped[str] = mapped_column(String(120))
    claimed_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SkipRow(Table):
    """A case that this reviewer is not offered any more."""

    __tablename__ = "skips"

    reviewer: Mapped[str] = mapped_column(String(120), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    __table_args__ = (Index("skips_by_case", "case_id"),)


class ViewRow(Table):
    """Filters that somebody keeps under a name."""

    __tablename__ = "views"

    reviewer: Mapped[str] = mapped_column(String(120), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    filters: Mapped[dict[str, Any]]


class ReviewRow(Table):
    """One pass of the flow, whole, so that every draft can be explained later."""

    __tablename__ = "reviews"

    review_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    as_of: Mapped[datetime]
    made_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class ReviewPrecedentRow(Table):
    """A review showed a precedent: who must be told when the precedent is withdrawn."""

    __tablename__ = "review_precedents"

    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.review_id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(120), primary_key=True, index=True)


class DraftEditRow(Table):
    """A person's edit of a review's draft, beside the original. Rows are added, never changed: `changes` is the
    difference from the version before, `draft` the whole text as it was checked."""

    __tablename__ = "draft_edits"

    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.review_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    editor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    changes: Mapped[list[Any]]
    draft: Mapped[dict[str, Any]]


class ImportRow(Table):
    """One run of an import and how far it came. Counts are written in the transaction that writes the cases, so they
    are right whatever happened to the process; `finished_at` is empty while it runs and where it was interrupted."""

    __tablename__ = "imports"

    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(120))
    file: Mapped[str] = mapped_column(String(200))
    process: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    imported: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    rejected: Mapped[int]


class OutboxRow(Table):
    """A case whose memory item must be brought up to date. Written in the transaction that made it so."""

    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(String(120))

    # without AUTOINCREMENT an emptied table counts from 1 again, and `done` could forget an entry nobody has read
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012


class JournalRow(Table):
    """One entry of the journal; `hash` covers the entry and the hash before it."""

    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    verb: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(160))
    body: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class PersonRow(Table):
    """A local account."""

    __tablename__ = "people"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    role: Mapped[str] = mapped_column(String(12))
    seal: Mapped[str] = mapped_column(Text)
    change: Mapped[bool]
    disabled: Mapped[bool]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Utc)


class SessionRow(Table):
    """A sign-in, by the digest of its token."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(ForeignKey("people.name"))
    expires_at: Mapped[datetime] = mapped_column(Utc)


class QuestionRow(Table):
    """A question to the support desk with its answer. `text` holds no personal data: what named a person or a card
    was replaced before it came here. `thumb`, `correction` and `wanted` are what the asker said of the answer."""

    __tablename__ = "questions"

    question_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[str | None] = mapped_column(String(120), index=True)
    topic: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any]]
    thumb: Mapped[int | None]
    correction: Mapped[str] = mapped_column(Text)
    wanted: Mapped[bool]

    __table_args__ = (Index("questions_by_time", "at"),)
