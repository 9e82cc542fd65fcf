"""The desk's page: where its panels stand, and which signal of the page calls which verb of the sitting.

The page (desk.js, queue.js, bar.js, draft.js) sends signals through one invisible component, each with a message of
`messages`, which is checked before anything is done with it. Handlers are private: no API for other programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from pydantic import BaseModel, ValidationError

from assistant.errors import NotAllowed
from assistant.people import Action
from assistant.ui import rendering, words
from assistant.ui.messages import Ask, Browse, Cancel, Edit, Leave, Rename, Rewrite, Undo, Verdict
from assistant.ui.queue_views import QueuePanel
from assistant.ui.seats import Seat, Seats
from assistant.ui.sitting import Sitting
from assistant.ui.turn import Panels, Turn
from assistant.waiting import Count

__all__ = ["desk_page", "panel", "read", "updates"]

SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("desk.js", "queue.js", "bar.js", "draft.js"))
"""They run as one, and each stands on the functions of the others."""
Signal = TypeVar("Signal", bound=BaseModel)


def desk_page(sitting: Sitting, seats: Seats, reviewer: str) -> gr.Blocks:
    """The page as Gradio blocks, ready to be mounted. `reviewer` is whose name is proposed where nobody signs in."""
    with gr.Blocks(title="Fraud Review Assistant", analytics_enabled=False, fill_width=True) as page:
        turn = gr.State(Turn())
        head = panel("head", rendering.header(reviewer))
        panels = Panels._fields
        with gr.Column(elem_id="desk"):
            queue = panel("queue", rendering.queue(QueuePanel((), Count(0, False), opening=True)))
            with gr.Column(elem_id="case"):
                shown = {name: panel(name) for name in panels if name not in {"queue", "bar", "notice"}}
        bar, notice = panel("bar"), panel("notice")
        page_signals = panel("signals", script="\n".join(one.read_text() for one in SCRIPTS))
        outputs = [({"queue": queue, "bar": bar, "notice": notice} | shown)[name] for name in panels]

        def first(current: Turn, request: gr.Request) -> list[Any]:
            try:
                seat = _sits(seats, current, request, "look")
            except NotAllowed as error:
                return [gr.skip(), *updates(_refused(error))]
            wanted = str(request.query_params.get("case", ""))[:500]
            who = seat.name or reviewer
            found = sitting.open(current, Ask(case_id=wanted, reviewer=who))
            if wanted and found.verdict is None:  # a link to a case that is not there
                found = sitting.open(current, Ask(reviewer=who))._replace(notice=found.notice)
            return [rendering.header(reviewer, seat=seat), *updates(found)]

        def on(message: type[Signal], action: Action, do: Callable[[Turn, Any], Panels]) -> Callable[..., list[Any]]:
            def handler(current: Turn, event: gr.EventData, request: gr.Request) -> list[Any]:
                try:
                    seat = _sits(seats, current, request, action)
                except NotAllowed as error:
                    return updates(_refused(error))
                return updates(do(current, _signed(read(message, event), seat)))

            return handler

        def written(current: Turn, request: gr.Request) -> Iterator[list[Any]]:
            try:
                _sits(seats, current, request, "look")
            except NotAllowed:  # the handler before has said it
                yield updates(Panels())
                return
            yield from map(updates, sitting.write(current))

        def rewritten(current: Turn, event: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
            try:
                _sits(seats, current, request, "decide")
            except NotAllowed as error:
                yield updates(_refused(error))
                return
            yield from map(updates, sitting.write(current, read(Rewrite, event)))

        private: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress": "hidden",
            "concurrency_limit": None,
            "trigger_mode": "multiple",
        }
        once = private | {"trigger_mode": "once"}
        for start in (
            page.load(first, turn, [head, *outputs], **_without(private, "trigger_mode")),
            page_signals.open(on(Ask, "look", sitting.open), turn, outputs, **private),
            page_signals.decide(on(Verdict, "decide", sitting.decide), turn, outputs, **once),
            page_signals.undo(on(Undo, "decide", sitting.undo), turn, outputs, **once),
            page_signals.leave(on(Leave, "decide", sitting.leave), turn, outputs, **once),
            page_signals.browse(on(Browse, "look", sitting.browse), turn, outputs, **private),
            page_signals.rename(on(Rename, "look", sitting.rename), turn, outputs, **private),
        ):
            start.success(written, turn, outputs, **private)
        page_signals.rewrite(rewritten, turn, outputs, **private)
        page_signals.cancel(on(Cancel, "look", lambda current, _: sitting.cancel(current)), turn, outputs, **private)
        page_signals.edit(on(Edit, "decide", sitting.edit), turn, outputs, **once)
    return page


def _sits(seats: Seats, turn: Turn, request: gr.Request, action: Action) -> Seat:
    """Who sits at a tab now. Raises NotAllowed."""
    seat = seats.take(request.cookies, action)
    turn.decides = seat.may("decide")
    turn.reviewer = seat.name or turn.reviewer
    return seat


def _signed(message: Signal, seat: Seat) -> Signal:
    """A message under the name of who signed in, whatever name it came with."""
    if not seat.name or "reviewer" not in type(message).model_fields:
        return message
    return message.model_copy(update={"reviewer": seat.name})


def _refused(error: NotAllowed) -> Panels:
    return Panels(notice=rendering.notice(words.sentence(str(error)), "error"))


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
