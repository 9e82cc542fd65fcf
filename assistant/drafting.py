"""From a prompt to a checked draft.

Reads a writer's text line by line, has every sentence verified, retries a failed one once, replaces it by the plain
statement of what it cited when the retry fails too, and falls back to the scripted writer when nothing of the model's
text holds. What is shown is what was checked, and the draft says which sentence came from where. How sure the action is
is left to `confidence`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant.case import Check, Draft, Evidence, Provenance, Sentence, Sheet
from assistant.errors import AssistantError
from assistant.prompt import Prompt
from assistant.verify import verify_action, verify_sentence
from assistant.writer import ScriptedWriter, Writer
from assistant.writer.pointing import expand, once, pointed
from assistant.writer.turns import fitted
from assistant.writer.wording import quotable, said

__all__ = ["draft", "draft_steps", "read_sentence"]

MOST_SENTENCES = 8
MOST_CHANGES = 3
RETRIES = 2
"""A rewrite costs as much as a sentence; a writer that fails more often than this is not having a bad moment."""
GIVE_UP_AFTER = 3
"""Failed sentences in a row, with none that held, after which the rest of the text is not waited for."""
LONGEST_SENTENCE = 600

CITATIONS = re.compile(r"\[([A-Z]\d{1,4}(?:\s*[,;]\s*[A-Z]\d{1,4})*)\]")
ACTION = re.compile(r"^\W*action\W*:\s*[*_`]*([\w ]+?)[*_`.]*\s*$", re.IGNORECASE)
CHANGE = re.compile(r"^\W*would change\W*:\s*(.+)$", re.IGNORECASE)
SEVERAL = re.compile(r"[.!?]\s+[^\s\[]")
"""More than the one sentence that a retry is asked for: a model that rambles is not shown because each part is true."""


def draft(writer: Writer, prompt: Prompt, fallback: ScriptedWriter | None = None) -> Draft:
    """The finished draft of one sheet."""
    for step in draft_steps(writer, prompt, fallback):
        if isinstance(step, Draft):
            return step
    raise AssertionError("a draft ends with a Draft")


def draft_steps(writer: Writer, prompt: Prompt, fallback: ScriptedWriter | None = None) -> Iterator[Sentence | Draft]:
    """Sentences as they pass their checks, then the draft. The draft counts: it may drop sentences shown before.
    `fallback` writes where nothing of the writer's holds."""
    started = time.monotonic()
    model = _Pass(writer, prompt)
    broken = ""
    try:
        yield from model.sentences()
    except AssistantError as error:
        broken = str(error)
    chosen, note = model, writer.note
    if not isinstance(writer, ScriptedWriter) and not model.held:
        chosen = _Pass(fallback or ScriptedWriter(), prompt)
        for _ in chosen.sentences():
            pass
        note = f"{writer.name} was asked first: {broken or model.trouble or 'it wrote no whole sentence'}"
    elif broken:
        note = "; ".join(filter(None, (note, f"{writer.name} did not come to its end: {broken}")))
    yield chosen.finish(time.monotonic() - started, note, failed=model.failed if chosen is not model else [])


class _Lines(NamedTuple):
    """What one line of a writer's text is."""

    sentence: Sentence | None = None
    action: str | None = None
    change: str | None = None


