"""As whom the command line acts: the machine's owner while there are no accounts, then whoever signed in.

The token lies in the home folder, readable by its owner alone. Whoever can write that folder can write the database
too: this keeps honest people to their role and names them truly; it does not keep out who owns the machine.
"""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from assistant.errors import BadInput
from assistant.people import ROLES, TABLE, Action, Role, require
from assistant.workspace import Workspace

__all__ = ["acting", "forget", "keep", "me", "narrowed"]


def acting(workspace: Workspace, action: Action, name: str | None = None) -> str:
    """The name that a deed carries. Raises BadInput where the role of the sign-in does not allow it, or where `name`
    is somebody else's."""
    if not workspace.accounts.any():
        return name or me()
    file = _file(workspace)
    account = workspace.accounts.who(file.read_text()) if file.exists() else None
    if account is None:
        raise BadInput("nobody is signed in here; run 'fra sign-in NAME'")
    require(account, action)
    if name and name.strip() != account.name:
        raise BadInput(
            f"you are signed in as {account.name} and cannot act as {name.strip()}; leave --reviewer to that"
        )
    return account.name


def narrowed(workspace: Workspace, role: str) -> str:
    """The role that a question is asked in: `role`, or that of the sign-in where it may do less. Raises BadInput for a
    role that there is not."""
    asked = next((known for known in ROLES if known == role), None)
    if asked is None:
        raise BadInput(f"there is no role {role!r}; there are: {', '.join(ROLES)}")
    if not workspace.accounts.any():
        return asked
    file = _file(workspace)
    account = workspace.accounts.who(file.read_text()) if file.exists() else None
    own: Role = next((known for known in ROLES if account and known == account.role), "support")
    return asked if TABLE[asked] <= TABLE[own] else own


def keep(workspace: Workspace, token: str) -> None:
    """Keeps a sign-in for the next commands."""
    file = _file(workspace)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(token)


def forget(workspace: Workspace) -> bool:
    """Ends the sign-in; whether there was one."""
    file = _file(workspace)
    if not file.exists():
        return False
    workspace.accounts.sign_out(file.read_text())
    file.unlink()
    return True


def me() -> str:
    """Who is signed in to this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"


def _file(workspace: Workspace) -> Path:
    return workspace.settings.home / f"sign-in-{os.getuid() if hasattr(os, 'getuid') else 'owner'}"
