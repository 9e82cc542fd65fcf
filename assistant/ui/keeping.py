"""The heartbeat of a page that shows a case: one small question, `is it still mine?`, that keeps the claim up.

A route of its own, so that it does not queue behind a draft, and goes on where Gradio has lost a tab's session.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import AssistantError, NotAllowed
from assistant.ui import words
from assistant.ui.origin import from_here
from assistant.ui.seats import Seats
from assistant.ui.turn import NOBODY
from assistant.workspace import Workspace

__all__ = ["keeping"]


class Beat(BaseModel):
    """Who shows which case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_id: str = Field(max_length=500)
    reviewer: str = Field(max_length=100)


def keeping(workspace: Workspace) -> APIRouter:
    """The route `/desk/keep`."""
    routes = APIRouter(prefix="/desk")
    seats = Seats(workspace)

    @routes.post("/keep")
    def keep(beat: Beat, request: Request) -> JSONResponse:
        if not from_here(request):
            return JSONResponse({"error": "a case is kept by the desk's page only; open it"}, 403)
        try:
            reviewer = seats.take(request.cookies, "decide").name or beat.reviewer.strip() or NOBODY
        except NotAllowed as error:
            return JSONResponse({"error": words.sentence(str(error))}, 403)
        try:
            found = workspace.caseload.keep(beat.case_id, reviewer)
        except AssistantError as error:
            return JSONResponse({"yours": False, "decided": False, "said": words.sentence(str(error))})
        said = words.sentence(found.said) if found.said else ""
        return JSONResponse({"yours": found.yours, "decided": found.decided, "said": said})

    return routes
