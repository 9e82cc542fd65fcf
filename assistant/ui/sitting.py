"""What happens at the desk: open a case, write its draft, decide it, go to the next. No Gradio here.

A `Turn` is what one browser tab has open; an open case on it is in its reviewer's hands. What is decided is what the
page showed: case and review ids come back with the decision, not from the turn, so that two tabs, a restart or the back
button cannot decide the wrong case.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from assistant.case import Draft, Review, Sentence
from assistant.desk import Brief
from assistant.errors import AssistantError, Unexplained
from assistant.ui import rendering, words
from assistant.ui.bar_views import BarView, open_bar
from assistant.ui.draft_views import finished_view, unfinished_view
from assistant.ui.messages import Ask, Browse, Edit, Leave, Rename, Rewrite, Undo, Verdict
from assistant.ui.queue_views import nothing_words
from assistant.ui.turn import Panels, Turn
from assistant.ui.views import CaseView, History, case_view
from assistant.ui.warmup import WarmUp
from assistant.ui.worklist import Worklist
from assistant.waiting import Nothing, Undone
from assistant.workspace import Workspace
from retrieval import RetrievalError

__all__ = ["Sitting"]

log = logging.getLogger(__name__)
LOOK_AGAIN_S = 0.25
LOOK_IN_LOG = "the server's log says why"


class Sitting:
    """The desk as verbs that give panels. Shared by all tabs; what differs between tabs is in their turns."""

    def __init__(self, workspace: Workspace, warm: WarmUp) -> None:
        self._workspace = workspace
        self._warm = warm
        self._caseload = workspace.caseload
        self._worklist = Worklist(workspace)

    def open(self, turn: Turn, ask: Ask, said: str = "", given: Undone | None = None) -> Panels:
        """A case, or the next one, which is then in this reviewer's hands. `said` is told above it, and `given` is what
        a decision had said that was just taken back."""
        turn.reviewer = ask.reviewer or turn.reviewer
        case_id = ask.case_id
        if not case_id:
            found = self._caseload.next(turn.person, turn.filters) if turn.decides else self._worklist.top(turn)
            if isinstance(found, Nothing):
                return self._nothing(turn, found, said)
            case_id = found.case_id
        try:
            brief = self._workspace.brief(case_id, memory=self._warm.memory.ready)
            decisions, outcomes = self._workspace.history(case_id)
        except (AssistantError, RetrievalError) as error:
            return Panels(notice=rendering.notice(f"{said} {_sentence(error)}".strip(), "error"))
        except Exception:
            log.exception("case %s cannot be opened", case_id)
            told = f"{said} Case {case_id} cannot be opened; {LOOK_IN_LOG}."
            return Panels(notice=rendering.notice(told.strip(), "error"))
        turn.number += 1
        turn.brief, turn.history, turn.finished = brief, History(tuple(decisions), tuple(outcomes)), None
        bar = self._hold(turn, ask.back, given)
        view = self._view(brief, turn.history)
        verdict, reasons, facts = rendering.case_panels(view)
        return Panels(
            queue=self._worklist.panel(turn),
            verdict=verdict,
            reasons=reasons,
            draft=self._waiting(case_id) if turn.history.open else self._past(brief, turn.history),
            precedents=self._precedents(view),
            facts=facts,
            bar=rendering.bar(bar),
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
        if turn.held == verdict.case_id and turn.holder != verdict.reviewer.strip():
            self._let_go(turn)  # the name was changed after the case was opened
        try:
            done = self._workspace.decide(
                verdict.case_id,
                action=verdict.action,
                reason=verdict.reason,
                reviewer=verdict.reviewer,
                note=verdict.note,
                review_id=verdict.review_id or None,
                draft_edit=verdict.draft_edit,
                override=verdict.override,
                override_words=verdict.override_words,
                complete=True,
            )
        except AssistantError as error:
            ask = "override" if isinstance(error, Unexplained) else ""
            notice = rendering.notice(_sentence(error), "error", ask=ask)
            return Panels(queue=self._worklist.panel(turn), notice=notice)
        said = f"Recorded: {words.action(done.action).lower()} for {done.case_id}."
        found = self.open(turn, Ask(reviewer=verdict.reviewer), said)
        if found.verdict is None:  # the next one cannot be opened, and the notice says that too
            return found
        until = self._workspace.deciding.undo_until(done)
        return found._replace(notice=rendering.notice(said, "good", undo=done.case_id, undo_until=until))

    def undo(self, turn: Turn, undo: Undo) -> Panels:
        """Takes a decision back and opens the case again, as it was about to be decided."""
        turn.reviewer = undo.reviewer or turn.reviewer
        try:
            undone = self._workspace.undo(undo.case_id, turn.person)
        except AssistantError as error:
            return Panels(notice=rendering.notice(_sentence(error), "error"))
        said = f"Taken back: {words.action(undone.action).lower()} for {undone.case_id}. The case waits again."
        if undone.drafts:
            said += f" It was a precedent in {words.count(len(undone.drafts), 'draft')} meanwhile."
        return self.open(turn, Ask(case_id=undone.case_id), said, undone)

    def leave(self, turn: Turn, leave: Leave) -> Panels:
        """Leaves a case as asked and goes on to the next one; a case that is woken up stays."""
        turn.reviewer = leave.reviewer or turn.reviewer
        caseload, case_id, person = self._caseload, leave.case_id, turn.person
        if turn.held == case_id and turn.holder != person:
            self._let_go(turn)
        try:
            if leave.how == "skip":
                caseload.skip(case_id, person, leave.reason)
                said = f"Skipped: {case_id} is left to others."
            elif leave.how == "snooze":
                until = datetime.now(UTC) + timedelta(hours=leave.hours)
                caseload.snooze(case_id, until, person, leave.reason)
                said = f"Put off: {case_id} comes back on {words.moment(until)}."
            elif leave.how == "assign":
                caseload.assign(case_id, leave.to, person, leave.reason)
                said = f"Passed on: {case_id} waits for {leave.to.strip() or 'anybody'}."
            elif leave.how == "wake":
                caseload.wake(case_id, person)
                return self.open(turn, Ask(case_id=case_id), f"{case_id} is back in the queue.")
            else:  # what this tab has in hand goes back when it takes the next one, or it would be that again
                if turn.held != case_id:
                    caseload.release(case_id, person)
                said = f"Let go: {case_id} is anybody's again."
        except AssistantError as error:
            return Panels(notice=rendering.notice(_sentence(error), "error"))
        return self.open(turn, Ask(), said)

    def browse(self, turn: Turn, asked: Browse) -> Panels:
        """Narrows the queue or turns its page; the case that is open stays."""
        try:
            said = self._worklist.browse(turn, asked)
        except AssistantError as error:
            return Panels(queue=self._worklist.panel(turn), notice=rendering.notice(_sentence(error), "error"))
        notice = rendering.notice(said, "good") if said else None
        if turn.brief is None and self._caseload.count(turn.filters).number:
            return self.open(turn, Ask(), said)  # there was nothing to do, and now there is
        return Panels(queue=self._worklist.panel(turn), notice=notice)

    def rename(self, turn: Turn, rename: Rename) -> Panels:
        """Somebody else sits here now: what was in the hands of the one before is in theirs, and what was theirs all
        along can be decided."""
        before, turn.reviewer = turn.person, rename.reviewer
        if before == turn.person or turn.brief is None or not turn.history.open or not turn.decides:
            return Panels()
        if not turn.held:
            return self.open(turn, Ask(case_id=turn.case_id))
        held = turn.held
        self._let_go(turn)
        try:
            self._take(turn, held)
        except AssistantError as error:
            return Panels(notice=rendering.notice(_sentence(error), "error"))
        return Panels(queue=self._worklist.panel(turn))

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
                yield None if told == last else Panels(precedents=self._precedents(self._view(brief, history)))
            if memory.ready:
                brief = turn.brief = self._workspace.brief(case_id)
            yield Panels(precedents=self._precedents(self._view(brief, history)))
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
            for step in self._workspace.draft(brief, turn.person, by or None):
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
        turn.finished = finished_view(review, original.draft, earlier=earlier, read_only=not turn.decides)
        return Panels(draft=rendering.draft(turn.finished))

    def _hold(self, turn: Turn, back: str, given: Undone | None) -> BarView:
        """Puts the case of a turn into its reviewer's hands, and says what can be done with it now. What the tab had in
        hand before goes back to all; a look at a decided case changes nothing."""
        assert turn.brief is not None
        case, policy = turn.brief.case, self._workspace.policy
        if not turn.history.open:
            last = turn.history.decisions[-1] if turn.history.decisions else None
            until = self._workspace.deciding.undo_until(last) if last and last.reviewer == turn.person else None
            open_yet = turn.decides and until and until > datetime.now(UTC) and not turn.history.outcomes
            undo_until = until if open_yet else None
            return BarView(case.case_id, "decided", back=back, undo_until=undo_until)
        if turn.held != case.case_id:
            self._let_go(turn)
        if not turn.decides:
            return BarView(
                case.case_id, "reading", told="You can read every case here. Your role decides none.", back=back
            )
        try:
            self._take(turn, case.case_id)
        except AssistantError as error:
            return BarView(case.case_id, "held", told=_sentence(error), back=back)
        row = self._caseload.row(case.case_id)
        return open_bar(
            policy,
            case.case_id,
            case.kind,
            policy_action=turn.brief.policy.action,
            back=back,
            people=tuple(self._caseload.choices()["assignee"]),
            snoozed=row is not None and row.status == "snoozed",
            given=given,
        )

    def _take(self, turn: Turn, case_id: str) -> None:
        self._caseload.take(case_id, turn.person)
        turn.held, turn.holder = case_id, turn.person

    def _let_go(self, turn: Turn) -> None:
        if turn.held:
            self._caseload.release(turn.held, turn.holder)
        turn.held = turn.holder = ""

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

    def _view(self, brief: Brief, history: History) -> CaseView:
        personal = {one.case_id: self._workspace.case(one.case_id).personal for one in brief.precedents}
        return case_view(brief, history, self._workspace.policy.due_at(brief.case), personal)

    def _precedents(self, view: CaseView) -> str:
        memory = self._warm.memory
        return rendering.precedents(view, loading=memory.loading, progress=memory.progress, trouble=memory.trouble)

    def _nothing(self, turn: Turn, why: Nothing, said: str) -> Panels:
        turn.number += 1
        self._let_go(turn)
        turn.brief, turn.history, turn.finished = None, History(), None
        counts = self._workspace.counts()
        told = nothing_words(why, turn.filters)
        return Panels(
            queue=self._worklist.panel(turn),
            verdict=rendering.empty(counts["open"], counts["decided"], told, skipped=why.skipped > 0),
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
