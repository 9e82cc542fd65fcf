"""Several drafts in step: each the text that it would have been alone."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from assistant.case import Sheet
from assistant.errors import BadInput
from assistant.prompt import Prompt, load
from assistant.writer import SeveralWriter
from assistant.writer.lessons import lessons
from assistant.writer.local import LocalChatModel, LocalWriter
from assistant.writer.together import Request, answers
from assistant.writer.weights import Source


@pytest.fixture
def engine(tiny: Source, tmp_path: Path) -> Any:
    return LocalChatModel(home=tmp_path, threads=1, source=tiny).load()


@pytest.fixture(scope="module")
def prompts() -> list[Prompt]:
    """Of as many lengths as there are lessons."""
    taught = load("draft@v4")
    return [taught.render(lesson.prompt.sheet) for lesson in islice(lessons(31, held_out=True), 0, 6, 2)]


def alone(engine: Any, request: Request, limit: int) -> str:
    given = engine.generate(request.prompt, max_new_tokens=limit, timeout_s=60, grammar=request.grammar)
    return "".join(piece.text for piece in given)


def test_each_text_is_what_it_would_be_alone(engine: Any) -> None:
    said = "the card " * 30
    requests = [
        Request(tuple(engine.tokenizer.encode(said + "x" * size)), grammar)
        for size, grammar in enumerate(["", r"start: /[a-d]{3,30}/", "", r'start: "yes" | "no"'] * 4)
    ]
    found = {told.place: told for told in answers(engine, requests, max_new_tokens=30, timeout_s=60, longest_line=None)}
    assert [found[place].text for place in range(16)] == [alone(engine, one, 30) for one in requests]
    assert {found[place].whole for place in (3, 7)} == {True}


def test_the_real_model_writes_the_same_drafts_together(real_home: Path, prompts: list[Prompt]) -> None:
    writer = LocalWriter(real_home, 1, LocalChatModel(home=real_home, threads=1, timeout_s=300))
    assert isinstance(writer, SeveralWriter)
    found = {text.place: text.text for text in writer.write_several(prompts)}
    assert len(found) == len(prompts)
    assert found[2] == "".join(writer.write(prompts[2]))


def test_the_same_prompt_twice_is_written_from_once(
    tiny: Source, tmp_path: Path, prompts: list[Prompt], monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = LocalChatModel(home=tmp_path, threads=1, source=tiny, max_new_tokens=12)
    asked: list[int] = []

    def counted(engine: Any, requests: list[Request], **limits: Any) -> Any:
        asked.append(len(requests))
        return answers(engine, requests, **limits)

    monkeypatch.setattr("assistant.writer.together.answers", counted)
    one, other = (prompts[0].model_copy(update={"system": "", "user": word}) for word in ("one", "other"))
    found = {text.place: text.text for text in LocalWriter(tmp_path, 1, chat).write_several([one, other, one])}
    assert (asked, sorted(found)) == ([2], [0, 1, 2])
    assert found[0] == found[2]


def test_between_two_steps_the_model_is_free_for_a_second_try(engine: Any) -> None:
    requests = [Request(tuple(engine.tokenizer.encode(word)), r"start: /[a-d]{5}/") for word in ("one", "two", "three")]
    wanted = [alone(engine, one, 20) for one in requests]
    found = []
    for told in answers(engine, requests, max_new_tokens=20, timeout_s=60, longest_line=None):
        assert alone(engine, requests[0], 20) == wanted[0]
        found.append(told.text)
    assert sorted(found) == sorted(wanted)


def test_nothing_is_written_for_nothing(engine: Any) -> None:
    assert list(answers(engine, [], max_new_tokens=20, timeout_s=60, longest_line=None)) == []


def test_a_prompt_that_does_not_fit_is_refused_before_anything_is_written(engine: Any) -> None:
    requests = [Request((5,) * 10), Request((5,) * 5000)]
    with pytest.raises(BadInput, match="5000 tokens, too many"):
        next(answers(engine, requests, max_new_tokens=20, timeout_s=60, longest_line=None))


def test_a_text_that_a_limit_cut_off_loses_its_last_line(tiny: Source, tmp_path: Path, payment: Sheet) -> None:
    chat = LocalChatModel(home=tmp_path, threads=1, source=tiny, max_new_tokens=9)
    writer = LocalWriter(tmp_path, 1, chat)
    prompt = load("draft@v4").render(payment)
    assert [text.text for text in writer.write_several([prompt])] == ["".join(writer.write(prompt))]
