"""How a question is answered, on one page.

question → mentions → case → topic → what may be told → sheet → writer → checks → answer → journal

The audience is part of the sheet: it holds what the table of disclosure allows and nothing else, whoever writes.
Several cases are offered and none is guessed; "I don't know" and "ask a lead" are answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from assistant.case import Case, Draft, Sentence, Sheet
from assistant.drafting import draft, plain_statement
from assistant.errors import BadInput, NotFound
from assistant.money import words
from assistant.policy import Policy
from assistant.prompt import load
from assistant.store import Kept, Store
from assistant.support.articles import Articles, Section
from assistant.support.counting import count, read_query
from assistant.support.disclosure import Disclosure, texts
from assistant.support.finding import Finder
from assistant.support.languages import foreign
from assistant.support.mentions import read_question, replaced
from assistant.support.message import message_of
from assistant.support.plain import DOES, FOLLOWS, PlainAnswer, PlainMessage, field_of
from assistant.support.sheet import ASK_A_LEAD, Seen, answer_sheet, seen
from assistant.support.topics import TopicReader, said_of
from assistant.support.values import Answer, Find, Question, Source, Status, Topic, Topics
from assistant.writer import ScriptedWriter, Writer
from retrieval import Embedder

__all__ = ["SupportDesk"]

ABOUT_A_CASE: frozenset[Topic] = frozenset(
    {"status", "reason", "next_step", "documents", "time", "complaint", "similar"}
)
NOT_OF_THE_CASE: frozenset[Topic] = frozenset({"dispute", "report_fraud", "complaint"})
MAY_SEE_OTHERS = frozenset({"analyst", "lead", "admin"})
"""Roles that are shown other customers' cases; for support that is a lead's business."""


class SupportDesk:
    """Answers questions about the cases of one home folder."""

    def __init__(self, store: Store, policy: Policy, home: Path, embedder: Callable[[], Embedder]) -> None:
        self._store = store
        self._policy = policy
        self._finder = Finder(store, self._label)
        self.disclosure = Disclosure(home / "disclosure.toml")
        self.articles = Articles(home / "articles", embedder)
        self.topics = TopicReader(embedder, home / "support")

    def ask(
        self,
        text: str,
        *,
        actor: str,
        role: str = "support",
        focus: str = "",
        chosen: str = "",
        topic: Topic | None = None,
        language: str = "en",
        as_of: datetime | None = None,
        writer: Writer | None = None,
    ) -> Answer:
        """The answer, which is kept. `focus` is the case that the talk is about where the question names none, `chosen`
        the case that the asker took of those offered, `topic` what it is about where they were asked back. Raises
        BadInput for an empty question."""
        now = as_of or datetime.now(UTC)
        question = read_question(text, now)
        if not question.text:
            raise BadInput("the question is empty; ask about a case, an order, a customer or how something works")
        texts("customer", language)  # a language without approved wording is refused before anything is looked up
        find, mentions = self._finder.find(
            question, lambda case: role != "support" or self.disclosure.visible(case.kind)
        )
        question = question.model_copy(update={"topic_text": replaced(question.text, list(mentions))})
        about = (
            Topics(topic=topic, sure=1, second=topic, is_sure=True) if topic else self.topics.read(question.topic_text)
        )
        answer = self._answer(
            question, about, self._focused(find, bool(mentions), focus, chosen, role), role, language, now, writer
        )
        kept = answer.model_dump(mode="json", exclude={"question_id", "at"})
        self._store.questions.keep(
            Kept(answer.question_id, now, actor, role, answer.case_id or None, answer.topic, answer.status,
                 question.topic_text, kept)
        )  # fmt: skip
        return answer

    def _focused(self, find: Find, named: bool, focus: str, chosen: str, role: str) -> Find:
        """The case that was chosen, or that of the talk where nothing else is named. Raises NotFound for one that is
        not there for them."""
        wanted = chosen or ("" if named else focus)
        if not wanted:
            return find
        case = self._store.cases.get(wanted)
        if role == "support" and not self.disclosure.visible(case.kind):
            raise NotFound(f"there is no case {wanted!r}; ask about another one")
        return self._finder.only(case)

    def _answer(
        self,
        question: Question,
        about: Topics,
        find: Find,
        role: str,
        language: str,
        now: datetime,
        writer: Writer | None,
    ) -> Answer:
        base = Answer(question_id=uuid4().hex, at=now, status="answered", topic=about.topic, language=language)
        if about.topic == "statistics" and about.is_sure:
            return self._counted(base, question, now)
        if find.unmet and not find.matches:
            told = f"No case fits {_listed(find.unmet)}. Check how it is written, or ask for the case number."
            return _said(base, "not_found", told, note="nothing fits what was said")
        if len(find.matches) > 1:
            more = " and more" if find.more else ""
            told = f"{len(find.matches)}{more} cases fit what was said: which one is it?"
            return _said(base, "which_case", told).model_copy(update={"matches": find.matches})
        if find.matches and find.unmet:
            told = (
                f"{find.matches[0].case_id} fits, but not {_listed(find.unmet)}. Make sure that it is the right case."
            )
            return _said(base, "which_case", told).model_copy(update={"matches": find.matches})
        case = self._store.cases.get(find.matches[0].case_id) if find.matches else None
        if tongue := foreign(question.topic_text):
            told = f"This desk reads questions in English, and this one seems to be {tongue}. Put it in English words."
            return _said(base, "dont_know", told).model_copy(update={"matches": find.matches})
        if not about.is_sure:
            return self._asked_back(base, about, find)
        if about.topic == "similar":
            return self._similar(base, find, role)
        sections = self._articles(question, about.topic, case)
        if case is None and not sections:
            return _without_case(base, about.topic)
        one = self._seen(case, now) if case else None
        return self._written(base, question, about.topic, one, sections, find, writer)

    def _articles(self, question: Question, topic: Topic, case: Case | None) -> list[Section]:
        """Beside what a case says an article has a place only where the case says nothing of the matter."""
        found = self.articles.find(question.topic_text, topic, "support", most=4)
        if case is None:
            return found[:2]
        return [one for one in found if topic in one.topics and topic in NOT_OF_THE_CASE][:1]

    def _written(
        self,
        base: Answer,
        question: Question,
        topic: Topic,
        one: Seen | None,
        sections: list[Section],
        find: Find,
        writer: Writer | None,
    ) -> Answer:
        now, language = base.at, base.language
        sheet = answer_sheet(one, question.topic_text, sections, self.disclosure, "support", now)
        plain = PlainAnswer(topic)
        made = draft(writer or plain, load("answer@v1").render(sheet, one.case.personal if one else ()), plain)
        if not made.sentences:
            return _said(base, "dont_know", "There is no text here that answers this. Ask a lead.", note=made.note)
        public = [section for section in sections if section.audience == "customer"]
        told = answer_sheet(one, "", public, self.disclosure, "customer", now, language)
        message = self._message(told, one, writer if language == "en" else None)
        fields = {item.id: field_of(item) for item in sheet.evidence}
        parts: dict[str, list[Sentence]] = {"direct": [], "next": [], "customer_does": []}
        leading = {fields.get(cited, "") for cited in made.sentences[0].citations}
        for sentence in made.sentences:
            told_fields = {fields[cited] for cited in sentence.citations} - leading
            part = "next" if told_fields & set(FOLLOWS) else "customer_does" if told_fields & set(DOES) else "direct"
            parts[part].append(sentence)
        late = one is not None and one.late and topic in ("status", "time", "next_step")
        return base.model_copy(
            update={
                **{name: tuple(found) for name, found in parts.items()},
                "status": "ask_a_lead" if made.action == ASK_A_LEAD or late else "answered",
                "sources": _sources(sheet, made, one),
                "customer_message": message_of(told, message, language),
                "case_id": one.case.case_id if one else "",
                "matches": find.matches,
                "writer": made.writer,
                "checks": made.checks,
                "note": made.note,
            }
        )

    def _message(self, sheet: Sheet, one: Seen | None, writer: Writer | None) -> tuple[Sentence, ...]:
        """The customer's sentences. What the table says must be told is told, whatever a writer left out."""
        items = sheet.of_kind("rule", "article")
        if not items:
            return ()
        if writer is None or isinstance(writer, ScriptedWriter):
            return tuple(plain_statement(item, f"s{at}") for at, item in enumerate(items, 1))
        made = draft(writer, load("customer@v1").render(sheet, one.case.personal if one else ()), PlainMessage())
        cited = {name for sentence in made.sentences for name in sentence.citations}
        must = self.disclosure.columns(sheet.kind, "customer").must
        missing = [item for item in items if field_of(item) in (*must, "nothing") and item.id not in cited]
        return (*made.sentences, *(plain_statement(item, f"a{at}") for at, item in enumerate(missing, 1)))

    def _counted(self, base: Answer, question: Question, now: datetime) -> Answer:
        query = read_query(question, now)
        if not query.filters() and query.unread:
            told = "This question about many cases is not understood. Name a kind, a decision, a country or a time."
            return _said(base, "dont_know", told, note=f"not understood: {_listed(query.unread)}")
        found = count(self._store, query)
        filters = ", ".join(f"{name} {value}" for name, value in found.filters.items()) or "all cases"
        told = f"{found.number:,} case{'' if found.number == 1 else 's'}: {filters}."
        answer = _said(base, "answered", told)
        note = f"not understood, and so not used: {_listed(found.unread)}" if found.unread else ""
        source = Source(id="C1", kind="count", title="counted just now", text=filters)
        return answer.model_copy(update={"count": found, "sources": (source,), "note": note})

    def _similar(self, base: Answer, find: Find, role: str) -> Answer:
        if role not in MAY_SEE_OTHERS:
            told = "Other customers' cases are not shown to support. A lead can look for similar ones."
            return _said(base, "ask_a_lead", told).model_copy(update={"matches": find.matches})
        if not find.matches:
            return _without_case(base, "similar")
        case_id = find.matches[0].case_id
        told = f"Similar cases of {case_id} are on its page, and 'fra similar {case_id}' lists them."
        return _said(base, "answered", told).model_copy(update={"matches": find.matches, "case_id": case_id})

    def _asked_back(self, base: Answer, about: Topics, find: Find) -> Answer:
        told = f"Is the question about {said_of(about.topic)}, or about {said_of(about.second)}?"
        case_id = find.matches[0].case_id if find.matches else ""
        note = f"not sure: {about.topic} at {about.sure:.0%}, else {about.second}"
        return _said(base, "which_topic", told, note).model_copy(update={"matches": find.matches, "case_id": case_id})

    def _seen(self, case: Case, now: datetime) -> Seen:
        decisions = self._store.cases.decisions([case.case_id]).get(case.case_id, [])
        return seen(case, decisions, self._policy, now)

    def _label(self, case: Case) -> str:
        """What tells one case from another, without whose it is."""
        parts = [case.kind]
        if case.amount_minor is not None and case.currency and case.kind != "identity":
            parts.append(words(case.amount_minor, case.currency))
        parts.append(f"opened {case.opened_at:%Y-%m-%d}")
        state = self._seen(case, datetime.now(UTC)).state
        parts.append("under review" if state == "open" else state.replace("_", " "))
        return ", ".join(parts)


