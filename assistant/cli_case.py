"""`fra case …`: who has which case in hand, for those who work without the page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from assistant.errors import GateFailed
from assistant.show import show_table
from assistant.signing import acting
from assistant.terminal import CaseId, Json, Reviewer, answer, opened, utc
from assistant.waiting import Filters, Nothing

__all__ = ["case_commands"]

case_commands = typer.Typer(no_args_is_help=True, help="Who has which case in hand: next, release, skip, pass on …")
Why = Annotated[str, typer.Option("--reason", help="Why, for whoever comes next.")]


@case_commands.command("next")
def next_(
    kind: Annotated[str, typer.Option(help="Only this kind.")] = "",
    reviewer: Reviewer = None,
    as_json: Json = False,
) -> None:
    """Claim the best case for a reviewer; exit 1 when none is left for them."""
    with opened() as workspace:
        found = workspace.caseload.next(acting(workspace, "decide", reviewer), Filters(kind=kind))
    if isinstance(found, Nothing):
        answer({"case_id": None, "skipped": found.skipped, "others": found.others}, as_json, show_table)
        raise GateFailed("no case is left for this reviewer; 'fra queue' lists what waits")
    answer(_claim(found.case_id, found.reviewer, found.expires_at), as_json, show_table)


@case_commands.command()
def release(case: CaseId, reviewer: Reviewer = None, as_json: Json = False) -> None:
    """Give a case back to all."""
    with opened() as workspace:
        had = workspace.caseload.release(case, acting(workspace, "decide", reviewer))
    answer({"case_id": case, "released": had}, as_json, show_table)


@case_commands.command()
def skip(
    case: CaseId,
    reason: Annotated[str, typer.Option(help="A word of the policy's `skips`.", show_default=False)],
    reviewer: Reviewer = None,
    as_json: Json = False,
) -> None:
    """Leave a case to others: the reviewer is not offered it again."""
    with opened() as workspace:
        workspace.caseload.skip(case, acting(workspace, "decide", reviewer), reason)
    answer({"case_id": case, "skipped": True}, as_json, show_table)


@case_commands.command()
def assign(
    case: CaseId,
    to: Annotated[str, typer.Option(help="To whom; empty: to anybody.", show_default=False)],
    reason: Why = "",
    reviewer: Reviewer = None,
    as_json: Json = False,
) -> None:
    """Pass a case on to one person."""
    with opened() as workspace:
        workspace.caseload.assign(case, to, acting(workspace, "decide", reviewer), reason)
    answer({"case_id": case, "assignee": to}, as_json, show_table)


@case_commands.command()
def snooze(
    case: CaseId,
    until: Annotated[datetime, typer.Option(help="UTC, within 90 days.", show_default=False)],
    reason: Why = "",
    reviewer: Reviewer = None,
    as_json: Json = False,
) -> None:
    """Put a case off until a moment."""
    moment = utc(until)
    assert moment is not None
    with opened() as workspace:
        workspace.caseload.snooze(case, moment, acting(workspace, "decide", reviewer), reason)
    answer({"case_id": case, "until": moment.isoformat()}, as_json, show_table)


@case_commands.command()
def wake(case: CaseId, reviewer: Reviewer = None, as_json: Json = False) -> None:
    """Bring a case back that was put off."""
    with opened() as workspace:
        workspace.caseload.wake(case, acting(workspace, "decide", reviewer))
    answer({"case_id": case, "status": "open"}, as_json, show_table)


def _claim(case_id: str, reviewer: str, until: datetime) -> dict[str, Any]:
    return {"case_id": case_id, "reviewer": reviewer, "until": until.isoformat()}
