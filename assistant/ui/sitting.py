"""What happens at the desk: open a case, write its draft, decide it, go to the next. No Gradio here.

A `Turn` is what one browser tab has open. What is decided is what the page showed: case and review ids come back with
the decision, not from the turn, so that two tabs, a restart or the back button cannot decide the wrong case.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from assistant.case import Draft, Review, Sentence
from assistant.desk import Brief
from assistant.errors import AssistantError
from assistant.ui import rendering, words
from assistant.ui.draft_views import DraftView, finished_view, unfinished_view
from assistant.ui.views import CaseView, History, case_view, queue_view
from assistant.ui.warmup import WarmUp
from assistant.workspace import Workspace
from retrieval import RetrievalError

__all__ = ["Ask", "Cancel", "Edit", "Panels", "Rewrite", "Sitting", "Turn", "Verdict"]

log = logging.getLogger(__name__)
QUEUE_LENGTH = 60
LOOK_AGAIN_S = 0.25
LOOK_IN_LOG = "the server's log says why"


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ask(_Message):
    """The page asks for a case; without an id for the next one. `skip` is left for later by this reviewer."""

    case_id: str = Field(default="", max_length=500)
    skip: str = Field(default="", max_length=500)
    back: str = Field(default="", max_length=500)
    reviewer: str = Field(default="", max_length=100)


class Verdict(_Message):
    """The page decides what it shows."""

    case_id: str = Field(max_length=500)
    review_id: str = Field(default="", max_length=64)
    draft_edit: int = 0
    action: str = Field(default="", max_length=64)
    reason: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=10_000)
    reviewer: str = Field(default="", max_length=100)


class Rewrite(_Message):
    """The page asks for another draft of what it shows, by the usual writer or by the local model."""

    writer: Literal["", "local"] = ""


class Cancel(_Message):
    """The page wants no more of the draft that is being written."""


class Line(_Message):
    """A sentence as it stands in the editor, the ids of its evidence in brackets; a new one has no id."""

    id: str = Field(default="", max_length=40)
    text: str = Field(max_length=5000)


class Edit(_Message):
    """The page saves what a person made of the draft that it shows; `draft_edit` 0 is the draft as it was written."""

    case_id: str = Field(max_length=500)
    review_id: str = Field(max_length=64)
    draft_edit: int = 0
    sentences: list[Line] = Field(max_length=200)
    reviewer: str = Field(default="", max_length=100)
    mark: str = Field(default="", max_length=40)
    """Comes back with the panel that answers, so that the page knows which edit was saved."""


@dataclass
class Turn:
    """What one tab has open. `number` goes up with every case opened, which ends a draft still being written.

    `finished` is the last finished draft of the case, for a reader who cancels another one."""

    number: int = 0
    written: int = 0
    finished: DraftView | None = None
    reviewer: str = ""
    brief: Brief | None = None
    history: History = field(default_factory=History)
    skipped: set[str] = field(default_factory=set)


class Panels(NamedTuple):
    """New contents of the page's panels; None leaves a panel as it is."""

    queue: str | None = None
    verdict: str | None = None
    reasons: str | None = None
    draft: str | None = None
    precedents: str | None = None
    facts: str | None = None
    bar: str | None = None
    notice: str | None = None


