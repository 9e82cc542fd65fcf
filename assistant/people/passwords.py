"""Passwords: argon2 through pwdlib. A password is never kept, shown again or journaled."""

from __future__ import annotations

import secrets
from functools import cache

from pwdlib import PasswordHash

from assistant.errors import BadInput

__all__ = ["SHORTEST", "check", "one_time", "sealed"]

SHORTEST = 12
LONGEST = 1024
"""Hashing takes as long as the text is; nobody types more than that."""


def sealed(password: str) -> str:
    """The hash of a password that somebody chose. Raises BadInput where it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"a password has {SHORTEST} to {LONGEST} characters; choose another one")
    return _argon2().hash(password)


def check(password: str, seal: str | None) -> bool:
    """Whether a password is the one. Without a seal (nobody of that name) it takes as long, and is not."""
    right = _argon2().verify(password[: LONGEST + 1], seal or _nobody())
    return right and seal is not None


def one_time() -> str:
    """A password to be told once and changed at the first sign-in."""
    return secrets.token_urlsafe(12)


@cache
def _argon2() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    return _argon2().hash(one_time())