@dataclass
class _Pass:
    """One writer's text on its way through the checks."""

    writer: Writer
    prompt: Prompt
    shown: list[Sentence] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    failed: list[Check] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    action: str | None = None
    retried: int = 0
    replaced: int = 0
    dropped: int = 0
    told: set[str] = field(default_factory=set)

    @property
    def sheet(self) -> Sheet:
        return self.prompt.sheet

    @property
    def held(self) -> bool:
        """Whether the writer's own words survived anywhere."""
        return any(sentence.origin in {"model", "retried"} for sentence in self.shown)

    @property
    def trouble(self) -> str:
        if self.held:
            return ""
        count = self.replaced + self.dropped
        return f"none of its {count} sentences held" if count else ""

    def sentences(self) -> Iterator[Sentence]:
        """Reads the text and yields what may be shown, in order."""
        text = self.writer.write(self.prompt)
        for line in _lines(text):
            line = line if ACTION.match(line) or CHANGE.match(line) else once(line, self.told)
            read = _read(expand(line, self.sheet), f"s{len(self.shown) + self.dropped + 1}")
            if read.action is not None:
                self.action = self.action or _action_name(read.action)
            elif read.change is not None:
                self._consider_change(read.change)
            elif read.sentence is not None and len(self.shown) + self.dropped < MOST_SENTENCES:
                sentence = self._settle(read.sentence)
                if sentence is not None:
                    self.told |= pointed(line)
                    self.shown.append(sentence)
                    yield sentence
                if not self.held and self.replaced + self.dropped >= GIVE_UP_AFTER:
                    break
        close = getattr(text, "close", None)
        if close is not None:
            close()

    def finish(self, seconds: float, note: str, failed: Sequence[Check]) -> Draft:
        """The draft as it will be shown and stored."""
        scripted = isinstance(self.writer, ScriptedWriter)
        added: list[str] = [] if scripted or not self.shown else self._complete()
        verdicts = verify_action(self.action, self.shown, self.sheet)
        self.checks += verdicts
        action, fallen_back = self.action, not all(check.ok for check in verdicts)
        if fallen_back:
            action = self.sheet.policy_action
            self._silence(action)
        notes = [note] if note else []
        if fallen_back:
            why = "; ".join(dict.fromkeys(check.why for check in verdicts if not check.ok))
            notes.append(f"the action is the policy's: {why}")
        if added:
            notes.append(f"it had left out {', '.join(added)}, which is added as it stands on the sheet")
        if not self.shown:
            status = "withheld"
            notes.append("no statement about this case could be checked against evidence")
        elif scripted:
            status = "scripted"
        elif self.replaced or self.dropped or fallen_back:
            status = "repaired"
        else:
            status = "verified"
        return Draft.model_validate(
            {
                "status": status,
                "writer": self.writer.name,
                "sentences": tuple(self.shown),
                "action": action if self.shown else None,
                "confidence": None,
                "would_change": tuple(self.changes),
                "checks": (*failed, *self.failed, *self.checks),
                "provenance": Provenance(
                    prompt=self.prompt.name,
                    version=self.prompt.version,
                    hash=self.prompt.hash,
                    model=self.writer.model,
                    sheet_hash=self.sheet.hash,
                    latency_ms=round(seconds * 1000),
                    retried=self.retried,
                    replaced=self.replaced,
                ),
                "note": "; ".join(notes),
            }
        )

    def _settle(self, sentence: Sentence) -> Sentence | None:
        """The sentence itself, its retry, the evidence it cited, or nothing."""
        if isinstance(self.writer, ScriptedWriter):
            sentence = sentence.model_copy(update={"origin": "evidence"})
        before = self.shown[-1] if self.shown else None
        sentence = fitted(sentence, self.sheet, before)
        checks = verify_sentence(sentence, self.sheet, before)
        if all(check.ok for check in checks):
            self.checks += checks
            return sentence
        self.failed += [check for check in checks if not check.ok]
        if not isinstance(self.writer, ScriptedWriter) and self.retried < RETRIES:
            self.retried += 1
            why = "; ".join(dict.fromkeys(check.why for check in checks if not check.ok))
            again = next(iter(self.writer.rewrite(self.prompt, sentence, why).splitlines()), "")
            again = "" if SEVERAL.search(again.strip()) else once(again, self.told)
            read = _read(expand(again, self.sheet), sentence.id)
            if read.sentence is not None:
                retried = fitted(read.sentence, self.sheet, before).model_copy(update={"origin": "retried"})
                checks = verify_sentence(retried, self.sheet, before)
                if all(check.ok for check in checks):
                    self.checks += checks
                    return retried
                self.failed += [check for check in checks if not check.ok]
        return self._replace(sentence)

    def _complete(self) -> list[str]:
        """Puts what a reader must not miss and the writer left out at the end, before a recommendation that stands
        there: the strongest sign of each side and the first document check that raises the risk. Gives their ids."""
        told = {cited for sentence in self.shown for cited in sentence.citations}
        added: list[str] = []
        for item in key_facts(self.sheet):
            if item.id in told or len(self.shown) >= MOST_SENTENCES + len(added):
                continue
            plain = _sided_statement(item, f"s{len(self.shown) + self.dropped + 1}")
            checks = verify_sentence(plain, self.sheet)
            if all(check.ok for check in checks):
                self.checks += checks
                concluded = any(one.startswith("R") for one in self.shown[-1].citations)
                self.shown.insert(len(self.shown) - concluded, plain)
                added.append(item.id)
        return added

    def _silence(self, action: str) -> None:
        """Drops the sentences that argue for another action than the one that takes the place of the writer's."""
        against = [check for check in verify_action(action, self.shown, self.sheet) if not check.ok]
        silenced = {check.sentence for check in against} - {"draft"}
        self.failed += [check for check in against if check.sentence in silenced]
        self.dropped += len(silenced)
        self.shown = [sentence for sentence in self.shown if sentence.id not in silenced]
        self.checks = [check for check in self.checks if check.sentence not in silenced or check.check == "actions"]

    def _replace(self, sentence: Sentence) -> Sentence | None:
        said = {cited for shown in self.shown for cited in shown.citations}
        for cited in sentence.citations:
            evidence = self.sheet.find(cited)
            if evidence is None or evidence.untrusted or cited in said:
                continue
            plain = plain_statement(evidence, sentence.id)
            checks = verify_sentence(plain, self.sheet)
            if all(check.ok for check in checks):
                self.replaced += 1
                self.checks += checks
                return plain
        self.dropped += 1
        return None

    def _consider_change(self, text: str) -> None:
        """What would change the mind is a wish, not a claim, but it is held to the same sheet."""
        if len(self.changes) == MOST_CHANGES:
            return
        sentence = Sentence(id=f"w{len(self.changes) + 1}", text=text, citations=())
        own = list(_own_words(text, self.sheet))
        bad = [
            one
            for one in verify_sentence(sentence, self.sheet)
            if not one.ok
            and one.check != "citations"
            and not any(one.start >= at and one.end <= end for at, end in own)
        ]
        if bad:
            self.failed += bad
        else:
            self.changes.append(text)


