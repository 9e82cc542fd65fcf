"""Accounts: one-time passwords, locks, sessions that end, and the admin who stays."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.errors import BadInput, NotFound
from assistant.people import Accounts
from assistant.store import Store
from tests.conftest import at

OWN = "a long word of my own"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "fra.db")


@pytest.fixture
def accounts(store: Store) -> Accounts:
    """An admin, root, and kim, an analyst with a password of her own."""
    found = Accounts(store)
    found.add("root", "admin", "owner")
    found.change_password("kim", found.add("kim", "analyst", "root"), OWN)
    return found


def test_the_first_account_is_an_admin(store: Store) -> None:
    with pytest.raises(BadInput, match="first account must be an admin"):
        Accounts(store).add("kim", "analyst", "owner")
    assert not Accounts(store).any()


def test_a_one_time_password_opens_nothing_but_its_own_change(accounts: Accounts) -> None:
    password = accounts.add("lee", "lead", "root")
    signed = accounts.sign_in("lee", password)
    assert signed.change
    assert accounts.who(signed.token) is None
    accounts.change_password("lee", password, "another word of mine")
    found = accounts.who(accounts.sign_in("lee", "another word of mine").token)
    assert found is not None
    assert (found.name, found.role) == ("lee", "lead")
    with pytest.raises(BadInput, match="do not go together"):
        accounts.sign_in("lee", password)


def test_five_wrong_passwords_lock_an_account_for_a_quarter_of_an_hour(accounts: Accounts) -> None:
    for _ in range(5):
        with pytest.raises(BadInput, match="do not go together"):
            accounts.sign_in("kim", "wrong", at(0))
    for password in ("wrong", OWN):
        with pytest.raises(BadInput, match="wait until 2026-03-02 12:15"):
            accounts.sign_in("kim", password, at(0.01))
    assert accounts.sign_in("kim", OWN, at(0.26)).name == "kim"


def test_guessing_in_parallel_gains_nothing(accounts: Accounts) -> None:
    heard: list[str] = []

    def guess() -> None:
        try:
            accounts.sign_in("kim", "wrong", at(0))
        except BadInput as error:
            heard.append(str(error)[:8])

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == ["name and"] * 5 + ["too many"] * 7


def test_a_name_that_is_not_there_is_told_as_a_wrong_password(accounts: Accounts) -> None:
    said = []
    for name in ("kim", "nobody"):
        with pytest.raises(BadInput) as refused:
            accounts.sign_in(name, "wrong")
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_a_session_ends_after_its_hours_or_by_signing_out(accounts: Accounts) -> None:
    token = accounts.sign_in("kim", OWN, at(0)).token
    assert accounts.who(token, at(11.9)) is not None
    assert accounts.who(token, at(12)) is None
    accounts.sign_out(token)
    assert accounts.who(token, at(1)) is None
    assert accounts.who("made up", at(1)) is None


def test_a_new_role_or_a_closed_account_ends_what_was_signed_in(accounts: Accounts) -> None:
    token = accounts.sign_in("kim", OWN).token
    accounts.role("kim", "lead", "root")
    assert accounts.who(token) is None
    token = accounts.sign_in("kim", OWN).token
    accounts.disable("kim", "root")
    assert accounts.who(token) is None
    with pytest.raises(BadInput, match="do not go together"):
        accounts.sign_in("kim", OWN)


def test_a_reset_ends_a_lock_and_every_session(accounts: Accounts) -> None:
    token = accounts.sign_in("kim", OWN).token
    password = accounts.reset("kim", "root")
    assert accounts.who(token) is None
    assert accounts.sign_in("kim", password).change


def test_the_last_admin_stays(accounts: Accounts) -> None:
    for change in (lambda: accounts.disable("root", "root"), lambda: accounts.role("root", "lead", "root")):
        with pytest.raises(BadInput, match="last admin"):
            change()
    accounts.add("second", "admin", "root")
    accounts.disable("root", "second")
    assert [one.name for one in accounts.all() if not one.disabled] == ["kim", "second"]


def test_what_cannot_be_an_account_is_refused_plainly(accounts: Accounts) -> None:
    for name, role, said in (("kim", "lead", "already"), ("x", "boss", "no role"), (" ", "lead", "printable")):
        with pytest.raises(BadInput, match=said):
            accounts.add(name, role, "root")
    with pytest.raises(NotFound, match="no account 'nobody'"):
        accounts.disable("nobody", "root")
    for password in ("short", "x" * 2000):
        with pytest.raises(BadInput, match="12 to 1024"):
            accounts.change_password("kim", OWN, password)


def test_neither_password_nor_token_is_in_the_database_or_the_journal(accounts: Accounts, store: Store) -> None:
    token = accounts.sign_in("kim", OWN, at(0)).token
    held = b"".join(path.read_bytes() for path in store.database.path.parent.glob("fra.db*"))
    assert b"$argon2id$" in held
    assert OWN.encode() not in held
    assert token.encode() not in held
    assert set(store.journal.subjects("person.signed-in")) == {"kim"}
    assert store.journal.verify().ok


def test_a_wrong_guess_now_and_then_never_locks_who_signs_in_between(accounts: Accounts) -> None:
    for day in range(4):
        for _ in range(3):
            with pytest.raises(BadInput, match="do not go together"):
                accounts.sign_in("kim", "wrong", at(days=day))
        assert accounts.sign_in("kim", OWN, at(days=day) + timedelta(minutes=1)).name == "kim"
