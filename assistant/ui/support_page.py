"""The support page: where its panels stand, and which signal of the page calls which verb of the help desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from assistant.errors import NotAllowed
from assistant.ui import rendering, words
from assistant.ui.desk_page import panel, read, updates
from assistant.ui.helpdesk import Asked, Helpdesk, HelpPanels, Judged, language_names
from assistant.ui.seats import Seats

__all__ = ["add_support_page"]

SCRIPT = Path(__file__).with_name("support.js")


def add_support_page(page: gr.Blocks, helpdesk: Helpdesk, seats: Seats) -> None:
    """Adds `/support` to the desk's page."""
    with page.route("Support", "/support", show_in_navbar=False):
        head = panel("head", rendering.header("", page="support"))
        with gr.Row(elem_id="support"):
            with gr.Column(elem_id="talk"):
                panel("log", rendering.render("support_welcome"))
                shown = {"answer": panel("answer")}
                panel("asking", rendering.render("support_asking", languages=language_names()))
            with gr.Column(elem_id="matter"):
                shown["beside"] = panel("beside", rendering.render("support_beside", answer=None, languages=[]))
        shown["notice"] = panel("notice", rendering.notice(""))
        signals = panel("signals", script=SCRIPT.read_text())
        outputs = [shown[name] for name in HelpPanels._fields]

        def first(request: gr.Request) -> str | dict[str, Any]:
            try:
                return rendering.header("", "support", seats.take(request.cookies, "ask"))
            except NotAllowed:
                return gr.skip()

        def asked(event: gr.EventData, request: gr.Request) -> list[Any]:
            try:
                return updates(helpdesk.ask(read(Asked, event), seats.take(request.cookies, "ask").name))
            except NotAllowed as error:
                return updates(HelpPanels(notice=rendering.notice(words.sentence(str(error)), "error")))

        def judged(event: gr.EventData, request: gr.Request) -> list[Any]:
            try:
                return updates(helpdesk.judge(read(Judged, event), seats.take(request.cookies, "ask").name))
            except NotAllowed as error:
                return updates(HelpPanels(notice=rendering.notice(words.sentence(str(error)), "error")))

        private: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress": "hidden",
            "concurrency_limit": None,
            "trigger_mode": "multiple",
        }
        page.load(first, None, head, **{key: value for key, value in private.items() if key != "trigger_mode"})
        signals.ask(asked, None, outputs, **private)
        signals.judge(judged, None, outputs, **private)