def key_facts(sheet: Sheet) -> list[Evidence]:
    """What no draft may leave out: the strongest sign of each side, and the first document check that raises risk."""
    signs = [item for item in sheet.of_kind("signal") if quotable(item)]
    documents = [item for item in sheet.of_kind("document") if quotable(item)]
    firsts = (
        next((item for item in signs if item.polarity == "raises"), None),
        next((item for item in signs if item.polarity == "lowers"), None),
        next((item for item in documents if item.polarity == "raises"), None),
    )
    return [item for item in firsts if item is not None]


def _own_words(text: str, sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Where a wish repeats what an item of the sheet says: "a good reason why 2 cases on this card ended as fraud"."""
    for item in sheet.evidence:
        whole = said(item).lower()
        for words in (whole, whole.partition(" (")[0]) if quotable(item) else ():
            if (at := text.lower().find(words)) >= 0:
                yield at, at + len(words)


def plain_statement(evidence: Evidence, sentence_id: str) -> Sentence:
    """An item of evidence as a sentence."""
    text = evidence.statement.rstrip(".")
    return Sentence(id=sentence_id, text=f"{text[:1].upper()}{text[1:]}.", citations=(evidence.id,), origin="evidence")


def _sided_statement(evidence: Evidence, sentence_id: str) -> Sentence:
    """The same, with the side that it speaks for."""
    lead = "A document check that raises" if evidence.kind == "document" else "A sign that " + evidence.polarity
    text = f"{lead} the risk: {evidence.statement.rstrip('.')}."
    return Sentence(id=sentence_id, text=text, citations=(evidence.id,), origin="evidence")


def read_sentence(line: str, sentence_id: str, longest: int | None = None) -> Sentence | None:
    """A sentence with the ids of its evidence in square brackets, as writers and people write it; None without words.

    What is longer than `longest` characters is cut.
    """
    citations = [one.strip() for group in CITATIONS.findall(line) for one in re.split(r"[,;]", group)]
    text = re.sub(r"\s+([.!?])", r"\1", CITATIONS.sub("", line)).strip(" \t-*•")
    text = " ".join(text.split())[:longest]
    if not re.search(r"\w", text):
        return None
    if text[-1] not in ".!?":
        text += "."
    return Sentence(id=sentence_id, text=text, citations=tuple(dict.fromkeys(citations)))


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    """Whole lines of a stream of pieces, as soon as each is complete."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        *whole, buffer = buffer.split("\n")
        yield from whole
    yield buffer


def _read(line: str, sentence_id: str) -> _Lines:
    line = line.strip()
    if not line:
        return _Lines()
    if found := ACTION.match(line):
        return _Lines(action=found[1])
    if found := CHANGE.match(line):
        return _Lines(change=CITATIONS.sub("", found[1]).strip())
    return _Lines(sentence=read_sentence(line, sentence_id, LONGEST_SENTENCE))


def _action_name(said: str) -> str:
    return re.sub(r"[\s_-]+", "_", said.strip().lower())
