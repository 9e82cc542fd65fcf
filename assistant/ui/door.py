"""The door before every page, route and stream: nothing behind it answers who is not signed in.

Promise: with accounts, every request but those for the sign-in page needs a session, what changes anything comes from a
page of this server, and the pages are open to the roles of the one table; Gradio's own routes too, whose handlers ask
again for what each of them does. Without accounts only this machine is let in.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.people import Action
from assistant.ui import rendering
from assistant.ui.origin import from_here
from assistant.ui.seats import Seat, Seats
from assistant.workspace import Workspace

__all__ = ["PAGES", "Door"]

PAGES: dict[str, Action] = {"/": "look", "/import": "import", "/support": "ask"}
"""Which role a page is for. The first one that a role may open is where it begins."""
ROUTES: dict[str, Action] = {"/desk": "decide", "/import": "import", "/support": "ask"}
"""What is asked of a path and of everything under it."""
OPEN = frozenset({"/sign-in", "/sign-in.css", "/sign-out"})
"""What answers everybody. These paths check for themselves where a form comes from."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Door:
    """Stands around the whole application."""

    def __init__(self, app: ASGIApp, workspace: Workspace) -> None:
        self._app, self._seats = app, Seats(workspace)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":  # no page speaks over a web socket
            await send({"type": "websocket.close", "code": 1008})
        else:
            request = Request(scope)
            seat = await run_in_threadpool(self._seats.find, request.cookies)
            answer = _refusal(request, seat) or self._app
            await answer(scope, receive, send if seat == Seat() else _unkept(send))


def _refusal(request: Request, seat: Seat | None) -> Response | None:
    path = request.scope["path"]
    if seat == Seat():
        return None if _this_machine(request) else PlainTextResponse(ELSEWHERE, 403)
    if path in OPEN:
        return None
    if seat is None:
        return _to_sign_in(request)
    if request.method not in SAFE and not from_here(request):
        return JSONResponse({"error": "This can be done from a page of this server only; open it."}, 403)
    action = _asked(path)
    if action is None or seat.may(action):
        return None
    return _not_for(request, seat, action)


ELSEWHERE = "There are no accounts here, so this page can be used on its own machine only. Add one: fra people add"


def _asked(path: str) -> Action | None:
    path = path.rstrip("/") or "/"
    under = next((action for start, action in ROUTES.items() if path == start or path.startswith(f"{start}/")), None)
    return PAGES.get(path, under)


def _to_sign_in(request: Request) -> Response:
    if not _navigation(request):
        told = "Your sign-in has ended. Sign in again; what you typed stays in this tab."
        return JSONResponse({"error": told}, 401, headers={"x-sign-in": "needed"})
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(back, safe='')}" if back != "/" else "/sign-in", 303)


def _not_for(request: Request, seat: Seat, action: Action) -> Response:
    told = f"{seat.name} is signed in as {seat.role}, which may not {action}; ask an admin."
    if not _navigation(request):
        return JSONResponse({"error": told}, 403)
    pages = [page for page, needed in PAGES.items() if seat.may(needed)]
    if request.scope["path"] == "/" and pages:
        return RedirectResponse(pages[0], 303)
    return HTMLResponse(rendering.render("refused", told=told, pages=pages, seat=seat), 403)


def _navigation(request: Request) -> bool:
    """Whether a person goes to a page, rather than a script of a page asking for something."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _this_machine(request: Request) -> bool:
    if request.client is None:  # a socket of this machine
        return True
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _unkept(send: Send) -> Send:
    """Keeps a browser from showing a page again after signing out."""

    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.get("headers", [])
            if any(name == b"content-type" and b"text/html" in value for name, value in headers):
                message["headers"] = [*headers, (b"cache-control", b"no-store")]
        await send(message)

    return with_header
