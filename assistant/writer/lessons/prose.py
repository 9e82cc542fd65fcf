"""Writes the note that a good analyst would write from a sheet, as the brief asks.

Promise: every sentence is true by construction, because it points to the items that it rests on (`writer.pointing` puts
their words there) and says nothing that the rendered prompt leaves out. Which words join them is chosen by chance.

The action is the policy's, with one exception: where everything that is known contradicts it, a senior decides. That
is, two or more past cases with a known outcome all ended the other way, and no sign on the sheet speaks the policy's
way.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from assistant.writer.lessons.brief import Brief
from assistant.writer.lessons.sheets import Material, Past
from assistant.writer.lessons.statements import Statement
from assistant.writer.pointing import POINTER

__all__ = ["action", "note"]

SHOWN_RAISES, SHOWN_LOWERS, SHOWN_PAST, SHOWN_CHECKS = 4, 4, 5, 2
"""How many items of a group the prompt shows; the note uses no others."""
SHOWN_CHARACTERS = 100
AT_ONCE = 3
"""Signs of one side in a sentence."""

Point = tuple[str, Statement]
"""An item's id behind the mark of its side, as pointers name it, and what it says."""


@cache
def _phrases() -> dict[str, dict[str, list[str]]]:
    path = Path(__file__).with_name("phrases.toml")
    table: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return table


def action(given: Material) -> str:
    """The action that the note recommends, by the rule above."""
    return "escalate" if _torn(given) else given.sheet.policy_action


def note(given: Material, brief: Brief, chance: Random) -> str:
    """The text of the note in the format of `assistant.writer.protocol`."""
    pen = _Pen(given, brief, chance)
    lines = [*pen.sentences(), f"Action: {action(given)}", *(f"Would change: {one}" for one in pen.changes())]
    return "\n".join(lines)


def _torn(given: Material) -> str:
    """Which way the sheet speaks where all of it contradicts the policy; empty where it does not."""
    ended = {one.outcome for one in given.past} - {"open"}
    known = sum(one.outcome != "open" for one in given.past)
    if known < 2 or len(ended) != 1 or not given.cost:
        return ""
    gentlest, hardest = given.domain.actions[0], given.domain.actions[-1]
    raises = bool(given.raises) or any(way == "raises" for _, _, way in given.checks)
    if given.sheet.policy_action == gentlest and ended == {"fraud"} and given.raises and not given.lowers:
        return "lowers"
    if given.sheet.policy_action == hardest and ended == {"legitimate"} and given.lowers and not raises:
        return "raises"
    return ""


