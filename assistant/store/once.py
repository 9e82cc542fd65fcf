"""The cases of the store, each read once: for many questions in a row about one past, as learning asks them.

It shows what stood when a case was first asked for, so it lives as long as one piece of work and no longer.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.case import Case, Decision, Outcome
from assistant.store.cases import Cases

__all__ = ["CasesOnce"]


class CasesOnce:
    """What `Cases` answers about single cases, kept in memory after the first time."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases
        self._known: dict[str, tuple[Case, list[Decision], list[Outcome]]] = {}

    def many(self, case_ids: Sequence[str]) -> list[Case]:
        self._read(case_ids)
        return [self._known[one][0] for one in case_ids if one in self._known]

    def decisions(self, case_ids: Sequence[str]) -> dict[str, list[Decision]]:
        self._read(case_ids)
        return {one: self._known[one][1] for one in case_ids if one in self._known}

    def outcomes(self, case_ids: Sequence[str]) -> dict[str, list[Outcome]]:
        self._read(case_ids)
        return {one: self._known[one][2] for one in case_ids if one in self._known}

    def _read(self, case_ids: Sequence[str]) -> None:
        new = [one for one in case_ids if one not in self._known]
        if not new:
            return
        decisions, outcomes = self._cases.decisions(new), self._cases.outcomes(new)
        for case in self._cases.many(new):
            self._known[case.case_id] = case, decisions.get(case.case_id, []), outcomes.get(case.case_id, [])
