"""Sheets to learn from: the shape that the evidence sheet of a real case has, filled by invented trades.

Promise: ids, order, polarity and marks are as `assistant.sheet` gives them. Every kind of sheet that life brings is
there: one item or two dozen, no precedents, no score, a policy that all evidence contradicts, notes that give orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from assistant.case import Band, Evidence, Polarity, Sheet
from assistant.writer.lessons.statements import Domain, Statement, amount, domains, fact, notes, signal

__all__ = ["Material", "Past", "material"]

_BANDS: dict[Band, tuple[float, float]] = {"low": (0.002, 0.06), "medium": (0.04, 0.5), "high": (0.4, 0.994)}
_EVERY_BAND: tuple[Band, ...] = ("low", "medium", "high", "abstain")
_PAST = {"approve": "approved", "block": "blocked", "reject": "rejected", "refund": "refunded"}
_OUTCOMES: tuple[tuple[str, float], ...] = (
    ("fraud", 2), ("legitimate", 2), ("mixed", 5), ("tie", 1), ("open", 1), ("none", 2.5),
)  # fmt: skip


TORN_SHARE = 0.07
"""Sheets made so that signs and past cases contradict the policy; chance alone makes them too rare to learn from."""


@dataclass(frozen=True)
class Past:
    """One precedent: `outcome` is fraud, legitimate or open; `shared` are the reasons why it is alike."""

    id: str
    case_id: str
    outcome: str
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Material:
    """A sheet, and what its items say in the words that a sentence can take up."""

    sheet: Sheet
    domain: Domain
    raises: tuple[tuple[str, Statement], ...]
    lowers: tuple[tuple[str, Statement], ...]
    facts: tuple[tuple[str, str, str], ...]
    past: tuple[Past, ...]
    cost: str
    checks: tuple[tuple[str, Statement, Polarity], ...] = ()


def material(chance: Random, held_out: bool) -> Material:
    """One sheet with its clauses."""
    domain = chance.choice(domains(held_out))
    band: Band = chance.choices(_EVERY_BAND, (3, 4, 3, 1))[0]
    torn = chance.choice(("raises", "lowers")) if band != "abstain" and chance.random() < TORN_SHARE else ""
    signs = [(said, torn or way) for said, way in _signs(domain, band, chance)]
    evidence = [
        Evidence(id=f"E{n}", kind="signal", polarity=way, statement=said.text, source=f"signal s{n}")
        for n, (said, way) in enumerate(signs, 1)
    ]
    facts = _facts(domain, chance, bare=not signs)
    evidence += [
        Evidence(
            id=name, kind="fact", polarity="neutral", statement=f"{label}: {value}", values=(value,),
            source=f"column {label}",
        )
        for name, label, value in facts
    ]  # fmt: skip
    past = _past(domain, chance, {"raises": "fraud", "lowers": "legitimate"}.get(torn, ""))
    evidence += [_precedent(one, domain, chance) for one in past]
    actions = (*domain.actions, "escalate")
    policy = "escalate" if band == "abstain" else _policy(domain, band, chance)
    policy = {"raises": actions[0], "lowers": actions[-2]}.get(torn, policy)
    evidence += _quoted(domain, chance)
    checks = _checks(domain, chance)
    if torn == "lowers":
        checks = []
    evidence += [
        Evidence(id=name, kind="document", polarity=way, statement=said.text, source=f"check {name}")
        for name, said, way in checks
    ]
    cost = "" if band == "abstain" else amount(chance)
    if cost:
        evidence.append(
            Evidence(
                id="R1", kind="rule", polarity="neutral", values=(policy,), source="policy",
                statement=f"policy: {policy.replace('_', ' ')} has the least expected cost, {cost}",
            )
        )  # fmt: skip
    sheet = Sheet(
        case_id=f"{chance.choice('abcdxyz')}-{chance.randint(1, 99999):05}",
        kind=domain.kind,
        as_of=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randint(0, 8000)),
        probability=None if band == "abstain" else round(chance.uniform(*_BANDS[band]), 4),
        band=band,
        evidence=tuple(evidence),
        allowed_actions=actions,
        policy_action=policy,
    )
    sided = {
        way: tuple((f"E{n}", said) for n, (said, one) in enumerate(signs, 1) if one == way)
        for way in ("raises", "lowers")
    }
    return Material(sheet, domain, sided["raises"], sided["lowers"], facts, past, cost, tuple(checks))


def _signs(domain: Domain, band: Band, chance: Random) -> list[tuple[Statement, Polarity]]:
    if band == "abstain":
        return []
    count = chance.choices((0, 1, 2, chance.randint(3, 6), chance.randint(7, 10)), (1, 2, 3, 8, 8))[0]
    lean = chance.choice((0.0, 1.0, {"low": 0.3, "medium": 0.5, "high": 0.75}[band], 0.5, 0.5))
    found: dict[str, tuple[Statement, Polarity]] = {}
    for _ in range(count):
        said = signal(domain, chance)
        found.setdefault(said.clause, (said, "raises" if chance.random() < lean else "lowers"))
    return list(found.values())


def _checks(domain: Domain, chance: Random) -> list[tuple[str, Statement, Polarity]]:
    """Checks of a document: they raise the risk or say nothing, and never compare with other cases."""
    count = chance.choices((0, 1, 3, 6), (6, 1, 1.5, 2))[0]
    plain = [said for said in (signal(domain, chance) for _ in range(3 * count)) if not said.usual][:count]
    failing = chance.choice((0.0, 0.0, 0.3, 0.6))
    return [
        (f"D{n}", said, "raises" if chance.random() < failing else "neutral")
        for n, said in enumerate({said.text: said for said in plain}.values(), 1)
    ]


def _facts(domain: Domain, chance: Random, *, bare: bool) -> tuple[tuple[str, str, str], ...]:
    count = chance.randint(1, 8) if bare else chance.choice((0, 1, 3, 5, 9))
    found: dict[str, str] = {}
    for _ in range(count):
        label, value = fact(domain, chance, set(found))
        found.setdefault(label, value)
    return tuple((f"F{n}", label, value) for n, (label, value) in enumerate(found.items(), 1))


def _past(domain: Domain, chance: Random, forced: str) -> tuple[Past, ...]:
    course = forced or chance.choices([name for name, _ in _OUTCOMES], [weight for _, weight in _OUTCOMES])[0]
    if course == "none":
        return ()
    count = chance.choice((1, 2, 3, 4, 5, 5, 5, 6))
    prefix = chance.choice(("t-", "LN-", "x", "q", "20", "k-"))
    ends = {
        "fraud": ["fraud"] * count,
        "legitimate": ["legitimate"] * count,
        "open": ["open"] * count,
        "tie": ["fraud", "legitimate"] * chance.choice((1, 2)),
        "mixed": chance.choices(("fraud", "legitimate", "open"), (3, 3, 3), k=count),
    }[course]
    chance.shuffle(ends)
    ids = chance.sample(range(10, 99999), len(ends))
    return tuple(
        Past(f"P{n}", f"{prefix}{number:05}", end, _shared(domain, chance))
        for n, (end, number) in enumerate(zip(ends, ids, strict=True), 1)
    )


def _shared(domain: Domain, chance: Random) -> tuple[str, ...]:
    if chance.random() < 0.1:
        return ("reads alike",)
    things = chance.sample(domain.things, min(len(domain.things), chance.choice((1, 1, 2, 3, 5))))
    reasons = [f"same {thing}" for thing in things]
    if chance.random() < 0.25:
        reasons.append(f"also {signal(domain, chance).clause}")
    return tuple(reasons)


def _precedent(past: Past, domain: Domain, chance: Random) -> Evidence:
    parts = []
    if past.outcome != "open":
        parts.append(f"turned out to be {past.outcome}")
    elif chance.random() < 0.2:
        parts.append("stayed unresolved")
    if not parts or chance.random() < 0.6:
        action = chance.choice(domain.actions)
        done = _PAST.get(action, f"answered with {action.replace('_', ' ')}")
        parts.append(f"was {done} on 2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}")
    return Evidence(
        id=past.id,
        kind="precedent",
        polarity={"fraud": "raises", "legitimate": "lowers"}.get(past.outcome, "neutral"),
        statement=f"case {past.case_id} {' and '.join(parts)}: {'; '.join(past.shared)}",
        values=(past.case_id,),
        source=f"case {past.case_id}",
    )


def _policy(domain: Domain, band: Band, chance: Random) -> str:
    """The action that costs least: usually a gentle one where the score is low and a hard one where it is high."""
    if chance.random() < 0.2:
        return chance.choice(domain.actions)
    place = {"low": 0, "medium": chance.randrange(len(domain.actions)), "high": len(domain.actions) - 1}[band]
    return domain.actions[place]


def _quoted(domain: Domain, chance: Random) -> list[Evidence]:
    found = []
    for n in range(1, chance.choice((0, 0, 1, 1, 2)) + 1):
        words = notes()["hostile" if chance.random() < 0.35 else "plain"]
        text = chance.choice(words).replace("{action}", chance.choice((*domain.actions, "escalate")).replace("_", " "))
        found.append(
            Evidence(
                id=f"N{n}", kind="note", polarity="neutral", statement=f"{chance.choice(notes()['labels'])}: {text}",
                source=f"column note{n}", untrusted=True,
            )
        )  # fmt: skip
    return found
