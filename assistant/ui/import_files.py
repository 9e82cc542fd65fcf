"""Files on their way in and out of the import page: one door for uploads, two for downloads.

Promise: only this page can send a file (a request from another site is refused), nothing above the limit is kept, and
what is given out is found by a token alone: no path or name of the user's is ever looked up.
"""

from __future__ import annotations

from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from assistant.dataset import Schema, TooLarge, schema_text
from assistant.errors import BadInput
from assistant.ui import words
from assistant.ui.origin import from_here
from assistant.workspace import Workspace

__all__ = ["import_files"]


def import_files(workspace: Workspace) -> APIRouter:
    """The routes under `/import/files`."""
    routes = APIRouter(prefix="/import/files")
    uploads = workspace.uploads

    @routes.post("")
    async def receive(request: Request) -> Response:
        if not from_here(request):
            return _refused(403, "a file is taken from the import page only; open /import")
        name = unquote(request.headers.get("x-file-name", ""))
        try:
            uploads.expect(name, int(request.headers.get("content-length") or 0))
            with uploads.incoming(name) as (token, incoming):
                async for chunk in request.stream():
                    await run_in_threadpool(incoming.write, chunk)
        except TooLarge as error:
            return _refused(413, str(error))
        except BadInput as error:
            return _refused(400, str(error))
        except ClientDisconnect:  # nobody is left to be told, and the half of a file is gone already
            return Response(status_code=400)
        return JSONResponse({"upload": token})

    @routes.get("/{token}/schema.toml")
    def schema(token: str) -> Response:
        try:
            choices = uploads.choices(uploads.get(token))
        except BadInput as error:
            return PlainTextResponse(str(error), 404)
        found = choices.as_schema() if choices else ()
        if not isinstance(found, Schema):
            return PlainTextResponse("nothing complete was chosen for this file yet; check it on the import page", 404)
        named = {"content-disposition": f'attachment; filename="{found.source}.toml"'}
        return Response(schema_text(found), media_type="application/toml", headers=named)

    @routes.get("/{token}/rejects.csv")
    def rejects(token: str) -> Response:
        try:
            path = workspace.upload_rejects(token)
        except BadInput as error:
            return PlainTextResponse(str(error), 404)
        # the page's link says how the file is called
        return FileResponse(path, media_type="text/csv", headers={"content-disposition": "attachment"})

    return routes


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"error": words.sentence(why)}, status)
