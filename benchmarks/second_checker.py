"""A second opinion on drafts, for figures only: is everything that a sentence claims said by what it cites?

It goes by another principle than `assistant.verify`, which its author had not read: a sentence is taken apart until
nothing is left of it. Every statement that it repeats leaves a mark in its place; tallies, ties and courses of past
cases, score, band, action and cost are read as claims (of what, how much, which way, from where) and laid beside the
sheet; the words between the marks must be forms of prose that name a side, turn to the other one, or say nothing. What
is then left over is said by nothing cited. It shares no code, word list or pattern with the verifier. Its error rates
are measured (`python -m benchmarks.verifier`); nothing in the product reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.case import Evidence, Sentence, Sheet
from benchmarks import second_lexicon as lexicon
from benchmarks.second_frames import CHANGES, EVENTS, PLAIN
from benchmarks.second_past import past, read_past
from benchmarks.second_reading import bare, folded, number, spelled

__all__ = ["Opinion", "SecondChecker"]

_SCORED = re.compile(r"\b(?:model|score|probability|risk|estimate)\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NO_SCORE = re.compile(
    r"(?:there is |gives )?no (?:model )?score(?: (?:here|to go by|for this (?:case|payment|identity check|merchant)))*"
    r"|without a (?:model )?score"
)
_LEAST = re.compile(
    r"(?:the )?least expected cost|costs? (?:the )?least|expected to cost (?:the )?least"
    r"|expected cost of (<cost>) is the least"
    r"|(?:nothing|no other action) is expected to cost less(?: than)?|which is the least"
    r"|least costly action|<cost> expected"
)
_COST = re.compile(r"policy: (.+) has the least expected cost, ([A-Z]{3} [\d,.]*\d)")
_OPPOSITE = {"raises": "lowers", "lowers": "raises"}
_WAYS = {"+": "raises", "-": "lowers"}
_LEAN = {"high": "raises", "medium": "raises", "low": "lowers"}


class Opinion(NamedTuple):
    """Whether the sentence is supported; `why` names the first thing that is not."""

    supported: bool
    why: str = ""


class SecondChecker:
    """Judges sentences and actions."""

    def judge(self, sentence: Sentence, sheet: Sheet) -> Opinion:
        """The first unsupported thing of a sentence, or support."""
        for why in _complaints(sentence, sheet):
            return Opinion(False, why)
        return Opinion(True)

    def judge_change(self, line: str, sheet: Sheet) -> Opinion:
        """Whether a line of what would change the advice speaks of this sheet: a sign of the side that it would undo,
        a case that is open, or something that nobody has brought yet."""
        cited = [item for item in sheet.evidence if not item.untrusted and item.kind != "rule"]
        for why in _Reading(sheet, cited).read_change(line):
            return Opinion(False, why)
        return Opinion(True)

    def judge_action(self, action: str | None, sentences: Sequence[Sentence], sheet: Sheet) -> Opinion:
        """Whether the action may be taken, and is the one that the sentences recommend."""
        if action not in sheet.allowed_actions:
            return Opinion(False, f"{action} is not among the actions")
        for sentence in sentences:
            if (said := _advised(sentence.text, sheet)) and action not in said:
                return Opinion(False, f"the text advises {said[-1]}, the action is {action}")
        return Opinion(True)


def _complaints(sentence: Sentence, sheet: Sheet) -> Iterable[str]:
    cited = [item for item in map(sheet.find, sentence.citations) if item is not None]
    yield from (f"{name} is not on the sheet" for name in sentence.citations if sheet.find(name) is None)
    if not cited and sheet.evidence:
        yield "nothing is cited"
    yield from _forbidden(sentence.text, cited)
    yield from _echoed(sentence.text, sheet)
    reading = _Reading(sheet, cited)
    yield from reading.read(sentence.text)


@dataclass
class _Reading:
    """One sentence on its way from words to marks; each step takes its claims out and yields what does not hold."""

    sheet: Sheet
    cited: Sequence[Evidence]
    text: str = field(init=False, default="")

    def read(self, text: str) -> Iterable[str]:
        yield from self._marks(text)
        yield from self._score()
        yield from self._costs()
        yield from self._notes()
        for pattern, event in EVENTS:
            self.text = pattern.sub(event, self.text)
        yield from self._sides()
        yield from self._rest()

    def read_change(self, text: str) -> Iterable[str]:
        yield from self._marks(text)
        for pattern, side in CHANGES:
            if found := pattern.fullmatch(self.text):
                item = self._marked(found.groupdict().get("item") or "")
                if side == "open":
                    ended = [one for one in map(past, self.sheet.of_kind("precedent")) if one.end != "open"]
                    named = [one.case_id for one in ended if one.case_id in text]
                    if named or len(ended) == len(self.sheet.of_kind("precedent")):
                        yield f"no case is open: {', '.join(named) or 'all ended'}"
                elif side and (item is None or item.polarity != side):
                    yield f"nothing that {side} the risk is named"
                return
        yield f"no change of this sheet: {self.text}"

    def _marks(self, text: str) -> Iterable[str]:
        """Statements and past cases."""
        known = [past(item) for item in self.cited if item.kind == "precedent"]
        for one in known:
            text = re.sub(rf"(?<![\w-]){re.escape(one.case_id)}(?![\w-])|\b{one.id.upper()}\b", f"<{one.id}>", text)
        reasons = {reason for one in known for reason in one.shared if reason != ("reads", "alike")}
        things = {f"x{n}": reason for n, reason in enumerate(sorted(reasons), 1)}
        items = {one.id.lower(): spelled(one.statement) for one in self.cited if _sayable(one)}
        tokens = folded(spelled(text), items | things, whole=frozenset(things))
        self.text = re.sub(r"\bit reads alike", "<alike>" if known else "it reads alike", " ".join(tokens))
        first = next((item.id.lower() for item in self.sheet.of_kind("precedent")), "")
        self.text, wrong = read_past(self.text, known, things, first)
        yield from wrong

    def _score(self) -> Iterable[str]:
        """The probability, the band, or that there is none of them."""
        sheet, text = self.sheet, self.text
        text = re.sub(r"probability of fraud|fraud has a probability|gives fraud a probability", "probability", text)
        if sheet.probability is None and re.search(r"there is a (?:model )?score", text):
            yield "there is no score"
        if sheet.probability is not None and _NO_SCORE.search(text):
            yield "there is a score"
        text = _NO_SCORE.sub("<noscore>", text)
        if _SCORED.search(text):
            for token in re.findall(r"#\S+:%", text):
                value, _ = number(token) or (0.0, "")
                if sheet.probability is None or abs(value - sheet.probability * 100) > (0.051 if value % 1 else 0.51):
                    yield f"the score is not {value:g}%"
                text = text.replace(token, "<score>")
        if "too uncertain to rely on" in text:
            if sheet.band != "abstain":
                yield "the model does not abstain"
            text = text.replace("too uncertain to rely on", "")
        for band in re.findall(r"\b(?:low|medium|high)\b", text):
            if band != sheet.band:
                yield f"the band is {sheet.band}, not {band}"
        self.text = re.sub(r"\b(?:low|medium|high)\b", "<band>", text)

    def _costs(self) -> Iterable[str]:
        """The action that is recommended, and which one costs least."""
        costs = {found[1].replace(" ", "_"): found[2] for item in self.cited if (found := _COST.match(item.statement))}
        for amount in costs.values():
            self.text = self.text.replace(spelled(amount)[0], "<cost>")
        if not re.search(r"recommend|advice|policy|cost", self.text):
            return
        self.text = _acting(self.text, self.sheet)
        least = bool(_LEAST.search(self.text))
        if least and not costs and any(item.kind == "rule" for item in self.cited):
            return  # a rule in other words, which was read as a statement or is left over
        self.text = _LEAST.sub("<least>", self.text)
        if (least or "<cost>" in self.text) and not costs:
            yield "no expected cost is cited"
        said = re.findall(r"<do:(\w+)>", self.text)
        for action in said[:1] if said[-1:] == ["escalate"] else said:
            if costs and action not in costs and not (len(set(said)) == 1 and action == "escalate" and not least):
                yield f"{', '.join(costs)} costs least, not {action}"

    def _notes(self) -> Iterable[str]:
        """What is said about the sheet as a whole."""
        for pattern, holds in _ABOUT:
            if re.search(pattern, self.text):
                if not holds(self.sheet, self.cited):
                    yield f"not so: {pattern}"
                self.text = re.sub(pattern, "<about>", self.text)

    def _sides(self) -> Iterable[str]:
        """Each sign must speak the way that the words around it say."""
        signs = {item.polarity for item in self.sheet.of_kind("signal")}
        checks = {item.polarity for item in self.sheet.of_kind("document")}
        lean = _LEAN.get(self.sheet.band, "") if re.search(r"<band>|<score>|\bscore\b", self.text) else ""
        way, last, together, turned, waiting = "", "", False, False, False
        for token in self.text.split():
            event, item = token[1:], self._marked(token)
            if token in ("@no+", "@no-", "@no0"):
                for side in _WAYS.values() if event == "no0" else [_WAYS[event[2]]]:
                    if side in signs or (side in checks and event != "no0"):
                        yield f"there is evidence that {side} the risk"
            elif token in ("@+", "@-"):
                way, together, waiting = _WAYS[event], False, True
            elif token in ("@back+", "@back-") and last and last != _WAYS[event[4]]:
                yield f"a sign that {last} is said to be one that {_WAYS[event[4]]}"
            elif token in ("@lean", "@off"):
                way, together = lean if token == "@lean" else "", False
            elif token == "@all":
                together = together or not way
            elif token == "@still" and lean and last == lean:
                yield f"a sign that {last} is no objection to the score"
            elif token in ("@but", "@vs") and not waiting:
                way, turned = _OPPOSITE.get(last or lean, ""), not last
                together = token == "@vs" and not (last or way)
            elif item is not None and item.kind in ("signal", "document", "fact"):
                if way and item.polarity != way and not (item.polarity == "neutral" and turned):
                    yield f"{item.id} {item.polarity}, the sentence says {way}"
                if together and last and last != item.polarity:
                    yield f"{item.id} {item.polarity}, the others {last}"
                last, waiting = item.polarity, False

    def _marked(self, token: str) -> Evidence | None:
        return self.sheet.find(token[1:-1].upper()) if re.fullmatch(r"<[a-z]\d+>", token) else None

    def _rest(self) -> Iterable[str]:
        """What nothing explains."""
        left = [
            token
            for token in self.text.split()
            if not re.fullmatch(r"<[\w:]+>|@\S+|[,.;:()!?…]", token) and token not in PLAIN and bare(token)
        ]
        if left:
            yield f"nothing cited says {' '.join(left)}"


_ABOUT = (
    ("this draft rests on little evidence", lambda sheet, cited: True),
    ("(?:the case (?:also )?holds |the only evidence is )?text that (?:others wrote , which )?is not weighed here",
     lambda sheet, cited: any(item.untrusted or item.kind == "note" for item in cited)),
    ("the case holds no other evidence than this text", lambda sheet, cited: all(i.untrusted for i in sheet.evidence)),
    ("there is no evidence on this sheet that would support or contradict a decision", lambda s, c: not s.evidence),
    ("what else is known is set out below|the other evidence is the similar cases below", lambda sheet, cited: True),
    ("whatever that text says|the case also states this|the evidence says this|shared with this case|has unusual",
     lambda sheet, cited: True),
)  # fmt: skip


def _sayable(item: Evidence) -> bool:
    return not item.untrusted and item.kind not in ("note", "precedent") and not _COST.match(item.statement)


def _acting(text: str, sheet: Sheet) -> str:
    """The text with `<do:approve>` for each wording of an allowed action."""
    objects = rf"(?:payment|identity check|merchant|{re.escape(sheet.kind)}|case)"
    ways = []
    for action in sheet.allowed_actions:
        plain = action.replace("_", " ")
        verb = plain.split()[0]
        gerund = f"{verb.removesuffix('e')}ing{plain[len(verb) :]}"
        for said in (*lexicon.ACTIONS.get(action, ()), plain, gerund):
            ways.append((said.replace("{object}", "OBJECT"), action))
    for said, action in sorted(ways, key=lambda one: -len(one[0])):
        pattern = re.escape(said).replace("OBJECT", objects)
        text = re.sub(rf"(?<![\w:]){pattern}(?: (?:the|this) {objects})?(?![\w])", f"<do:{action}>", text)
    return text


def _advised(text: str, sheet: Sheet) -> list[str]:
    """The allowed actions that a recommending sentence names; the last one alone where it turns from the policy's."""
    low = " ".join(spelled(text))
    if not re.search(r"recommend|advice|advis|best step|choice to|should|cost", low):
        return []
    said = re.findall(r"<do:(\w+)>", _acting(low, sheet))
    return said[-1:] if said[-1:] == ["escalate"] else said


def _forbidden(text: str, cited: Sequence[Evidence]) -> Iterable[str]:
    """What no draft says, whatever it cites."""
    for name, pattern in lexicon.FORBIDDEN.items():
        if found := pattern.search(text):
            yield f"{name}: {found[0]}"
    for pattern in (lexicon.CERTAIN, lexicon.TRAIT):
        found = pattern.search(text)
        if found and not any(found[0].lower() in item.statement.lower() for item in cited if not item.untrusted):
            yield f"said too surely, or of a person: {found[0]}"


def _echoed(text: str, sheet: Sheet) -> Iterable[str]:
    """Four words in a row out of what an outsider wrote."""
    low = " ".join(_WORD.findall(text.lower()))
    trusted = " ".join(" ".join(_WORD.findall(i.statement.lower())) for i in sheet.evidence if not i.untrusted)
    for item in sheet.evidence:
        words = _WORD.findall(item.statement.partition(": ")[2].lower()) if item.untrusted else []
        for start in range(len(words) - 3):
            run = " ".join(words[start : start + 4])
            if run in low and run not in trusted:
                yield f"{item.id} is quoted: {run}"
