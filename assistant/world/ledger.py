"""What somebody at the desk finds when searching for a case: which one touched a thing last, what became of earlier
cases of the account, and on whose account the document was shown before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from assistant.world.decisions import Outcome, Verdict
from assistant.world.evidence import Link
from assistant.world.story import Story

__all__ = ["Ledger"]


_REFUSALS, _PASSED = frozenset({"block", "reject"}), frozenset({"approve"})


@dataclass(frozen=True)
class _Entry:
    case_id: str
    kind: str
    opened_at: datetime
    verdict: Verdict | None
    outcome: Outcome | None

    def ended(self, fraud: bool, by: datetime) -> bool:
        return self.outcome is not None and self.outcome.fraud is fraud and self.outcome.known_at < by

    def was(self, actions: frozenset[str], by: datetime) -> bool:
        return self.verdict is not None and self.verdict.action in actions and self.verdict.decided_at < by

    def shut_down(self, by: datetime) -> bool:
        return self.kind == "merchant" and self.was(_REFUSALS, by) and not self.ended(False, by)


class Ledger:
    """Fills up in the order in which cases are opened, so it knows earlier ones only."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._hands: dict[str, set[str]] = defaultdict(set)
        self._cases: dict[str, list[_Entry]] = defaultdict(list)
        self._shown: dict[str, dict[str, _Entry]] = defaultdict(dict)

    def earlier(self, story: Story) -> Link:
        """The last case with the most telling thing that this one shares with any, or an empty link."""
        found = (Link(noun, self._last[thing]) for noun, thing in story.facts.things() if thing in self._last)
        return next(found, Link())

    def closed(self, story: Story) -> bool:
        """Whether the account was closed before: after a fraud that was proven, or a shop that was turned down."""
        cases, by = self._cases[story.account], story.opened_at
        return any(one.ended(True, by) or one.shut_down(by) for one in cases)

    def shared(self, story: Story) -> bool:
        """Whether somebody else was seen on the device."""
        return bool(self._hands[story.facts.device_id] - {dict(story.mentions)["name"]})

    def remarks(self, story: Story) -> set[str]:
        """What the desk knows besides the case: that somebody else uses the device, and what its history adds."""
        return ({"shared"} if self.shared(story) else set()) | set(self._history(story))

    def mentions(self, story: Story) -> dict[str, str]:
        """The earlier cases that somebody may name: a refusal, a confirmed fraud, the document elsewhere, an approval;
        each with its day."""
        found: dict[str, str] = {}
        for word, entry in self._history(story).items():
            found |= {word: entry.case_id, f"{word}_day": f"{entry.opened_at:%-d %b}"}
        passed = [
            one for one in self._cases[story.account]
            if one.was(_PASSED, story.opened_at) and not one.ended(True, story.opened_at)
        ]  # fmt: skip
        if passed:
            found |= {"passed": passed[-1].case_id, "passed_month": f"{passed[-1].opened_at:%b}"}
        return found

    def _history(self, story: Story) -> dict[str, _Entry]:
        found = {}
        for entry in self._cases[story.account]:
            if entry.ended(True, story.opened_at):
                found["fraud_before"] = entry
            elif (
                entry.kind == story.kind
                and entry.was(_REFUSALS, story.opened_at)
                and not entry.ended(False, story.opened_at)
            ):
                found["refused_before"] = entry
        return found | self._elsewhere(story)

    def _elsewhere(self, story: Story) -> dict[str, _Entry]:
        """The last case in which somebody else's account showed the same document."""
        others = [one for account, one in self._shown[_document(story)].items() if account != story.account]
        return {"seen_elsewhere": others[-1]} if others else {}

    def enter(self, case_id: str, story: Story, verdict: Verdict | None = None, outcome: Outcome | None = None) -> None:
        self._hands[story.facts.device_id].add(dict(story.mentions)["name"])
        entry = _Entry(case_id, story.kind, story.opened_at, verdict, outcome)
        self._cases[story.account].append(entry)
        if _document(story):
            self._shown[_document(story)].pop(story.account, None)
            self._shown[_document(story)][story.account] = entry
        for _, thing in story.facts.things():
            self._last[thing] = case_id


def _document(story: Story) -> str:
    return next((thing for noun, thing in story.facts.things() if noun == "document number"), "")
