"""Decisions and what becomes of them: decide, take back, outcome, withdraw.

Promise: what must not stand together is refused here, whoever asks (page, command or library), and nothing is recorded
then. A decision is on disk when `decide` returns. What stood before the person is kept with it as data.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic import ValidationError

from assistant.case import ESCALATE, Case, Decision, Outcome, Review
from assistant.errors import BadInput, Unexplained
from assistant.policy import Policy
from assistant.results import Withdrawal
from assistant.settings import Settings
from assistant.store import Store
from assistant.waiting import Context, Undone

__all__ = ["Deciding", "Said"]


class Said(NamedTuple):
    """What a person says with a decision. `review_id` and `draft_edit` name the draft that was in front of them;
    without them it is the newest one."""

    action: str
    reason: str
    reviewer: str
    note: str = ""
    review_id: str | None = None
    draft_edit: int | None = None
    override: str = ""
    override_words: str = ""


class Deciding:
    """What people do with cases of one home folder."""

    def __init__(self, store: Store, policy: Policy, settings: Settings) -> None:
        self._store = store
        self._policy = policy
        self._undo = timedelta(minutes=settings.undo_minutes)

    def decide(self, case_id: str, said: Said, *, complete: bool = False) -> Decision:
        """Records a decision. Raises BadInput for what the policy does not allow.

        A reason in free words counts as `other`; with `complete`, as a page asks for it, the reason is a code of the
        policy, and whoever goes another way than draft or policy says why."""
        case = self._store.cases.get(case_id)
        said = said._replace(reason=said.reason.strip(), reviewer=said.reviewer.strip(), note=said.note.strip())
        self._refuse_action(case, said, complete)
        seen = self._seen(case_id, said, complete)
        if seen and seen.case_id != case_id:
            raise BadInput(f"review {seen.review_id} is of case {seen.case_id}, not of {case_id}; open the case again")
        context = self._context(case, said, seen)
        if complete:
            self._refuse_silence(said, context)
        decision = Decision(
            case_id=case_id,
            action=said.action,
            reason=said.reason,
            reviewer=said.reviewer,
            decided_at=datetime.now(UTC),
            note=said.note,
            followed_draft=seen.draft.action == said.action if seen and seen.draft.action else None,
            review_id=seen.review_id if seen else None,
            draft_edit=seen.draft.edited.number if seen and seen.draft.edited else None,
        )
        self._store.verdicts.decide(decision, context)
        return decision

    def undo(self, case_id: str, actor: str) -> Undone:
        """Takes one's own last decision back, within the time that the settings allow. The case waits again."""
        self._store.cases.get(case_id)
        return self._store.verdicts.undo(case_id, actor.strip(), datetime.now(UTC) - self._undo)

    def undo_until(self, decision: Decision) -> datetime:
        """Until when a decision can be taken back."""
        return decision.decided_at + self._undo

    def record_outcome(
        self, case_id: str, *, outcome: str, source: str, actor: str, known_at: datetime | None = None
    ) -> Outcome:
        """Records what turned out to be true, known from now on or from the moment given."""
        self._store.cases.get(case_id)
        known_at = known_at or datetime.now(UTC)
        if known_at > datetime.now(UTC):
            raise BadInput(
                f"an outcome cannot be known in the future ({known_at:%Y-%m-%d %H:%M} UTC); give a past time"
            )
        try:
            found = Outcome.model_validate(
                {"case_id": case_id, "outcome": outcome, "source": source, "known_at": known_at}
            )
        except ValidationError as error:
            first = error.errors()[0]
            raise BadInput(f"{first['loc'][0]} {first['input']!r}: {first['msg'].lower()}") from error
        self._store.verdicts.record_outcome(found, actor)
        return found

    def withdraw(self, case_id: str, *, reason: str, actor: str) -> Withdrawal:
        """Takes a precedent out of every later answer at once."""
        if not reason.strip() or not actor.strip():
            missing = "person" if reason.strip() else "reason"
            raise BadInput(f"the {missing} of a withdrawal is empty; say who withdraws the precedent and why")
        drafts = self._store.verdicts.withdraw(case_id, reason.strip(), actor.strip())
        return Withdrawal(case_id=case_id, drafts=tuple(drafts))

    def history(self, case_id: str) -> tuple[list[Decision], list[Outcome]]:
        """What people decided about a case and what turned out to be true, oldest first."""
        cases = self._store.cases
        return cases.decisions([case_id]).get(case_id, []), cases.outcomes([case_id]).get(case_id, [])

    def stored_review(self, review_id: str, draft_edit: int | None = None) -> Review:
        """A review as it was stored; with a number, its draft is that edit of it. Raises NotFound."""
        found = self._store.reviews.get(review_id)
        if not draft_edit:
            return found
        return found.model_copy(update={"draft": self._store.edits.get(review_id, draft_edit).draft})

    def last_review(self, case_id: str) -> Review | None:
        """The newest stored review of a case, with the newest edit of its draft."""
        found = self._store.reviews.latest(case_id)
        edits = self._store.edits.of(found.review_id) if found else []
        return found.model_copy(update={"draft": edits[-1].draft}) if found and edits else found

    def _seen(self, case_id: str, said: Said, complete: bool) -> Review | None:
        """The review in front of the person: a page that names none showed none."""
        if said.review_id:
            return self.stored_review(said.review_id, said.draft_edit)
        return None if complete else self.last_review(case_id)

    def _refuse_action(self, case: Case, said: Said, complete: bool) -> None:
        """What the policy does not allow for this kind of case."""
        allowed = self._policy.allowed(case.kind)
        if said.action not in allowed:
            raise BadInput(
                f"{said.action!r} is not an action for {case.kind} cases; choose one of: {', '.join(allowed)}"
            )
        if not said.reason or not said.reviewer:
            missing = "reviewer" if said.reason else "reason"
            raise BadInput(f"the {missing} of a decision is empty; say who decides and why")
        codes, fitting = self._policy.of(case.kind).reasons, self._policy.reasons(case.kind, said.action)
        if said.reason in codes and said.reason not in fitting:
            raise BadInput(
                f"{said.reason!r} is no reason to {said.action.replace('_', ' ')}; choose one of: {', '.join(fitting)}"
            )
        if complete and said.reason not in codes:
            raise BadInput(f"{said.reason!r} is not a reason of the policy; choose one of: {', '.join(fitting)}")

    def _context(self, case: Case, said: Said, seen: Review | None) -> Context:
        if said.override and said.override not in self._policy.overrides:
            known = ", ".join(self._policy.overrides)
            raise BadInput(f"{said.override!r} is not a reason to go another way; choose one of: {known}")
        advice = seen.policy if seen else self._policy.advise(case, self._store.queue.probability(case.case_id))
        return Context(
            policy_action=advice.action,
            draft_action=seen.draft.action if seen else None,
            override=said.override,
            override_words=said.override_words.strip()[:2000],
        )

    def _refuse_silence(self, said: Said, context: Context) -> None:
        """To pass a case on is not to go another way."""
        against = [
            f"the {who} says {action}"
            for who, action in (("draft", context.draft_action), ("policy", context.policy_action))
            if action not in (None, ESCALATE, said.action)
        ]
        if not against or said.action == ESCALATE:
            return
        if not said.override:
            raise Unexplained(f"{' and '.join(against)}, and you chose {said.action}; say why you go another way")
        if said.override == "other" and not context.override_words:
            raise Unexplained("'other' says nothing by itself; say in a few words why you go another way")