@dataclass
class _Pen:
    given: Material
    brief: Brief
    chance: Random
    raises: list[Point] = field(init=False)
    lowers: list[Point] = field(init=False)

    def __post_init__(self) -> None:
        self.raises = [(f"+{name}", said) for name, said in self.given.raises[:SHOWN_RAISES]]
        self.lowers = [(f"-{name}", said) for name, said in self.given.lowers[:SHOWN_LOWERS]]

    def sentences(self) -> list[str]:
        """The sentences in order: as many as the brief allows, the most telling ones."""
        both = bool(self.raises and self.lowers)
        tight = self.brief.most <= 3
        slots: dict[str, str] = {"verdict": self._weighed() if self.brief.most == 2 and both else self._verdict()}
        merged = bool(tight and self.given.past and self.brief.lead != "past" and not _torn(self.given))
        if self.brief.most == 2:
            merged = bool(self.given.past) and not _torn(self.given)
        slots["action"] = self._advice(merged)
        if self.brief.cases:
            slots["detail"] = self._detail()
        order = ["against", "past", "more", "checks"]
        if self.brief.lead == "past":
            order = ["past", "against", "checks", "more"]
        writers = {
            "against": self._against,
            "past": (lambda: "") if merged or _torn(self.given) else self._precedents,
            "more": self._more,
            "checks": self._checks,
        }
        slots |= {name: writers[name]() for name in order}
        kept = [name for name, text in slots.items() if text][: self.brief.most]
        plan = ["verdict", "more", "against", "checks", "past", "detail", "action"]
        if self.brief.lead in kept and not (self.brief.lead == "against" and self._reassuring()):
            plan.remove(self.brief.lead)
            plan.insert(0, self.brief.lead)
        elif self.brief.lead == "past" and (merged or _torn(self.given)):
            plan = ["action", *plan[:-1]]
        return [slots[name] for name in plan if name in kept]

    def changes(self) -> list[str]:
        """What would change the recommendation, the most telling first: the strongest sign of the side that the action
        rests on, then what people could bring, then the past cases."""
        gentle = action(self.given) == self.given.domain.actions[0]
        against = [self._pick(_DOUBTS).format(c=f"{{-{name}-}}") for name, _ in self.given.lowers[:1]]
        innocent = [self._pick(_INNOCENT).format(c=f"{{+{name}-}}") for name, _ in self.given.raises[:1]]
        found = against if gentle else innocent
        if self.given.sheet.probability is None:
            found.insert(0, "a score for this case")
        if self.given.domain.kind in _PROOFS:
            found.append(self._pick(_PROOFS[self.given.domain.kind][gentle]))
        if still_open := [one for one in self.given.past[:SHOWN_PAST] if one.outcome == "open"]:
            named = f"a known outcome of case {{{still_open[0].id}}}"
            found.append(named if self.brief.cases is not False else "the outcome of the past cases that have none yet")
        elif self.given.past:
            found.append(
                self._pick(("a similar case that ends otherwise", "further cases like this with another outcome"))
            )
        else:
            found.append(self._pick(("a decided case like this one", "past cases to compare with")))
        return found[: 2 if self.brief.changes is None else self.brief.changes]

    # one sentence each; an empty text where there is nothing to say

    def _verdict(self) -> str:
        score = self._score()
        if not score:
            facts, ids = self._facts()
            return self._put("unscored", ids, f=facts) if facts else ""
        if self.raises and not self._reassuring():
            name = "verdict_low" if self.given.sheet.band == "low" else "verdict"
            return self._say(name, [self.raises.pop(0)], **score)
        if self.lowers:
            name = "calm_low" if self.given.sheet.band == "low" else "calm_high"
            if not self.raises and all(way != "raises" for _, _, way in self.given.checks):
                name = f"{name.removesuffix('_low')}_alone"
            return self._say(name, [self.lowers.pop(0)], **score)
        facts, ids = self._facts()
        return self._put("bare", ids, f=facts, **score) if facts else ""

    def _reassuring(self) -> bool:
        """A low score, signs on both sides: the verdict says what lowers the risk, `remains` what still raises it."""
        return self.given.sheet.band == "low" and bool(self.given.raises and self.given.lowers)

    def _weighed(self) -> str:
        name = "weighed_low" if self.given.sheet.band == "low" else "weighed"
        return self._say(name, [self.raises.pop(0), self.lowers.pop(0)], **self._score())

    def _more(self) -> str:
        if self._reassuring():
            return self._points("likewise", self.lowers)
        return self._points("more", self.raises)

    def _against(self) -> str:
        if self._reassuring():
            return self._points("remains", self.raises)
        if self.lowers:
            if self.brief.lead == "against":
                return self._points("against_first", self.lowers)
            return self._points("against" if self.given.raises else "likewise", self.lowers)
        if self.given.raises and not self.given.lowers and self.chance.random() < 0.5 and not _torn(self.given):
            return self._put("unopposed", [name for name, _ in self.given.raises[:SHOWN_RAISES]])
        return ""

    def _points(self, name: str, points: Sequence[Point]) -> str:
        """The strongest signs of a side in one sentence, fewer where the note is to be short."""
        told = list(points[: AT_ONCE if self.brief.most > 4 else self.chance.choice((1, 2))])
        if not told:
            return ""
        return self._say(f"{name}{('', '_two', '_three')[len(told) - 1]}", told)

    def _checks(self) -> str:
        """Document checks: the ones that raise the risk, else what the first ones say."""
        failed = [(f"+{name}", said) for name, said, way in self.given.checks if way == "raises"][:SHOWN_CHECKS]
        passed = [(name, said) for name, said, way in self.given.checks if way == "neutral"][:SHOWN_CHECKS]
        told, name = (failed, "checks_failed") if failed else (passed, "checks")
        return self._say(f"{name}{'_two' if len(told) > 1 else ''}", told) if told else ""

    def _precedents(self) -> str:
        if not self.given.past:
            return ""
        tied = self.brief.cases is not False and any(_shown(self.given, one) for one in self.given.past[:SHOWN_PAST])
        return self._put("precedents_tied" if tied else "precedents", [], t="{past}", tie="{past.same}")

    def _detail(self) -> str:
        told = [one for one in self.given.past[:SHOWN_PAST] if _shown(self.given, one)]
        if not told or told[0] is not self.given.past[0]:
            return ""
        return self._put("closest", [], one=told[0].id)

    def _advice(self, merged: bool) -> str:
        past = [one.id for one in self.given.past]
        if not self.given.cost and merged:
            return self._put("senior_past", past, t="{past}")
        if not self.given.cost:
            return self._put("senior", (past or [name for name, _, _ in self.given.facts])[:3])
        words = {"a": "{action}", "cost": "{R1}"}
        if way := _torn(self.given):
            return self._put("torn", ["R1", *past], way=way, t="{past}", **words)
        if merged:
            return self._put("advice_past", [*past, "R1"], t="{past}", **words)
        return self._put("advice_first" if self.brief.lead == "action" else "advice", ["R1"], **words)

    # words

    def _score(self) -> dict[str, str]:
        return {} if self.given.sheet.probability is None else {"p": "{p}", "band": "{band}"}

    def _facts(self) -> tuple[str, list[str]]:
        shown = [name for name, _, _ in self.given.facts[:3]]
        return _listed([f"{{{name}}}" for name in shown]), shown

    def _clause(self, point: Point) -> str:
        name, said = point
        dropped = {"plain": 1.0, "brisk": 0.4}.get(self.brief.tone, 0.15)
        return f"{{{name}-}}" if said.usual and self.chance.random() < dropped else f"{{{name}}}"

    def _say(self, name: str, points: Sequence[Point], **words: str) -> str:
        """One sentence of this sort about these items."""
        return self._put(name, [], **words, **dict(zip("cde", map(self._clause, points), strict=False)))

    def _put(self, name: str, ids: Sequence[str], **words: str) -> str:
        """One sentence of this sort with its citations before the stop."""
        known = _phrases()[name]
        text = self._pick(known.get(self.brief.tone) or known["usual"])
        capital = {key.upper(): words[key] for key in ("c", "t") if key in words}
        text = text.format(**words, **capital)
        marks = "".join(f"[{one}]" for one in dict.fromkeys(ids) if one not in self._pointed(text))
        return f"{text[:1].upper()}{text[1:].removesuffix('.')}{' ' if marks else ''}{marks}."

    def _pointed(self, text: str) -> set[str]:
        pointed = {match["name"] for match in POINTER.finditer(text)}
        return pointed | ({one.id for one in self.given.past} if "past" in pointed else set())

    def _pick(self, ways: Sequence[str]) -> str:
        return self.chance.choice(ways)


