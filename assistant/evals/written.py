"""What a writer made of one item, and what the checks say of it: all that metrics know, and all that is kept.

Promise: `write` asks the writer once, keeps every word that it gave (also for a second try), and judges the text as it
came, before anything was repaired. `again` makes the same draft from the kept words, without the writer.
A writer that fails leaves a record with the reason; the run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from assistant.case import Check, Draft, Sentence, Sheet
from assistant.drafting import ACTION, CHANGE, draft, read_sentence
from assistant.errors import AssistantError, NotReady
from assistant.evals.suite import Item
from assistant.prompt import Prompt, PromptTemplate
from assistant.verify import verify_sentence
from assistant.writer import ScriptedWriter, SeveralWriter, Writer
from assistant.writer.pointing import expand, once, pointed

__all__ = ["Judged", "Written", "again", "raw_lines", "write", "write_each"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Judged(_Value):
    """A sentence as the writer gave it. `failed` are checks that do not hold, `needed` says of each citation whether it
    is needed: it bears the sentence alone, or the others do not bear it without it (ALCE, Gao et al. 2023)."""

    sentence: Sentence
    failed: tuple[Check, ...]
    needed: tuple[bool, ...]


class Written(_Value):
    """One item's record. Without a draft, `trouble` says why there is none."""

    item: str
    writer: str = ""
    model: str = ""
    note: str = ""
    system: str = ""
    user: str = ""
    text: str = ""
    rewrites: tuple[str, ...] = ()
    draft: Draft | None = None
    judged: tuple[Judged, ...] = ()
    changes: tuple[str, ...] = ()
    seconds: float = 0.0
    broken: str = ""
    """Why the writer did not come to its end; what it had written by then is here."""
    trouble: str = ""

    def timeless(self) -> Written:
        """The same without how long it took: what two runs of one thing have in common."""
        made = self.draft
        if made is not None:
            untimed = made.provenance.model_copy(update={"latency_ms": 0})
            made = made.model_copy(update={"provenance": untimed})
        return self.model_copy(update={"draft": made, "seconds": 0.0})


def write_each(items: Sequence[Item], template: PromptTemplate, writer: Writer) -> Iterator[Written]:
    """The records of many items as they are finished, in no particular order; written together where a writer can."""
    if not isinstance(writer, SeveralWriter):
        yield from (write(item, template, writer) for item in items)
        return
    prompts: list[tuple[Item, Prompt]] = []
    for item in items:
        try:
            prompts.append((item, template.render(item.sheet, item.personal)))
        except AssistantError:
            yield write(item, template, writer)
    done: set[int] = set()
    try:
        for place, text, seconds in writer.write_several([prompt for _, prompt in prompts]):
            done.add(place)
            made = write(prompts[place][0], template, _Prewritten(writer, text))
            yield made.model_copy(update={"seconds": round(made.seconds + seconds, 4)})
    except AssistantError:  # one that is too long, say: each by itself, so that it costs no other
        yield from (write(item, template, writer) for at, (item, _) in enumerate(prompts) if at not in done)


def write(item: Item, template: PromptTemplate, writer: Writer) -> Written:
    """Has the draft of one item written and judged. Whatever the writer raises is told in `trouble`."""
    started = time.perf_counter()
    try:
        prompt = template.render(item.sheet, item.personal)
    except AssistantError as error:
        return Written(item=item.id, trouble=f"the prompt did not render: {error}")
    heard = _ScriptedOverheard(writer.note) if isinstance(writer, ScriptedWriter) else _Overheard(writer)
    rendered = {
        "item": item.id,
        "writer": writer.name,
        "model": writer.model,
        "note": writer.note,
        "system": prompt.system,
        "user": prompt.user,
    }
    try:
        made = draft(heard, prompt)
    except Exception as error:  # a writer is somebody else's code; its fault is a result here
        said = " ".join(str(error).split())[:300]
        return Written(**rendered, text=heard.text, trouble=f"{writer.name}: {type(error).__name__}: {said}")
    seconds = time.perf_counter() - started
    trouble = f"{writer.name}: {heard.broken}" if heard.broken and not heard.text else ""
    return Written(
        **rendered,
        text=heard.text,
        rewrites=tuple(heard.rewrites),
        draft=None if trouble else made,
        judged=tuple(_judged(heard.text, item.sheet)),
        changes=tuple(found[1] for line in heard.text.split("\n") if (found := CHANGE.match(line.strip()))),
        seconds=round(seconds, 4),
        broken=heard.broken,
        trouble=trouble,
    )


