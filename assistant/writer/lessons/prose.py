"""Writes the note that a good analyst would write from a sheet, as the brief asks.

Promise: every sentence is true by construction, because it is put together from clauses of the items that it cites, and
says nothing that the rendered prompt leaves out. Which words join the clauses is chosen by chance.

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

from assistant.prompt import percent
from assistant.writer.lessons.brief import Brief
from assistant.writer.lessons.sheets import Material, Past
from assistant.writer.lessons.statements import Statement

__all__ = ["action", "note"]

SHOWN_RAISES, SHOWN_LOWERS, SHOWN_PAST = 4, 3, 3
"""How many items of a group the prompt shows; the note uses no others."""
SHOWN_CHARACTERS = 100
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_RANKS = ("higher", "lower", "above", "below", "about", "among")

Point = tuple[str, Statement]


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
    if given.sheet.policy_action == gentlest and ended == {"fraud"} and given.raises and not given.lowers:
        return "lowers"
    if given.sheet.policy_action == hardest and ended == {"legitimate"} and given.lowers and not given.raises:
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
        self.raises = list(self.given.raises[:SHOWN_RAISES])
        self.lowers = list(self.given.lowers[:SHOWN_LOWERS])

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
        order = ["against", "past", "more", "detail"] if self.brief.lead != "past" else ["past", "against", "more"]
        for name in order:
            if name == "past" and not merged and not _torn(self.given):
                slots[name] = self._precedents()
            elif name == "against":
                slots[name] = self._against()
            elif name == "more":
                slots[name] = self._more()
            elif name == "detail" and self.brief.cases is None and self.brief.most > 4:
                slots.setdefault(name, self._detail())
        kept = [name for name, text in slots.items() if text][: self.brief.most]
        plan = ["verdict", "more", "against", "past", "detail", "action"]
        if self.brief.lead in kept and not (self.brief.lead == "against" and self._reassuring()):
            plan.remove(self.brief.lead)
            plan.insert(0, self.brief.lead)
        elif self.brief.lead == "past" and (merged or _torn(self.given)):
            plan = ["action", *plan[:-1]]
        return [slots[name] for name in plan if name in kept]

    def changes(self) -> list[str]:
        """What would change the recommendation, the most telling first."""
        gentle = action(self.given) == self.given.domain.actions[0]
        against = [self._pick(_DOUBTS).format(c=said.clause) for _, said in self.lowers[:1]]
        innocent = [self._pick(_INNOCENT).format(c=said.clause) for _, said in self.raises[:1]]
        found = against + innocent if gentle else innocent + against
        still_open = [one for one in self.given.past[:SHOWN_PAST] if one.outcome == "open"]
        if self.given.sheet.probability is None:
            found.insert(0, "a score for this case")
        if still_open:
            named = f"a known outcome of case {still_open[0].case_id}"
            found.insert(
                1, named if self.brief.cases is not False else "the outcome of the past cases that have none yet"
            )
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
            top = self.raises.pop(0)
            return self._put("verdict", [top[0]], c=self._clause(top), **score)
        if self.lowers:
            name = "calm_low" if self.raises else "calm"
            top = self.lowers.pop(0)
            return self._put(name, [top[0]], c=self._clause(top), **score)
        facts, ids = self._facts()
        return self._put("bare", ids, f=facts, **score) if facts else ""

    def _reassuring(self) -> bool:
        """A low score, signs on both sides: the verdict says what lowers the risk, `remains` what still raises it."""
        return self.given.sheet.band == "low" and bool(self.given.raises and self.given.lowers)

    def _weighed(self) -> str:
        top, other = self.raises.pop(0), self.lowers.pop(0)
        clauses = {"c": self._clause(top), "d": self._clause(other)}
        return self._put("weighed", [top[0], other[0]], **clauses, **self._score())

    def _more(self) -> str:
        if self._reassuring():
            return ""  # said under `against`
        return self._points("more", self.raises)

    def _against(self) -> str:
        if self._reassuring():
            return self._points("remains", self.raises[:1])
        if self.lowers:
            return self._points("against", self.lowers)
        if self.given.raises and not self.given.lowers and self.chance.random() < 0.5 and not _torn(self.given):
            return self._put("unopposed", [name for name, _ in self.given.raises[:SHOWN_RAISES]])
        return ""

    def _points(self, name: str, points: Sequence[Point]) -> str:
        if not points:
            return ""
        if len(points) > 1 and self.chance.random() < 0.6:
            one, two = points[:2]
            return self._put(f"{name}_two", [one[0], two[0]], c=self._clause(one), d=self._clause(two))
        return self._put(name, [points[0][0]], c=self._clause(points[0]))

    def _precedents(self) -> str:
        if not self.given.past:
            return ""
        return self._put("precedents", [one.id for one in self.given.past], t=self._tally())

    def _detail(self) -> str:
        told = [(one, shared) for one in self.given.past[:SHOWN_PAST] if (shared := _shown(self.given, one))]
        if not told or told[0][0] is not self.given.past[0]:
            return ""
        bad = next((one for one in told if one[0].outcome == "fraud"), None)
        good = next((one for one in told if one[0].outcome == "legitimate"), None)
        if bad and good and not self.brief.cases and self.chance.random() < 0.6:
            ids = [bad[0].id, good[0].id]
            return self._put("apart", ids, id=bad[0].case_id, s=bad[1], id2=good[0].case_id, s2=good[1])
        first, shared = told[0]
        end = {"fraud": ("was fraud", "turned out to be fraud"), "open": ("has no known outcome",)}.get(
            first.outcome, ("was legitimate", "turned out to be legitimate")
        )
        return self._put("closest", [first.id], id=first.case_id, end=self._pick(end), s=shared)

    def _advice(self, merged: bool) -> str:
        past = [one.id for one in self.given.past]
        if not self.given.cost and merged:
            return self._put("senior_past", past, t=self._tally())
        if not self.given.cost:
            return self._put("senior", (past or [name for name, _, _ in self.given.facts])[:3])
        words = {"a": self.given.sheet.policy_action.replace("_", " "), "cost": self.given.cost}
        if way := _torn(self.given):
            return self._put("torn", ["R1", *past], way=way, t=self._tally(), **words)
        if merged:
            return self._put("advice_past", [*past, "R1"], t=self._tally(), **words)
        known = [one for one in self.given.past if one.outcome != "open"]
        if (stance := self._stance()) and self.chance.random() < 0.7:
            return self._put(f"advice_{stance}", [*(one.id for one in known), "R1"], **words)
        return self._put("advice", ["R1"], **words)

    def _stance(self) -> str:
        """Whether the past cases agree with the action; empty where they are of two minds, or the action is."""
        ended = {one.outcome for one in self.given.past} - {"open"}
        actions, chosen = self.given.domain.actions, self.given.sheet.policy_action
        expected = {actions[0]: "legitimate", actions[-1]: "fraud"}.get(chosen, "")
        if len(ended) != 1 or not expected:
            return ""
        return "agree" if ended == {expected} else "despite"

    # words

    def _score(self) -> dict[str, str]:
        sheet = self.given.sheet
        return {} if sheet.probability is None else {"p": percent(sheet.probability), "band": sheet.band}

    def _facts(self) -> tuple[str, list[str]]:
        shown = self.given.facts[:3]
        return _listed([f"{label} {value}" for _, label, value in shown]), [name for name, _, _ in shown]

    def _clause(self, point: Point) -> str:
        said = point[1]
        dropped = {"plain": 1.0, "brisk": 0.4}.get(self.brief.tone, 0.12)
        if not said.usual or self.chance.random() < dropped:
            return said.clause
        ways = [", {}", ", {}", " ({})", ", which is {}" if said.usual.startswith(_RANKS) else ", {}"]
        return said.clause + self._pick(ways).format(said.usual)

    def _tally(self) -> str:
        """How the past cases ended, as a clause."""
        counts = {end: sum(one.outcome == end for one in self.given.past) for end in ("fraud", "legitimate", "open")}
        ends = [(count, end) for end, count in counts.items() if count]
        total, past = len(self.given.past), self._pick(("similar", "past", "comparable", "decided"))
        unknown = self._pick(("no known outcome", "no known outcome", "no outcome yet"))
        if len(ends) == 1:
            many = {1: f"the one {past} case", 2: f"both {past} cases"}.get(total, f"all {_word(total)} {past} cases")
            return f"{many} {_end(total, ends[0][1], unknown)}"
        parts = [f"{_word(count)} {_end(count, end, unknown)}" for count, end in ends]
        if len(ends) == 2 and ends[0][0] == ends[1][0] and self.chance.random() < 0.5:
            return f"the {past} cases are split: {_listed(parts)}"
        if self.chance.random() < 0.4:
            count, end = ends[0]
            return _listed(
                [f"{_word(count)} of the {_word(total)} {past} cases {_end(count, end, unknown)}", *parts[1:]]
            )
        return f"of the {_word(total)} {past} cases, {_listed(parts)}"

    def _put(self, name: str, ids: Sequence[str], **words: str) -> str:
        """One sentence of this sort with its citations before the stop."""
        known = _phrases()[name] if name in _phrases() else _phrases()[name.removesuffix("_two")]
        text = self._pick(known.get(self.brief.tone) or known["usual"])
        capital = {key.upper(): f"{words[key][:1].upper()}{words[key][1:]}" for key in ("c", "t") if key in words}
        text = text.format(**words, **capital)
        return f"{text[:1].upper()}{text[1:].removesuffix('.')} {''.join(f'[{one}]' for one in ids)}."

    def _pick(self, ways: Sequence[str]) -> str:
        return self.chance.choice(ways)


_INNOCENT = (
    "an innocent explanation for this: {c}",
    "proof that this has an honest cause: {c}",
    "a good reason why {c}",
    "a sound explanation that {c}",
)
_DOUBTS = ("proof against this: {c}", "a finding that this does not hold: {c}", "new doubt whether {c}")


def _shown(given: Material, past: Past) -> str:
    """The things that a past case shares, as far as its line in the prompt shows them."""
    item = given.sheet.find(past.id)
    text = item.statement[:SHOWN_CHARACTERS] if item else ""
    shown = [one for one in past.shared if one.startswith("same ") and f"{one};" in f"{text};"]
    return _listed(shown[:2])


def _end(count: int, end: str, unknown: str) -> str:
    if end != "open":
        return f"{'was' if count == 1 else 'were'} {end}"
    return f"{'has' if count == 1 else 'have'} {unknown}"


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
