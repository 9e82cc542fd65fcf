"""Decisions, outcomes and withdrawals made here: durable, journaled, and queued for the memory in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.case import ESCALATE, Decision, Outcome
from assistant.errors import BadInput, NotFound
from assistant.store.claims import refuse_held
from assistant.store.database import Database
from assistant.store.journal import append
from assistant.store.placing import close, reopen
from assistant.store.tables import (
    CaseRow,
    ContextRow,
    DecisionRow,
    OutboxRow,
    OutcomeRow,
    ReviewPrecedentRow,
    ReviewRow,
    UndoRow,
    WithdrawalRow,
)
from assistant.waiting import Context, Undone

__all__ = ["Verdicts", "Withdrawn", "refuse_decided"]


class Withdrawn(NamedTuple):
    """That a precedent was taken out of the memory; `drafts` are the (review id, case id) that had used it."""

    reason: str
    actor: str
    at: datetime
    drafts: tuple[tuple[str, str], ...]


class Verdicts:
    """What people say about cases. Every method returns only after the commit is on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(self, decision: Decision, context: Context | None = None) -> None:
        """Records a decision. A case that somebody decided already, or has in hand, is refused, so that nobody is
        overruled unseen; one that was only escalated still waits for its decision."""
        with self._database.write() as session:
            row = _case(session, decision.case_id)
            refuse_decided(session, row, decision.action)
            refuse_held(session, decision.case_id, decision.reviewer, datetime.now(UTC))
            row.status = "escalated" if decision.action == ESCALATE else "decided"
            close(session, decision.case_id, row.status, decision.decided_at)
            made = DecisionRow(**decision.model_dump())
            session.add(made)
            session.flush()
            if context is not None:
                session.add(ContextRow(decision=made.seq, **context.model_dump()))
            session.add(OutboxRow(case_id=decision.case_id))
            append(
                session,
                actor=decision.reviewer,
                verb="decide",
                subject=decision.case_id,
                body={
                    "action": decision.action,
                    "reason": decision.reason,
                    "review_id": decision.review_id,
                    "draft_edit": decision.draft_edit,
                    "followed_draft": decision.followed_draft,
                    "override": context.override if context else "",
                },
            )

    def undo(self, case_id: str, actor: str, since: datetime) -> Undone:
        """Takes the last decision of a case back, if this person made it after `since` and nothing turned out yet.

        The memory is told, and every reader of decisions leaves it out from now on; the row stays for the record."""
        now = datetime.now(UTC)
        with self._database.write() as session:
            row = _case(session, case_id)
            last = _last_decision(session, case_id)
            _refuse_undo(session, case_id, last, actor, since)
            assert last is not None
            session.add(UndoRow(decision=last.seq, actor=actor, at=now))
            session.flush()
            before = _last_decision(session, case_id)
            row.status = "escalated" if before is not None else "open"
            reopen(session, case_id, row.status)
            session.add(OutboxRow(case_id=case_id))
            body = {"action": last.action, "reason": last.reason, "decided_at": last.decided_at.isoformat()}
            append(session, actor=actor, verb="undo", subject=case_id, body=body)
            shown = select(ReviewRow.review_id).join(
                ReviewPrecedentRow, ReviewPrecedentRow.review_id == ReviewRow.review_id
            )
            told = shown.where(ReviewPrecedentRow.case_id == case_id, ReviewRow.made_at >= last.decided_at)
            return Undone(
                case_id=case_id,
                action=last.action,
                reason=last.reason,
                note=last.note,
                undone_at=now,
                drafts=tuple(session.scalars(told)),
            )

    def context(self, case_id: str) -> Context | None:
        """What stood before the person who made the last decision of a case; None where that was not kept."""
        with self._database.read() as session:
            last = _last_decision(session, case_id)
            row = session.get(ContextRow, last.seq) if last else None
        return Context(**{name: getattr(row, name) for name in Context.model_fields}) if row else None

    def record_outcome(self, outcome: Outcome, actor: str) -> None:
        """Records what turned out to be true. The newest known outcome counts; older ones stay visible."""
        with self._database.write() as session:
            row = _case(session, outcome.case_id)
            if outcome.known_at < row.opened_at:
                raise BadInput(
                    f"the outcome of {outcome.case_id} is dated before the case was opened "
                    f"({row.opened_at:%Y-%m-%d %H:%M} UTC); give a later time"
                )
            if row.status != "decided":
                close(session, outcome.case_id, "decided", datetime.now(UTC))
            row.status = "decided"
            session.add(OutcomeRow(**outcome.model_dump()))
            session.add(OutboxRow(case_id=outcome.case_id))
            append(
                session,
                actor=actor,
                verb="outcome",
                subject=outcome.case_id,
                body={
                    "outcome": outcome.outcome,
                    "source": outcome.source,
                    "known_at": outcome.known_at.isoformat(),
                },
            )

    def withdraw(self, case_id: str, reason: str, actor: str) -> list[str]:
        """Takes a precedent out for good and returns the ids of the reviews that had shown it."""
        with self._database.write() as session:
            _case(session, case_id)
            if session.get(WithdrawalRow, case_id):
                raise BadInput(f"case {case_id} was withdrawn already; nothing to do")
            session.add(WithdrawalRow(case_id=case_id, reason=reason, actor=actor, at=datetime.now(UTC)))
            session.add(OutboxRow(case_id=case_id))
            append(session, actor=actor, verb="withdraw", subject=case_id, body={"reason": reason})
            return [review_id for review_id, _ in _users(session, case_id)]

    def withdrawal(self, case_id: str) -> Withdrawn | None:
        """Who took a precedent out, when and why, and the reviews whose drafts had used it; None where nobody did."""
        with self._database.read() as session:
            row = session.get(WithdrawalRow, case_id)
            return Withdrawn(row.reason, row.actor, row.at, tuple(_users(session, case_id))) if row else None

    def withdrawn(self) -> frozenset[str]:
        """Ids of all withdrawn precedents."""
        with self._database.read() as session:
            return frozenset(session.scalars(select(WithdrawalRow.case_id)))


