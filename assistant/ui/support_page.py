"""The support page: where its panels stand, and which signal of the page calls which verb of the help desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from assistant.ui import rendering
from assistant.ui.desk_page import panel, read, updates
from assistant.ui.helpdesk import Asked, Helpdesk, HelpPanels, Judged, language_names

__all__ = ["add_support_page"]

SCRIPT = Path(__file__).with_name("support.js")


def add_support_page(page: gr.Blocks, helpdesk: Helpdesk) -> None:
    """Adds `/support` to the desk's page."""
    with page.route("Support", "/support", show_in_navbar=False):
        panel("head", rendering.header("", page="support"))
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

        def asked(event: gr.EventData) -> list[Any]:
            return updates(helpdesk.ask(read(Asked, event)))

        def judged(event: gr.EventData) -> list[Any]:
            return updates(helpdesk.judge(read(Judged, event)))

        private: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress": "hidden",
            "concurrency_limit": None,
            "trigger_mode": "multiple",
        }
        signals.ask(asked, None, outputs, **private)
        signals.judge(judged, None, outputs, **private)
