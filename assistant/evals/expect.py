"""What is right for a case, by policy and outcome: key facts, costs, chances, and the slices that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.case import Case, Precedent, Sheet
from assistant.confidence import Weighing, confidence, lean
from assistant.evals.suite import Expected
from assistant.policy import Policy

__all__ = ["expected_of", "key_facts", "slices_of"]

AMOUNTS = ((50, "below 50"), (250, "50 to 250"), (1000, "250 to 1,000"))
LENGTHS = ((1500, "short"), (3000, "middle"))


def expected_of(
    case: Case,
    sheet: Sheet,
    precedents: Sequence[Precedent],
    policy: Policy,
    *,
    fraud: bool | None,
    weighing: Weighing | None = None,
    action: str | None = None,
) -> Expected:
    """What is right once the truth is known. Without it, `action` is what a person who knew better chose."""
    return Expected(
        action=action if fraud is None else policy.called_for(case, fraud),
        fraud=fraud,
        costs={} if fraud is None else policy.advise(case, float(fraud)).expected_costs,
        confidence=_chances(case, sheet, precedents, policy, weighing),
        key_facts=key_facts(sheet),
    )


def key_facts(sheet: Sheet) -> tuple[tuple[str, ...], ...]:
    """What no draft may leave out, of what the sheet has: the first sign of each side, a raising document check, and
    some precedent."""
    signs = sheet.of_kind("signal")
    groups = [
        tuple(one.id for one in signs if one.polarity == "raises")[:1],
        tuple(one.id for one in signs if one.polarity == "lowers")[:1],
        tuple(one.id for one in sheet.of_kind("document") if one.polarity == "raises"),
        tuple(one.id for one in sheet.of_kind("precedent") if not one.untrusted),
    ]
    return tuple(group for group in groups if group)


def slices_of(case: Case, sheet: Sheet) -> dict[str, str]:
    """What a case has in common with others, for figures by slice."""
    past = len(sheet.of_kind("precedent"))
    size = sum(len(one.statement) for one in sheet.evidence)
    amount = "none"
    if case.amount_minor is not None:
        amount = next((name for limit, name in AMOUNTS if case.amount_minor < limit * 100), "1,000 and more")
    return {
        "kind": case.kind,
        "band": sheet.band,
        "amount": amount,
        "precedents": "none" if not past else "1 to 2" if past < 3 else "3 and more",
        "length": next((name for limit, name in LENGTHS if size < limit), "long"),
    }


def _chances(
    case: Case, sheet: Sheet, precedents: Sequence[Precedent], policy: Policy, weighing: Weighing | None
) -> dict[str, float]:
    """For each action that an outcome can call for: the chance that it is the right one, as a draft would say it."""
    advice = policy.advise(case, sheet.probability)
    found = {}
    for action in sheet.allowed_actions:
        chance = sheet.probability
        if chance is not None and weighing is not None:
            leaning = lean(action, advice, sheet.allowed_actions)
            chance = weighing.chance(case.kind, chance, precedents, leaning)
        sure = confidence(action, case, chance, policy)
        if sure is not None:
            found[action] = sure
    return found
