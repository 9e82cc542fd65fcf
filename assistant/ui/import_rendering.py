"""The import page's views into HTML, through the templates that escape everything."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import available_timezones

from assistant.dataset import ROLE_GROUPS
from assistant.dataset.money import currencies
from assistant.scoring import Card
from assistant.ui.import_views import CheckView, ComplaintView, FormView, ProgressView, ResultView, WaitingView
from assistant.ui.rendering import render

__all__ = ["check", "columns", "complaints", "progress", "reading", "result", "start", "step", "trained"]

KINDS = ("payment", "identity", "merchant")


def start(waiting: Sequence[WaitingView], limit_mb: int) -> str:
    """The place to bring a file to, and the files that were brought before."""
    return render("import_start", waiting=waiting, limit_mb=limit_mb)


def reading() -> str:
    return render("import_reading")


def columns(form: FormView) -> str:
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return render(
        "import_columns",
        form=form,
        groups=ROLE_GROUPS,
        kinds=KINDS,
        currencies=sorted(currencies()),
        zones=["UTC", *zones],
    )


def complaints(found: Sequence[ComplaintView]) -> str:
    return render("import_complaints", complaints=found)


def progress(view: ProgressView) -> str:
    return render("import_progress", view=view)


def check(view: CheckView) -> str:
    return render("import_check", view=view)


def result(view: ResultView) -> str:
    return render("import_result", view=view)


def trained(card: Card | None, trouble: str) -> str:
    return render("import_trained", card=card, trouble=trouble)


def step(name: str, token: str, fetch: str, number: int) -> str:
    """Where the page is now, for its script."""
    return render("import_step", at=name, token=token, fetch=fetch, number=number)
