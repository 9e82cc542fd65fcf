"""The queue's panel: narrowed, in views, a page at a time. What a tab looks at is kept in its turn."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.store import QueueRow
from assistant.ui import rendering
from assistant.ui.messages import Browse
from assistant.ui.queue_views import QueuePanel, queue_view, view_words
from assistant.ui.turn import Turn
from assistant.waiting import Filters, Nothing
from assistant.workspace import Workspace

__all__ = ["Worklist"]

LENGTH = 60


class Worklist:
    """What stands left of the case."""

    def __init__(self, workspace: Workspace) -> None:
        self._caseload = workspace.caseload

    def browse(self, turn: Turn, asked: Browse) -> str:
        """Does what was asked with the queue, and says what to tell about it. Raises BadInput."""
        turn.reviewer = asked.reviewer or turn.reviewer
        if asked.do in ("narrow", "save") and asked.filters is not None:
            turn.filters, turn.pages = asked.filters, [None]
        if asked.do == "save":
            return f"Kept as {self._caseload.save_view(turn.person, asked.name, turn.filters).name}."
        if asked.do == "view":
            named = {view.name: view.filters for view in self._caseload.views(turn.person)}
            turn.filters, turn.pages = named.get(asked.name, Filters()), [None]
        elif asked.do == "remove":
            self._caseload.remove_view(turn.person, asked.name)
            turn.filters, turn.pages = Filters(), [None]
        elif asked.do == "more":
            if page := self._caseload.page(turn.filters, LENGTH, turn.pages[-1]):
                turn.pages.append(page[-1].place)
        elif asked.do == "back":
            turn.pages = turn.pages[:-1] or [None]
        elif asked.do == "unskip":
            turn.filters, turn.pages = Filters(), [None]
            self._caseload.unskip(turn.person)
            return "What you had skipped is offered to you again."
        return ""

    def top(self, turn: Turn) -> QueueRow | Nothing:
        """The first row for who only reads: it stays in nobody's hands."""
        rows = self._caseload.page(turn.filters, 1)
        return rows[0] if rows else Nothing(skipped=0, others=0)

    def panel(self, turn: Turn) -> str:
        """The panel as it stands now."""
        now, caseload = datetime.now(UTC), self._caseload
        rows = caseload.page(turn.filters, LENGTH + 1, turn.pages[-1])
        if not rows and len(turn.pages) > 1:  # the last page was worked off meanwhile
            turn.pages = [None]
            rows = caseload.page(turn.filters, LENGTH + 1)
        views = caseload.views(turn.person)
        name = next((view.name for view in views if view.filters == turn.filters), "")
        return rendering.queue(
            QueuePanel(
                rows=[queue_view(row, now, turn.case_id, turn.person) for row in rows[:LENGTH]],
                total=caseload.count(turn.filters),
                filters=turn.filters,
                views=[view_words(view, caseload.count(view.filters)) for view in views],
                own_views=frozenset(view.name for view in views) - caseload.common_views,
                name=name,
                choices=caseload.choices(),
                order=caseload.order,
                first=len(turn.pages) == 1,
                more=len(rows) > LENGTH,
            )
        )
