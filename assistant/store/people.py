"""Accounts and their sessions. Hashing, limits and rules are left to `assistant.people`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.store.database import Database
from assistant.store.journal import append
from assistant.store.tables import PersonRow, SessionRow

__all__ = ["Account", "People"]


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `change`: the password was given by somebody else and has to be changed."""

    name: str
    role: str
    disabled: bool
    change: bool
    seal: str


class People:
    """Every change is journaled in its own transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Account]:
        """By name."""
        with self._database.read() as session:
            return [_account(row) for row in session.scalars(select(PersonRow).order_by(PersonRow.name))]

    def add(self, name: str, role: str, seal: str, actor: str) -> bool:
        """Whether the name was free."""
        with self._database.write() as session:
            if session.get(PersonRow, name) is not None:
                return False
            session.add(PersonRow(name=name, role=role, seal=seal, change=True, disabled=False, failures=0))
            append(session, actor, "person.added", name, {"role": role})
        return True

    def change(self, name: str, actor: str, verb: str, **changes: Any) -> bool:
        """Changes an account and ends its sessions; False where it is not there or no admin would be left."""
        with self._database.write() as session:
            row = session.get(PersonRow, name)
            if row is None or (row.role == "admin" and not row.disabled and _admins(session) == 1):
                return False
            for column, value in changes.items():
                setattr(row, column, value)
            session.execute(delete(SessionRow).where(SessionRow.name == name))
            append(session, actor, verb, name, changes)
        return True

    def seal(self, name: str, seal: str, actor: str, change: bool) -> bool:
        """A new password, which ends a lock and every session; False where there is no such account."""
        with self._database.write() as session:
            row = session.get(PersonRow, name)
            if row is None:
                return False
            row.seal, row.change, row.failures, row.locked_until = seal, change, 0, None
            session.execute(delete(SessionRow).where(SessionRow.name == name))
            append(session, actor, "person.password", name, {"one_time": change})
        return True

    def guess(
        self, name: str, now: datetime, tries: int, locked_for: timedelta
    ) -> tuple[Account | None, datetime | None]:
        """Counts a guess before it is checked: the account, and until when it is locked."""
        with self._database.write() as session:
            row = session.get(PersonRow, name)
            if row is None:
                return None, None
            if row.locked_until is not None and now < row.locked_until:
                return _account(row), row.locked_until
            if row.locked_until is not None:
                row.failures, row.locked_until = 0, None
            row.failures += 1
            if row.failures > tries:
                row.locked_until = now + locked_for
                append(session, name, "person.locked", name, {"tries": tries})
            return _account(row), row.locked_until

    def signed_in(self, name: str, digest: str, now: datetime, until: datetime) -> None:
        """Keeps a session; those that ended are forgotten."""
        with self._database.write() as session:
            session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
            session.add(SessionRow(digest=digest, name=name, expires_at=until))
            row = session.get_one(PersonRow, name)
            row.failures, row.locked_until = 0, None
            append(session, name, "person.signed-in", name, {})

    def session(self, digest: str, now: datetime) -> Account | None:
        """Whose session it is, unless it ended."""
        query = select(PersonRow).join(SessionRow, SessionRow.name == PersonRow.name)
        with self._database.read() as session:
            row = session.scalars(query.where(SessionRow.digest == digest, SessionRow.expires_at > now)).first()
            return _account(row) if row else None

    def signed_out(self, digest: str) -> None:
        """Forgets a session."""
        with self._database.write() as session:
            session.execute(delete(SessionRow).where(SessionRow.digest == digest))


def _admins(session: Session) -> int:
    query = select(func.count()).select_from(PersonRow).where(PersonRow.role == "admin", ~PersonRow.disabled)
    return session.scalar(query) or 0


def _account(row: PersonRow) -> Account:
    return Account(row.name, row.role, row.disabled, row.change, row.seal)
