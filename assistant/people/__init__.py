"""Who may do what: roles, local accounts, sign-ins. Knows nothing of cases; the command line and the page ask it."""

from assistant.people.accounts import Accounts, Signed, require
from assistant.people.permissions import ACTIONS, ROLES, TABLE, Action, Role, may

__all__ = ["ACTIONS", "ROLES", "TABLE", "Accounts", "Action", "Role", "Signed", "may", "require"]
