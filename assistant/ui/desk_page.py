"""The desk's page: where its panels stand, and which signal of the page calls which verb of the sitting.

The page (desk.js, queue.js, bar.js, draft.js) sends signals through one invisible component, each with a message of
`messages`, which is checked before anything is done with it. Handlers are private: no API for other programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from pydantic import BaseModel, ValidationError

from assistant.ui import rendering
from assistant.ui.messages import Ask, Browse, Cancel, Edit, Leave, Rename, Rewrite, Undo, Verdict
from assistant.ui.queue_views import QueuePanel
from assistant.ui.sitting import Sitting
from assistant.ui.turn import Panels, Turn
from assistant.waiting import Count

__all__ = ["desk_page", "panel", "read", "updates"]

SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("desk.js", "queue.js", "bar.js", "draft.js"))
"""They run as one, and each stands on the functions of the others."""
Signal = TypeVar("Signal", bound=BaseModel)


def desk_page(sitting: Sitting, reviewer: str) -> gr.Blocks:
    """The page as Gradio blocks, ready to be mounted."""
    with gr.Blocks(title="Fraud Review Assistant", analytics_enabled=False, fill_width=True) as page:
        turn = gr.State(Turn())
        panel("head", rendering.header(reviewer))
        panels = Panels._fields
        with gr.Column(elem_id="desk"):
            queue = panel("queue", rendering.queue(QueuePanel((), Count(0, False), opening=True)))
            with gr.Column(elem_id="case"):
                shown = {name: panel(name) for name in panels if name not in {"queue", "bar", "notice"}}
        bar, notice = panel("bar"), panel("notice")
        page_signals = panel("signals", script="\n".join(one.read_text() for one in SCRIPTS))
        outputs = [({"queue": queue, "bar": bar, "notice": notice} | shown)[name] for name in panels]

        def first(current: Turn, request: gr.Request) -> list[Any]:
            wanted = str(request.query_params.get("case", ""))[:500]
            ask = Ask(case_id=wanted, reviewer=reviewer)
            found = sitting.open(current, ask)
            if wanted and found.verdict is None:  # a link to a case that is not there
                found = sitting.open(current, Ask(reviewer=reviewer))._replace(notice=found.notice)
            return updates(found)

        def opened(current: Turn, event: gr.EventData) -> list[Any]:
            return updates(sitting.open(current, read(Ask, event)))

        def decided(current: Turn, event: gr.EventData) -> list[Any]:
            return updates(sitting.decide(current, read(Verdict, event)))

        def undone(current: Turn, event: gr.EventData) -> list[Any]:
            return updates(sitting.undo(current, read(Undo, event)))

        def left(current: Turn, event: gr.EventData) -> list[Any]:
            return updates(sitting.leave(current, read(Leave, event)))

        def browsed(current: Turn, event: gr.EventData) -> list[Any]:
            return updates(sitting.browse(current, read(Browse, event)))

        def renamed(current: Turn, event: gr.EventData) -> list[Any]:
            return updates(sitting.rename(current, read(Rename, event)))

        def written(current: Turn) -> Iterator[list[Any]]:
            yield from map(updates, sitting.write(current))

        def rewritten(current: Turn, event: gr.EventData) -> Iterator[list[Any]]:
            yield from map(updates, sitting.write(current, read(Rewrite, event)))

        def cancelled(current: Turn, event: gr.EventData) -> list[Any]:
            read(Cancel, event)
            return updates(sitting.cancel(current))

        def edited(current: Turn, event: gr.EventData) -> list[Any]:
            return updates(sitting.edit(current, read(Edit, event)))

        private: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress": "hidden",
            "concurrency_limit": None,
            "trigger_mode": "multiple",
        }
        once = private | {"trigger_mode": "once"}
        for start in (
            page.load(first, turn, outputs, **_without(private, "trigger_mode")),
            page_signals.open(opened, turn, outputs, **private),
            page_signals.decide(decided, turn, outputs, **once),
            page_signals.undo(undone, turn, outputs, **once),
            page_signals.leave(left, turn, outputs, **once),
            page_signals.browse(browsed, turn, outputs, **private),
            page_signals.rename(renamed, turn, outputs, **private),
        ):
            start.success(written, turn, outputs, **private)
        page_signals.rewrite(rewritten, turn, outputs, **private)
        page_signals.cancel(cancelled, turn, outputs, **private)
        page_signals.edit(edited, turn, outputs, **once)
    return page


def panel(name: str, value: str = "", script: str | None = None) -> gr.HTML:
    """A place of the page that the server fills."""
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=script, min_height=0)


def updates(panels: Sequence[str | None]) -> list[Any]:
    """The new contents of panels, in their order, as Gradio takes them."""
    return [gr.skip() if content is None else content for content in panels]


def read(signal: type[Signal], event: gr.EventData) -> Signal:
    """What the page sent, or an error that it shows."""
    try:
        return signal.model_validate(event._data)
    except ValidationError as error:
        first = error.errors()[0]
        raise gr.Error(
            f"the page sent something unexpected ({first['type']}); reload it", print_exception=False
        ) from None


def _without(options: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key != name}
