"""`fra people …`, `fra sign-in`, `fra sign-out`: who may use the command line, and as whom."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.errors import BadInput
from assistant.people import Role
from assistant.show import show_table
from assistant.signing import acting, forget, keep
from assistant.terminal import Json, answer, notes, opened

__all__ = ["people_commands", "sign_in", "sign_out"]

people_commands = typer.Typer(no_args_is_help=True, help="Local accounts: add, list, role, disable, reset.")
Name = Annotated[str, typer.Argument(help="The name of an account.", show_default=False)]


@people_commands.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the person may do.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Add an account and print its one-time password. The first one must be an admin."""
    with opened() as workspace:
        password = workspace.accounts.add(name, role, acting(workspace, "people"))
    answer({"name": name.strip(), "role": role, "one_time_password": password}, as_json, show_table)


@people_commands.command("list")
def list_(as_json: Json = False) -> None:
    """Every account with its role."""
    with opened() as workspace:
        acting(workspace, "people")
        found = workspace.accounts.all()
    people = {one.name: one.role + (", disabled" if one.disabled else "") for one in found}
    rows = [{"name": one.name, "role": one.role, "disabled": one.disabled} for one in found]
    answer(rows if as_json else people, as_json, show_table)


@people_commands.command("role")
def role_(
    name: Name,
    role: Annotated[Role, typer.Argument(help="The new role.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Give an account another role; whoever is signed in with it signs in again."""
    with opened() as workspace:
        workspace.accounts.role(name, role, acting(workspace, "people"))
    answer({"name": name, "role": role}, as_json, show_table)


@people_commands.command()
def disable(name: Name, as_json: Json = False) -> None:
    """Close an account at once; its name stays on what it did."""
    with opened() as workspace:
        workspace.accounts.disable(name, acting(workspace, "people"))
    answer({"name": name, "disabled": True}, as_json, show_table)


@people_commands.command()
def reset(name: Name, as_json: Json = False) -> None:
    """Print a new one-time password, for a forgotten one or a locked account."""
    with opened() as workspace:
        password = workspace.accounts.reset(name, acting(workspace, "people"))
    answer({"name": name, "one_time_password": password}, as_json, show_table)


def sign_in(name: Name, as_json: Json = False) -> None:
    """Sign in for twelve hours; the passwords are asked for, never given on the command line."""
    password = _asked("Password")
    with opened() as workspace:
        signed = workspace.accounts.sign_in(name, password)
        if signed.change:
            notes.print("This password was for one time; choose your own, of twelve characters or more.")
            own = _asked("New password")
            if own != _asked("The same again"):
                raise BadInput("the two passwords differ; run the same command again")
            workspace.accounts.change_password(signed.name, password, own)
            signed = workspace.accounts.sign_in(signed.name, own)
        keep(workspace, signed.token)
    answer({"name": signed.name, "role": signed.role}, as_json, show_table)


def sign_out(as_json: Json = False) -> None:
    """End the sign-in of this command line."""
    with opened() as workspace:
        had = forget(workspace)
    answer({"signed_out": had}, as_json, show_table)


def _asked(what: str) -> str:
    return str(typer.prompt(what, hide_input=True, err=True))
