"""The web server: the pages mounted in FastAPI, on this machine unless settings say otherwise.

Promise: nothing on the page is fetched from, or sent to, anywhere but this server; the browser is told so too, by a
content security policy. Loading of models starts behind the page, never before it.
"""

from __future__ import annotations

import getpass
import logging
import os
import socket
import warnings
from collections.abc import Callable, MutableMapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse, PlainTextResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import BadInput
from assistant.ui.desk_page import desk_page
from assistant.ui.helpdesk import Helpdesk
from assistant.ui.import_files import import_files
from assistant.ui.import_page import add_import_page
from assistant.ui.intake import Intake
from assistant.ui.keeping import keeping
from assistant.ui.sitting import Sitting
from assistant.ui.support_page import add_support_page
from assistant.ui.warmup import WarmUp
from assistant.workspace import Workspace

__all__ = ["application", "serve"]

STYLES = ("desk.css", "queue.css", "bar.css", "draft.css", "graph.css", "import.css", "support.css")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # gradio starts itself inline and compiles its templates
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def application(workspace: Workspace) -> FastAPI:
    """The whole web application of one workspace. Loading starts when the first page has been shown."""
    warm = WarmUp(workspace)
    app = FastAPI(title="Fraud Review Assistant", docs_url=None, redoc_url=None, openapi_url=None)
    # served as it is: Gradio rewrites the selectors of the css it is given, and loses some
    for style in STYLES:
        app.get(f"/{style}")(_style(style))
    app.include_router(import_files(workspace))
    app.include_router(keeping(workspace))
    page = desk_page(Sitting(workspace, warm), _reviewer(workspace))
    add_import_page(page, Intake(workspace))
    add_support_page(page, Helpdesk(workspace, _reviewer(workspace)))
    with warnings.catch_warnings():
        # said of every app with two pages, also of one that has server-side rendering off
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        gr.mount_gradio_app(
            app,
            page,
            path="/",
            server_name=workspace.settings.host,
            server_port=workspace.settings.port,
            footer_links=[],
            run_history=False,
            show_error=True,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            enable_monitoring=False,
            theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
            head="".join(f'<link rel="stylesheet" href="/{style}">' for style in STYLES),
            max_file_size="1kb",  # no page uses Gradio's own door for files; import_files has the limit and the checks
        )
    app.add_middleware(_OnlyHere, workspace=workspace)
    app.add_middleware(_Headers)
    if workspace.settings.host in LOCAL_HOSTS:  # a name that was pointed at this machine is not this machine
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(LOCAL_HOSTS))
    warm.start()
    return app


def _style(name: str) -> Callable[[], FileResponse]:
    return lambda: FileResponse(Path(__file__).with_name(name), media_type="text/css")


def serve(workspace: Workspace) -> None:
    """Serves the page until it is interrupted. Raises BadInput when the port cannot be had."""
    host, port = workspace.settings.host, workspace.settings.port
    if host not in LOCAL_HOSTS and workspace.accounts.any():  # else whoever reaches the page would need no account
        raise BadInput(
            f"the page has no sign-in yet and there are accounts, so {host} is refused; set FRA_HOST=127.0.0.1"
        )
    listener = _listen(host, port)  # before the slow part: a taken port is told at once
    config = uvicorn.Config(application(workspace), log_level="warning", timeout_graceful_shutdown=2)
    _Server(config, f"http://{host}:{port}").run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says where it is as soon as it can be reached."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Fraud Review Assistant is at {self._address}", flush=True)  # noqa: T201

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # open pages hold a stream each, and ending them is no error to be told with a traceback
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


class _OnlyHere:
    """Once there are accounts, nobody on another machine: the page has no sign-in yet that could tell who they are."""

    def __init__(self, app: ASGIApp, workspace: Workspace) -> None:
        self._app, self._accounts = app, workspace.accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")  # none on a socket of this machine
        if scope["type"] == "http" and client and not _loopback(client[0]) and self._accounts.any():
            told = "There are accounts here, and the page has no sign-in yet: it can be used on its own machine only."
            await PlainTextResponse(told, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Headers:
    """Adds the security headers to every answer, without touching streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _add(message: MutableMapping[str, Any]) -> None:
    extra = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
    message["headers"] = [*message.get("headers", []), *extra]


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise BadInput(
            f"port {port} of {host} cannot be used ({error.strerror}); stop what uses it or set FRA_PORT to another one"
        ) from error
    return listener


def _reviewer(workspace: Workspace) -> str:
    """Whose name decisions carry unless the reviewer changes it: in a demo nobody's in particular."""
    if (workspace.settings.home / "demo").is_dir():
        return "demo analyst"
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "analyst"
