"""From a checked draft to one that a person changed.

A sentence that a person wrote goes through the checks that every writer's sentences go through. One that fails is kept,
because people decide, but the draft is then `unsupported` and names the checks: it never counts as checked. A sentence
that the person left alone, or put back as it was written, keeps its origin and its checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from itertools import count

from assistant.case import Check, Draft, DraftEdit, DraftStatus, Edited, Review, Sentence, SentenceChange, Sheet
from assistant.drafting import read_sentence
from assistant.errors import BadInput
from assistant.verify import verify_action, verify_sentence

__all__ = ["MOST_SENTENCES", "edit", "written"]

MOST_SENTENCES = 20


def written(sentence: Sentence) -> str:
    """A sentence as people write it: its text with the ids of its evidence at the end."""
    marks = "".join(f"[{one}]" for one in sentence.citations)
    return f"{sentence.text} {marks}" if marks else sentence.text


def edit(review: Review, before: Draft, sentences: Sequence[Sentence], editor: str, at: datetime) -> DraftEdit:
    """The draft with these sentences in place of those of `before`, a version of the review's draft.

    Raises BadInput for a draft without sentences, for more than `MOST_SENTENCES`, for an id that comes twice, and
    without an editor. Without any change the draft is `before` itself."""
    if not editor.strip():
        raise BadInput("the editor of a draft is empty; say who edits")
    versions = (before, review.draft)
    shown = tuple(_settled(sentences, versions))
    if not shown:
        raise BadInput("a draft needs a sentence; leave one, or decide without the draft")
    if len(shown) > MOST_SENTENCES:
        raise BadInput(f"a draft has at most {MOST_SENTENCES} sentences, this one has {len(shown)}; shorten it")
    if shown == before.sentences:
        return DraftEdit(review_id=review.review_id, draft=before, changes=())
    checks = _checks(shown, versions, review.sheet)
    draft = before.model_copy(
        update={
            "sentences": shown,
            "checks": checks,
            "status": _status(shown, checks, review.draft),
            "edited": Edited(number=before.edited.number + 1 if before.edited else 1, editor=editor.strip(), at=at),
        }
    )
    return DraftEdit(review_id=review.review_id, draft=draft, changes=tuple(_changes(before, draft)))


def _settled(sentences: Sequence[Sentence], versions: Sequence[Draft]) -> Iterator[Sentence]:
    """The sentences as they will be shown and checked; empty ones are left out, new ones get ids of their own."""
    known = {(one.id, one.text, one.citations): one for draft in reversed(versions) for one in draft.sentences}
    ids = {one.id for draft in versions for one in draft.sentences}
    free = _free_ids(ids | {check.sentence for draft in versions for check in draft.checks})
    seen: set[str] = set()
    for given in sentences:
        if given.id in seen:
            raise BadInput(f"sentence {given.id} comes twice; give each sentence once")
        seen |= {given.id} & ids
        same = known.get((given.id, given.text, given.citations))
        read = same or read_sentence(written(given), given.id if given.id in ids else next(free))
        if read is not None:
            yield known.get((read.id, read.text, read.citations)) or read.model_copy(update={"origin": "person"})


def _free_ids(used: Set[str]) -> Iterator[str]:
    return (name for name in map("s{}".format, count(1)) if name not in used)


def _checks(shown: Sequence[Sentence], versions: Sequence[Draft], sheet: Sheet) -> tuple[Check, ...]:
    """What was found about the draft as a whole and about what was left out, then about each sentence that stands."""
    *_, written_draft = versions
    about_shown = {one.id for draft in versions for one in draft.sentences}
    checks = [check for check in written_draft.checks if check.sentence not in about_shown]
    for before, sentence in zip((None, *shown), shown, strict=False):
        source = next((draft for draft in versions if sentence in draft.sentences), None)
        if source is not None:
            checks += [check for check in source.checks if check.sentence == sentence.id]
            continue
        checks += verify_sentence(sentence, sheet, before)
        if written_draft.action is not None:
            against = verify_action(written_draft.action, [sentence], sheet)
            checks += [check for check in against if not check.ok and check.sentence == sentence.id]
    return tuple(checks)


def _status(shown: Sequence[Sentence], checks: Sequence[Check], original: Draft) -> DraftStatus:
    if shown == original.sentences:
        return original.status
    theirs = {one.id for one in shown if one.origin == "person"}
    return "unsupported" if any(not check.ok and check.sentence in theirs for check in checks) else "edited"


def _changes(before: Draft, after: Draft) -> Iterator[SentenceChange]:
    was = {one.id: one for one in before.sentences}
    now = {one.id: one for one in after.sentences}
    for sentence_id in {**was, **now}:
        old, new = was.get(sentence_id), now.get(sentence_id)
        if old != new:
            theirs = new is not None and new.origin == "person"
            yield SentenceChange(before=old, after=new, failed=after.failed(sentence_id) if theirs else ())