def refuse_decided(session: Session, row: CaseRow, action: str = "") -> None:
    """Raises BadInput for a case that is decided. One that was escalated still waits, though not for this again."""
    if row.status == "open" or (row.status == "escalated" and action != ESCALATE):
        return
    last = _last_decision(session, row.case_id)
    by = f": {last.reviewer} chose {last.action} on {last.decided_at:%Y-%m-%d %H:%M} UTC" if last else ""
    raise BadInput(f"case {row.case_id} is decided already{by}; nothing was recorded")


def _refuse_undo(session: Session, case_id: str, last: DecisionRow | None, actor: str, since: datetime) -> None:
    if last is None:
        raise BadInput(f"case {case_id} has no decision that could be taken back")
    if last.reviewer != actor:
        raise BadInput(f"case {case_id} was decided by {last.reviewer}, and only they can take that back")
    if last.decided_at < since:
        raise BadInput(
            f"the decision on {case_id} was made at {last.decided_at:%Y-%m-%d %H:%M} UTC, too long ago to undo it; "
            "record what turned out to be true with 'fra outcome'"
        )
    if session.scalar(select(OutcomeRow.seq).where(OutcomeRow.case_id == case_id).limit(1)):
        raise BadInput(f"it is known how case {case_id} turned out, so its decision stays")


def _last_decision(session: Session, case_id: str) -> DecisionRow | None:
    stands = DecisionRow.case_id == case_id, DecisionRow.seq.not_in(select(UndoRow.decision))
    return session.scalars(select(DecisionRow).where(*stands).order_by(DecisionRow.seq.desc()).limit(1)).first()


def _users(session: Session, case_id: str) -> list[tuple[str, str]]:
    """The reviews that had shown a precedent, alone or in its ring, oldest first, each with its case."""
    query = (
        select(ReviewRow.review_id, ReviewRow.case_id)
        .join(ReviewPrecedentRow, ReviewPrecedentRow.review_id == ReviewRow.review_id)
        .where(ReviewPrecedentRow.case_id == case_id)
        .order_by(ReviewRow.made_at)
    )
    return [(review_id, reviewed) for review_id, reviewed in session.execute(query)]


def _case(session: Session, case_id: str) -> CaseRow:
    row = session.get(CaseRow, case_id)
    if row is None:
        raise NotFound(f"there is no case {case_id!r}; 'fra queue' lists open cases")
    return row
