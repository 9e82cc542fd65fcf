"""Signing in and out, and the change of a password: plain forms that work without JavaScript.

Promise: a password is in no answer and no address; each form carries a token that only our own page can know, and is
taken from a page of this server only; the way back after signing in leads nowhere but to this server. Passwords are
checked two at a time: the hash needs much memory on purpose, and a flood of guesses must not take all of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.errors import BadInput
from assistant.people import Accounts, Signed
from assistant.ui import rendering, words
from assistant.ui.origin import from_here
from assistant.ui.seats import COOKIE, LASTS_S, Seats
from assistant.workspace import Workspace

__all__ = ["sign_in_routes"]

FORM_COOKIE = "fra_form"
SCRIPT = Path(__file__).with_name("session.js")
LONGEST_FORM = 16_384
Result = TypeVar("Result")


def sign_in_routes(workspace: Workspace) -> APIRouter:
    """`/sign-in`, `/sign-out`, `/account`, and the script that leads to them."""
    routes = APIRouter()
    accounts, seats = workspace.accounts, Seats(workspace)
    at_once = anyio.CapacityLimiter(2)

    async def checked(work: Callable[..., Result], *given: Any) -> Result:
        return await anyio.to_thread.run_sync(work, *given, limiter=at_once)

    @routes.get("/sign-in")
    def ask(request: Request, next: str = "/", out: bool = False) -> Response:
        if seats.find(request.cookies) is not None:
            return RedirectResponse(_inside(next), 303)
        return _form(request, next=_inside(next), out=out)

    @routes.post("/sign-in")
    async def take(request: Request) -> Response:
        given = await _given(request)
        if given is None or not _same(given.get("form", ""), request.cookies.get(FORM_COOKIE, "")):
            return _form(request, 403, said="This form was not ours or is too old. Sign in with this one.")
        name, password, back = given.get("name", ""), given.get("password", ""), _inside(given.get("next", "/"))
        values: dict[str, Any] = {"next": back, "name": name}
        try:
            if "new" in given:
                signed = await checked(_renewed, accounts, name, password, given["new"], given.get("again", ""))
            else:
                signed = await checked(accounts.sign_in, name, password)
        except BadInput as error:
            return _form(request, 401, said=words.sentence(str(error)), change="new" in given, **values)
        if signed.change:
            accounts.sign_out(signed.token)
            return _form(request, change=True, **values)
        return _seated(request, RedirectResponse(back, 303), signed.token)

    @routes.get("/session.js")
    def script(request: Request) -> Response:
        seat = seats.find(request.cookies)
        text = SCRIPT.read_text().replace("= PERSON;", f"= {json.dumps(seat.name if seat else '')};")
        return Response(text, media_type="text/javascript", headers={"cache-control": "no-store"})

    @routes.get("/account")
    def account(request: Request) -> Response:
        return _account(request, seats)

    @routes.post("/account")
    async def change(request: Request) -> Response:
        given = await _given(request)
        seat = seats.find(request.cookies)
        if given is None or seat is None or not seat.name or not _own(request, given):
            return _account(request, seats, 403, said="This form was not ours or is too old. Use this one.")
        try:
            passwords = (given.get("password", ""), given.get("new", ""), given.get("again", ""))
            signed = await checked(_renewed, accounts, seat.name, *passwords)
        except BadInput as error:
            return _account(request, seats, 400, said=words.sentence(str(error)))
        return _seated(request, RedirectResponse("/", 303), signed.token)

    @routes.post("/sign-out")
    async def leave(request: Request) -> Response:
        given = await _given(request)
        token = request.cookies.get(COOKIE, "")
        if token and (given is None or not _own(request, given)):
            return _account(request, seats, 403, said="This form was not ours or is too old. Use this one.")
        accounts.sign_out(token)
        answer = RedirectResponse("/sign-in?out=true", 303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=_secure(request))
        return answer

    return routes


def _renewed(accounts: Accounts, name: str, old: str, new: str, again: str) -> Signed:
    if new != again:
        raise BadInput("the two new passwords differ; type the same one twice")
    accounts.change_password(name, old, new)
    return accounts.sign_in(name, new)


def _form(request: Request, status: int = 200, **values: Any) -> Response:
    """The sign-in page, or the first change of a one-time password, with a token that its cookie must match."""
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    shown = {"said": "", "name": "", "next": "/", "change": False, "out": False} | values
    answer = HTMLResponse(rendering.render("sign_in", form=token, **shown), status, {"cache-control": "no-store"})
    answer.set_cookie(FORM_COOKIE, token, path="/", httponly=True, samesite="strict", secure=_secure(request))
    return answer


def _account(request: Request, seats: Seats, status: int = 200, said: str = "") -> Response:
    seat = seats.find(request.cookies)
    if seat is None or not seat.name:
        return RedirectResponse("/sign-in", 303)
    token = _form_of(request.cookies[COOKIE])
    shown = rendering.render("account", seat=seat, form=token, said=said)
    return HTMLResponse(shown, status, {"cache-control": "no-store"})


def _seated(request: Request, answer: Response, token: str) -> Response:
    secure = _secure(request)
    answer.set_cookie(COOKIE, token, max_age=LASTS_S, path="/", httponly=True, samesite="strict", secure=secure)
    answer.delete_cookie(FORM_COOKIE, path="/", httponly=True, samesite="strict", secure=secure)
    return answer


async def _given(request: Request) -> dict[str, str] | None:
    """The fields of a form that came from a page of this server; None where it did not, or is no such form."""
    if not from_here(request):
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=10))
    except ValueError:
        return None


def _own(request: Request, given: dict[str, str]) -> bool:
    return _same(given.get("form", ""), _form_of(request.cookies.get(COOKIE, "")))


def _form_of(token: str) -> str:
    """The token of a form of who is signed in: only a page of theirs can know it."""
    return hashlib.sha256(f"form of {token}".encode()).hexdigest() if token else ""


def _same(one: str, other: str) -> bool:
    return bool(other) and hmac.compare_digest(one.encode(), other.encode())


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _inside(where: str) -> str:
    """An address on this server, or its first page: no other server, and no page that would only lead back here."""
    try:
        parts = urlsplit(where)
    except ValueError:
        return "/"
    plain = where.isascii() and where.isprintable() and len(where) <= 2000 and "\\" not in where
    ours = where.startswith("/") and not where.startswith("//") and not parts.scheme and not parts.netloc
    return where if plain and ours and parts.path not in {"/sign-in", "/sign-out"} else "/"
