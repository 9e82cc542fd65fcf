"""The true drafts that the verifier is measured with are what is read: pointers replaced, every sentence cited."""

from __future__ import annotations

from assistant.verify import verify_sentence
from benchmarks.true_drafts import lessons


def test_lessons_are_read_as_they_will_be_shown_and_hold() -> None:
    drafts = list(lessons(5, 40))
    sentences = [(sentence, draft.sheet) for draft in drafts for sentence in draft.sentences]
    assert len(sentences) > 100
    assert not [one.text for one, _ in sentences if "{" in one.text or not one.citations]
    assert all(check.ok for one, sheet in sentences for check in verify_sentence(one, sheet))
