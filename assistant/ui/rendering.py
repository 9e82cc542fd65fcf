"""Views into HTML, through templates that escape everything.

Invariant: no text of a case reaches the page except through these templates, and there it stays text. Besides HTML's
own signs, `{`, `$` and backtick are written as entities, so that no template language of the browser reads them either.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from assistant.ui import words
from assistant.ui.bar_views import BarView
from assistant.ui.draft_views import DraftView
from assistant.ui.queue_views import QueuePanel
from assistant.ui.views import CaseView

__all__ = ["bar", "case_panels", "draft", "empty", "header", "notice", "precedents", "queue", "render", "waiting"]


def _inert(value: Any) -> Any:
    """Text whose signs mean nothing to HTML, to a JavaScript template or to Handlebars."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    safe = str(escape(value))
    for sign in "{}$`":
        safe = safe.replace(sign, f"&#{ord(sign)};")
    return Markup(safe)


_templates = Environment(
    loader=PackageLoader("assistant.ui"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_inert,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["action"] = words.action
_templates.filters["moment"] = words.moment
_templates.filters["clock"] = lambda at: f"{at:%H:%M} UTC"
_templates.filters["format_words"] = words.time_format
_templates.filters["pairs"] = lambda values: [(value, value) for value in values]
_templates.filters["capitalize_first"] = lambda text: f"{text[:1].upper()}{text[1:]}"


def header(reviewer: str, page: Literal["desk", "import", "support"] = "desk") -> str:
    return render("header", reviewer=reviewer, page=page)


def queue(panel: QueuePanel) -> str:
    return render("queue", panel=panel, own=panel.filters)


def case_panels(case: CaseView) -> tuple[str, str, str]:
    """Verdict line, reasons, and everything that is known of the case."""
    return render("verdict", case=case), render("reasons", case=case), render("facts", case=case)


def precedents(case: CaseView, *, loading: bool = False, progress: str = "", trouble: str = "") -> str:
    return render("precedents", case=case, loading=loading, progress=progress, trouble=trouble)


def draft(view: DraftView) -> str:
    """A draft under way, a finished one, or why there is none."""
    return render("draft", view=view)


def waiting(case_id: str, what: str, *, writing: bool = False) -> str:
    """The draft's panel before its first sentence; what is being written can be cancelled."""
    return render("waiting", case_id=case_id, what=what, writing=writing)


def bar(view: BarView) -> str:
    return render("bar", bar=view)


def notice(text: str, tone: str = "plain", *, undo: str = "", undo_until: datetime | None = None, ask: str = "") -> str:
    """What was done, or what went wrong. `undo` is the case whose decision can be taken back until then, `ask` the
    question of the bar that is still to be answered."""
    # the page closes a notice by itself, and shows one again only if it differs from the one before
    values = {"text": text, "tone": tone, "undo": undo, "undo_until": undo_until, "ask": ask}
    return render("notice", at=time.monotonic_ns(), **values)


def empty(open_cases: int, decided: int, told: str = "", *, skipped: bool = False) -> str:
    """What stands in place of a case when there is none to show. `told` is why there is none for this reviewer."""
    return render("empty", open_cases=open_cases, decided=decided, told=told, skipped=skipped)


def render(name: str, **values: Any) -> str:
    """One template with its values; all of them are escaped."""
    return _templates.get_template(f"{name}.html.j2").render(**values)