class Sitting:
    """The desk as verbs that give panels. Shared by all tabs; what differs between tabs is in their turns."""

    def __init__(self, workspace: Workspace, warm: WarmUp) -> None:
        self._workspace = workspace
        self._warm = warm

    def open(self, turn: Turn, ask: Ask, said: str = "") -> Panels:
        """A case, or the next one. `said` is told above it."""
        turn.reviewer = ask.reviewer or turn.reviewer
        if ask.skip:
            turn.skipped.add(ask.skip)
        case_id = ask.case_id
        if not case_id:
            case_id, note = self._next(turn)
            said = said or note
        if not case_id:
            return self._nothing(turn, said)
        try:
            brief = self._workspace.brief(case_id, memory=self._warm.memory.ready)
            decisions, outcomes = self._workspace.history(case_id)
        except (AssistantError, RetrievalError) as error:
            return Panels(notice=rendering.notice(_sentence(error), "error"))
        except Exception:
            log.exception("case %s cannot be opened", case_id)
            return Panels(notice=rendering.notice(f"Case {case_id} cannot be opened; {LOOK_IN_LOG}.", "error"))
        turn.number += 1
        turn.brief, turn.history, turn.finished = brief, History(tuple(decisions), tuple(outcomes)), None
        view = case_view(brief, turn.history)
        verdict, reasons, facts = rendering.case_panels(view)
        policy, kind = self._workspace.policy, brief.case.kind
        return Panels(
            queue=self._queue(turn),
            verdict=verdict,
            reasons=reasons,
            draft=self._waiting(case_id) if turn.history.open else self._past(brief, turn.history),
            precedents=self._precedents(view),
            facts=facts,
            bar=rendering.bar(view, policy.allowed(kind), policy.of(kind).reasons, ask.back),
            notice=rendering.notice(said, "good") if said else rendering.notice(""),
        )

    def write(self, turn: Turn, again: Rewrite | None = None) -> Iterator[Panels]:
        """Fills in what takes longer: precedents when the memory is there, then the draft, sentence by sentence.

        `again` has it written once more. Ends early, leaving every panel alone, when the tab has gone to another case
        meanwhile.
        """
        self._warm.page_is_open()
        turn.number += again is not None
        number, brief, history = turn.number, turn.brief, turn.history
        yield Panels()  # a stream that gives nothing would empty every panel
        if brief is None or turn.written == number:
            return
        turn.written = number
        for step in self._steps(turn, brief, history, again):
            if turn.number != number:
                yield Panels()  # what a stream gave last is repeated at its end; it must not be the old case
                return
            if step is not None:
                yield step

    def decide(self, turn: Turn, verdict: Verdict) -> Panels:
        """Records a decision and goes on. When it is refused, only the notice changes: what was typed stays."""
        try:
            done = self._workspace.decide(
                verdict.case_id,
                action=verdict.action,
                reason=verdict.reason,
                reviewer=verdict.reviewer,
                note=verdict.note,
                review_id=verdict.review_id or None,
                draft_edit=verdict.draft_edit,
            )
        except AssistantError as error:
            return Panels(queue=self._queue(turn), notice=rendering.notice(_sentence(error), "error"))
        said = f"Recorded: {words.action(done.action).lower()} for {done.case_id}."
        return self.open(turn, Ask(reviewer=verdict.reviewer), said)

    def cancel(self, turn: Turn) -> Panels:
        """Ends a draft that is being written. The finished one of before stands again."""
        if turn.brief is None or not turn.history.open:
            return Panels()
        turn.number += 1
        turn.written = turn.number
        stopped = unfinished_view(turn.brief.case.case_id, (), (), trouble="Cancelled. You can decide without a draft.")
        return Panels(draft=rendering.draft(turn.finished or stopped))

    def edit(self, turn: Turn, edit: Edit) -> Panels:
        """Saves an edited draft. When it is refused, only the notice changes: what was typed stays."""
        given = [Sentence(id=one.id, text=one.text) for one in edit.sentences]
        try:
            draft = self._workspace.edit_draft(edit.review_id, given, edit.reviewer, draft_edit=edit.draft_edit)
            original = self._workspace.stored_review(edit.review_id)
        except AssistantError as error:
            return Panels(notice=rendering.notice(_sentence(error), "error"))
        view = finished_view(original.model_copy(update={"draft": draft}), original.draft, saved=edit.mark)
        here = turn.brief is not None and turn.brief.case.case_id == original.case_id
        if here:
            turn.finished = view
        changed = draft.edited is not None and draft.edited.number > edit.draft_edit
        said = f"Saved; {words.support(draft)}." if changed else "Nothing was changed."
        return Panels(draft=rendering.draft(view) if here else None, notice=rendering.notice(said, "good"))

    def _steps(self, turn: Turn, brief: Brief, history: History, again: Rewrite | None) -> Iterator[Panels | None]:
        """The work of `write`. None gives the caller a chance to stop."""
        case_id = brief.case.case_id
        memory, writer = self._warm.memory, self._warm.writer
        if not brief.precedents and brief.missing:
            told = ""
            while memory.loading:
                memory.wait(LOOK_AGAIN_S)
                told, last = memory.progress, told
                yield None if told == last else Panels(precedents=self._precedents(case_view(brief, history)))
            if memory.ready:
                brief = turn.brief = self._workspace.brief(case_id)
            yield Panels(precedents=self._precedents(case_view(brief, history)))
        if not history.open:
            return
        before = self._workspace.last_review(case_id)
        if before is not None and before.draft.edited and not again and before.evidence == brief.sheet.evidence:
            yield self._finished(turn, before)  # a person's words are not replaced because somebody looked elsewhere
            return
        yield Panels(draft=self._waiting(case_id))
        while writer.loading:
            writer.wait(LOOK_AGAIN_S)
            yield None
        earlier = before.draft if before is not None and before.draft.edited else None
        yield from self._draft(turn, brief, again.writer if again else "", earlier)

    def _draft(self, turn: Turn, brief: Brief, by: str, earlier: Draft | None) -> Iterator[Panels]:
        case_id, evidence = brief.case.case_id, brief.sheet.evidence
        shown: list[Sentence] = []
        trouble = ""
        try:
            writer = self._workspace.writer(by or None).name
            yield Panels(draft=rendering.waiting(case_id, f"Asking {words.writer(writer)}", writing=True))
            for step in self._workspace.draft(brief, turn.reviewer or "analyst", by or None):
                if isinstance(step, Review):
                    yield self._finished(turn, step, earlier)
                else:
                    shown.append(step)
                    yield Panels(draft=rendering.draft(unfinished_view(case_id, shown, evidence, writer)))
        except (AssistantError, RetrievalError) as error:
            trouble = _sentence(error)
        except Exception:
            log.exception("the draft of %s failed", case_id)
            trouble = f"The draft cannot be written; {LOOK_IN_LOG}. You can decide without it."
        if trouble:
            yield Panels(draft=rendering.draft(unfinished_view(case_id, shown, evidence, trouble=trouble)))

    def _finished(self, turn: Turn, review: Review, earlier: Draft | None = None) -> Panels:
        original = self._workspace.stored_review(review.review_id) if review.draft.edited else review
        turn.finished = finished_view(review, original.draft, earlier=earlier)
        return Panels(draft=rendering.draft(turn.finished))

    def _next(self, turn: Turn) -> tuple[str, str]:
        rows = self._workspace.queue(limit=1, skip=tuple(turn.skipped))
        if rows or not turn.skipped:
            return rows[0].case_id if rows else "", ""
        turn.skipped.clear()
        rows = self._workspace.queue(limit=1)
        return (rows[0].case_id, "You had skipped every open case; here is the first again.") if rows else ("", "")

    def _past(self, brief: Brief, history: History) -> str:
        """The draft that a decided case was decided with, in the version that was in front of the person."""
        decision = next((one for one in reversed(history.decisions) if one.review_id), None)
        if decision is None or decision.review_id is None:
            return rendering.draft(unfinished_view(brief.case.case_id, (), ()))
        seen = self._workspace.stored_review(decision.review_id, decision.draft_edit)
        original = self._workspace.stored_review(decision.review_id)
        return rendering.draft(finished_view(seen, original.draft, read_only=True))

    def _waiting(self, case_id: str) -> str:
        if self._warm.memory.loading:
            return rendering.waiting(case_id, "The draft follows when the memory is loaded")
        what = "The writer is loading" if self._warm.writer.loading else "The draft is being written"
        return rendering.waiting(case_id, what)

    def _precedents(self, view: CaseView) -> str:
        memory = self._warm.memory
        return rendering.precedents(view, loading=memory.loading, progress=memory.progress, trouble=memory.trouble)

    def _queue(self, turn: Turn) -> str:
        now = datetime.now(UTC)
        current = turn.brief.case.case_id if turn.brief else ""
        skipped = frozenset(turn.skipped)
        rows = [queue_view(row, now, current, skipped) for row in self._workspace.queue(limit=QUEUE_LENGTH)]
        return rendering.queue(rows, self._workspace.counts()["open"])

    def _nothing(self, turn: Turn, said: str) -> Panels:
        turn.number += 1
        turn.brief, turn.history, turn.finished = None, History(), None
        counts = self._workspace.counts()
        return Panels(
            queue=self._queue(turn),
            verdict=rendering.empty(counts["open"], counts["decided"]),
            reasons="",
            draft="",
            precedents="",
            facts="",
            bar="",
            notice=rendering.notice(said, "good") if said else rendering.notice(""),
        )


def _sentence(error: Exception) -> str:
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
