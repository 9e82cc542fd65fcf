"""Who sits at a page: known by the cookie of a sign-in, never by what the page says.

Promise: from the first account on, no handler or route learns a name from a message; without accounts there is nobody
to sign in, and whoever sits at this machine does everything under the name that they type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assistant.errors import NotAllowed
from assistant.people import Action, may
from assistant.people.accounts import SESSION
from assistant.workspace import Workspace

__all__ = ["COOKIE", "Seat", "Seats"]

COOKIE = "fra_session"
LASTS_S = int(SESSION.total_seconds())


class Seat(NamedTuple):
    """Who sits there. Without a name there are no accounts, and everything is allowed."""

    name: str = ""
    role: str = ""

    def may(self, action: Action) -> bool:
        return not self.name or may(self.role, action)

    def require(self, action: Action) -> None:
        """Raises NotAllowed."""
        if not self.may(action):
            raise NotAllowed(f"{self.name} is signed in as {self.role}, which may not {action}; ask an admin")


class Seats:
    """Finds who sits where."""

    def __init__(self, workspace: Workspace) -> None:
        self._accounts = workspace.accounts

    def find(self, cookies: Mapping[str, str]) -> Seat | None:
        """None where there are accounts and nobody is signed in."""
        if not self._accounts.any():
            return Seat()
        token = cookies.get(COOKIE, "")
        account = self._accounts.who(token) if token else None
        return Seat(account.name, account.role) if account else None

    def take(self, cookies: Mapping[str, str], action: Action) -> Seat:
        """Who does something. Raises NotAllowed where nobody is signed in, or the role does not allow it."""
        seat = self.find(cookies)
        if seat is None:
            raise NotAllowed("your sign-in has ended; reload this page to sign in again, what you typed stays")
        seat.require(action)
        return seat