_INNOCENT = (
    "an innocent explanation for this: {c}",
    "proof that this has an honest cause: {c}",
    "a good reason why {c}",
    "a sound explanation for why {c}",
)
_PROOFS = {
    "payment": (
        ("word from the cardholder that this payment is theirs", "an answer of the cardholder who stands by it"),
        ("a complaint by the cardholder", "word from the cardholder that this payment is not theirs"),
    ),
    "identity": (
        ("another document that says the same", "a live call in which the person matches the document"),
        ("another document that says otherwise", "word from the rightful holder of the document"),
    ),
    "merchant": (
        ("delivery records that buyers confirm", "invoices of a supplier for these goods"),
        ("buyers who wait for their goods in vain", "a supplier who does not know the merchant"),
    ),
}
"""What people could bring, for the kinds of case that everybody has: for an honest case, and against one."""
_DOUBTS = ("proof against this: {c}", "a finding that this does not hold: {c}", "new doubt whether {c}")


def _shown(given: Material, past: Past) -> bool:
    """Whether the line of a past case in the prompt shows a thing that it shares."""
    item = given.sheet.find(past.id)
    text = item.statement[:SHOWN_CHARACTERS] if item else ""
    return any(one.startswith("same ") and f"{one};" in f"{text};" for one in past.shared)


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
