"""Signing in on the command line, and what a role is refused there."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import AssistantError, BadInput, NotAllowed
from assistant.settings import Settings
from assistant.ui import serve
from assistant.workspace import Workspace

OWN = "a long word of my own"


def run(*arguments: str, typed: str = "") -> Any:
    """The JSON that a command prints; its error, where it is refused, is raised."""
    done = CliRunner().invoke(app, [*arguments, "--json"], input=typed)
    if isinstance(done.exception, AssistantError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def join(name: str, role: str) -> None:
    """Adds an account as whoever is signed in, and signs in with it."""
    once = run("people", "add", name, "--role", role)["one_time_password"]
    assert run("sign-in", name, typed=f"{once}\n{OWN}\n{OWN}\n") == {"name": name, "role": role}


def test_without_accounts_the_machines_owner_does_everything() -> None:
    assert run("queue") == []
    assert run("audit", "verify")["ok"]


def test_with_accounts_nobody_acts_without_a_sign_in(own_home: Path) -> None:
    run("people", "add", "root", "--role", "admin")
    for command in (("queue",), ("audit", "verify"), ("people", "list"), ("case", "next")):
        with pytest.raises(BadInput, match="nobody is signed in here; run 'fra sign-in NAME'"):
            run(*command)


def test_a_role_does_what_is_its_own_and_no_more(own_home: Path) -> None:
    join("root", "admin")
    with pytest.raises(BadInput, match="root is signed in as admin, which may not decide"):
        run("decide", "c1", "--action", "block", "--reason", "stolen card", "--reviewer", "root")
    join("ada", "auditor")
    assert run("audit", "verify")["ok"]
    for command in (("people", "list"), ("train",), ("withdraw", "c1", "--reason", "x"), ("case", "release", "c1")):
        with pytest.raises(BadInput, match="ada is signed in as auditor, which may not"):
            run(*command)


def test_a_person_acts_under_no_name_but_their_own(own_home: Path) -> None:
    join("root", "admin")
    join("kim", "analyst")
    with pytest.raises(BadInput, match="signed in as kim and cannot act as lee"):
        run("case", "release", "c1", "--reviewer", "lee")


def test_signing_out_ends_it_and_the_token_is_the_owners_alone(own_home: Path) -> None:
    join("root", "admin")
    (token,) = own_home.glob("sign-in-*")
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    kept = token.read_text()
    assert run("sign-out") == {"signed_out": True}
    token.write_text(kept)
    with pytest.raises(BadInput, match="nobody is signed in"):
        run("people", "list")


def test_a_page_on_a_network_without_accounts_begins_with_an_admin_and_a_password_told_once(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *given, **more: None)  # it would serve until it is interrupted
    workspace = Workspace.open(settings=Settings(host="0.0.0.0", port=free_port()))
    serve(workspace)
    password = capsys.readouterr().out.split("once: ")[1].split()[0]
    signed = workspace.accounts.sign_in("admin", password)
    assert (signed.role, signed.change) == ("admin", True)
    serve(workspace)
    assert "password" not in capsys.readouterr().out
    workspace.close()


def test_promoting_a_prompt_is_for_who_may_train(own_home: Path) -> None:
    join("root", "admin")
    join("kim", "analyst")
    with pytest.raises(NotAllowed, match="kim is signed in as analyst, which may not train"):
        run("eval", "promote", "a-run")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