def _said(base: Answer, status: Status, text: str, note: str = "") -> Answer:
    """An answer in the desk's own words: they rest on nothing but the question."""
    sentence = Sentence(id="s1", text=text, origin="evidence")
    return base.model_copy(update={"status": status, "direct": (sentence,), "note": note, "writer": "desk"})


def _without_case(base: Answer, topic: Topic) -> Answer:
    if topic == "out_of_scope":
        told = (
            "That is not answered here: this desk knows cases under review, what happens with them, and its articles."
        )
        return _said(base, "out_of_scope", told)
    if topic in ABOUT_A_CASE or topic == "dispute":
        return _said(base, "which_case", "Which case is it about? Give its number, or the customer's email or phone.")
    return _said(base, "dont_know", "There is no text here that answers this. Ask a lead.")


def _sources(sheet: Sheet, made: Draft, one: Seen | None) -> tuple[Source, ...]:
    found = []
    case_id = one.case.case_id if one else ""
    for cited in dict.fromkeys(name for sentence in made.sentences for name in sentence.citations):
        item = sheet.find(cited)
        if item is None:
            continue
        kind = "article" if item.kind == "article" else "policy" if item.kind == "rule" else "case"
        found.append(
            Source.model_validate(
                {"id": item.id, "kind": kind, "title": item.source, "text": item.statement, "case_id": case_id}
            )
        )
    return tuple(found)


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts)
