"""Local accounts: who there is, signing in, and for how long that holds.

Promise: a guess is counted before it is checked, so guessing in parallel gains nothing; a wrong password and a name
that is not there get the same words after the same hashing (though only an account that is there can be locked); a
session is kept as a digest; the last admin stays.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from assistant.errors import BadInput, NotAllowed, NotFound
from assistant.people import passwords
from assistant.people.permissions import ROLES, Action, may
from assistant.store import Store
from assistant.store.people import Account

__all__ = ["Accounts", "Signed", "require"]

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION = timedelta(hours=12)


class Signed(NamedTuple):
    """A sign-in. `token` is told here and never again; `change` says that the password has to be changed first."""

    name: str
    role: str
    token: str
    change: bool


class Accounts:
    """The accounts of one home folder."""

    def __init__(self, store: Store) -> None:
        self._people = store.people

    def any(self) -> bool:
        """Whether there are accounts at all. Without them the machine's owner does everything."""
        return bool(self._people.all())

    def all(self) -> list[Account]:
        """By name."""
        return self._people.all()

    def add(self, name: str, role: str, actor: str) -> str:
        """Adds an account and gives its one-time password. The first account must be an admin."""
        name = _named(name)
        if _role(role) != "admin" and not self.any():
            raise BadInput("the first account must be an admin, who adds the others; add it with the role admin")
        password = passwords.one_time()
        if not self._people.add(name, role, passwords.sealed(password), actor):
            raise BadInput(f"there is an account {name!r} already; choose another name")
        return password

    def role(self, name: str, role: str, actor: str) -> None:
        """Gives an account another role; what it had signed in with ends."""
        if not self._people.change(_named(name), actor, "person.role", role=_role(role)):
            self._refused(name)

    def disable(self, name: str, actor: str) -> None:
        """Closes an account at once, open sessions too. Its name stays on what it did."""
        if not self._people.change(_named(name), actor, "person.disabled", disabled=True):
            self._refused(name)

    def reset(self, name: str, actor: str) -> str:
        """A new one-time password, which also ends a lock and every session."""
        password = passwords.one_time()
        if not self._people.seal(_named(name), passwords.sealed(password), actor, change=True):
            self._refused(name)
        return password

    def sign_in(self, name: str, password: str, now: datetime | None = None) -> Signed:
        """Raises BadInput where name and password do not go together, or too many guesses were made."""
        now = now or datetime.now(UTC)
        account, until = self._people.guess(name.strip(), now, TRIES, LOCKED_FOR)
        if until is not None:
            raise BadInput(
                f"too many wrong passwords: wait until {until:%Y-%m-%d %H:%M} UTC, or ask an admin to reset it"
            )
        right = passwords.check(password, account.seal if account else None)
        if account is None or account.disabled or not right:
            raise BadInput("name and password do not go together; try again, or ask an admin to reset the password")
        token = secrets.token_urlsafe(32)
        self._people.signed_in(account.name, _digest(token), now, now + SESSION)
        return Signed(account.name, account.role, token, account.change)

    def change_password(self, name: str, old: str, new: str) -> None:
        """A person's own new password; every session ends."""
        signed = self.sign_in(name, old)
        if new == old:
            raise BadInput("the new password is the old one; choose another one")
        self._people.seal(signed.name, passwords.sealed(new), signed.name, change=False)

    def who(self, token: str, now: datetime | None = None) -> Account | None:
        """Whose session it is; nobody's when it ended, the account was disabled or its password must change first."""
        account = self._people.session(_digest(token), now or datetime.now(UTC))
        return account if account and not account.disabled and not account.change else None

    def sign_out(self, token: str) -> None:
        """Ends a session."""
        self._people.signed_out(_digest(token))

    def _refused(self, name: str) -> None:
        if any(one.name == _named(name) for one in self.all()):
            raise BadInput(f"{name} is the last admin; make somebody else an admin first")
        raise NotFound(f"there is no account {name!r}; 'fra people list' shows all")


def require(account: Account, action: Action) -> None:
    """Raises NotAllowed where the role of an account does not allow something."""
    if not may(account.role, action):
        raise NotAllowed(f"{account.name} is signed in as {account.role}, which may not {action}; ask an admin")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 120 or not name.isprintable():
        raise BadInput("a name has 1 to 120 printable characters; give another one")
    return name


def _role(role: str) -> str:
    if role not in ROLES:
        raise BadInput(f"there is no role {role!r}; choose one of: {', '.join(ROLES)}")
    return role