def again(written: Written, item: Item, template: PromptTemplate) -> Written:
    """The record as it comes out today from the words that were kept, timed as it was then."""
    if written.draft is None:
        return written
    scripted = written.writer == ScriptedWriter.name
    made = write(item, template, ScriptedWriter(written.note) if scripted else _Kept(written))
    if made.draft is None or written.draft is None:
        return made
    provenance = made.draft.provenance.model_copy(update={"latency_ms": written.draft.provenance.latency_ms})
    same = made.draft.model_copy(update={"provenance": provenance})
    return made.model_copy(update={"draft": same, "seconds": written.seconds})


def raw_lines(text: str, sheet: Sheet) -> list[Sentence]:
    """The sentences of a writer's text as they came, pointers replaced by what they stand for."""
    found: list[Sentence] = []
    told: set[str] = set()
    for line in text.split("\n"):
        if ACTION.match(line) or CHANGE.match(line):
            continue
        line = once(line, told)
        told |= pointed(line)
        sentence = read_sentence(expand(line, sheet), f"s{len(found) + 1}")
        if sentence is not None:
            found.append(sentence)
    return found


def _judged(text: str, sheet: Sheet) -> Iterator[Judged]:
    before: Sentence | None = None
    for sentence in raw_lines(text, sheet):
        failed = tuple(check for check in verify_sentence(sentence, sheet, before) if not check.ok)
        yield Judged(
            sentence=sentence,
            failed=failed,
            needed=tuple(not failed and _needed(one, sentence, sheet) for one in sentence.citations),
        )
        before = sentence


def _needed(cited: str, sentence: Sentence, sheet: Sheet) -> bool:
    """Of a sentence that holds: whether this citation is needed. An id that is not on the sheet never is."""
    if sheet.find(cited) is None:
        return False
    rest = tuple(one for one in sentence.citations if one != cited)
    return not rest or _holds(sentence, (cited,), sheet) or not _holds(sentence, rest, sheet)


def _holds(sentence: Sentence, citations: tuple[str, ...], sheet: Sheet) -> bool:
    return all(one.ok for one in verify_sentence(sentence.model_copy(update={"citations": citations}), sheet))


class _Heard:
    """What was heard of a writer."""

    def __init__(self) -> None:
        self.text = ""
        self.rewrites: list[str] = []
        self.broken = ""


class _Overheard(_Heard):
    """A writer whose every word is kept."""

    def __init__(self, inner: Writer) -> None:
        super().__init__()
        self._inner = inner
        self.name, self.model, self.note, self.prompt = inner.name, inner.model, inner.note, inner.prompt

    def write(self, prompt: Prompt) -> Iterator[str]:
        try:
            for piece in self._inner.write(prompt):
                self.text += piece
                yield piece
        except AssistantError as error:
            self.broken = str(error)
            raise

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        said = self._inner.rewrite(prompt, sentence, why)
        self.rewrites.append(said)
        return said


class _ScriptedOverheard(_Heard, ScriptedWriter):
    """The scripted writer, which is known by its type, overheard."""

    def __init__(self, note: str) -> None:
        _Heard.__init__(self)
        ScriptedWriter.__init__(self, note)

    def write(self, prompt: Prompt) -> Iterator[str]:
        for piece in ScriptedWriter.write(self, prompt):
            self.text += piece
            yield piece


class _Prewritten:
    """A writer whose text is there already; a second try is its own."""

    def __init__(self, inner: Writer, text: str) -> None:
        self.name, self.model, self.note, self.prompt = inner.name, inner.model, inner.note, inner.prompt
        self._inner, self._text = inner, text

    def write(self, prompt: Prompt) -> Iterator[str]:
        yield from (f"{line}\n" for line in self._text.split("\n")[:-1])

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        return self._inner.rewrite(prompt, sentence, why)


class _Kept:
    """A writer that says again what it said before."""

    prompt = ""

    def __init__(self, written: Written) -> None:
        self.name, self.model, self.note = written.writer, written.model, written.note
        self._text, self._rewrites, self._broken = written.text, list(written.rewrites), written.broken

    def write(self, prompt: Prompt) -> Iterator[str]:
        yield self._text
        if self._broken:
            raise NotReady(self._broken)

    def rewrite(self, prompt: Prompt, sentence: Sentence, why: str) -> str:
        return self._rewrites.pop(0) if self._rewrites else ""
