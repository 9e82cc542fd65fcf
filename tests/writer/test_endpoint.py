"""A model behind an address: what it says becomes a draft like any other, and whatever it does instead ends in one."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from pydantic import SecretStr

from assistant import doctor
from assistant.case import Draft, Sheet
from assistant.drafting import draft
from assistant.errors import BadInput, NotReady
from assistant.prompt import Prompt, load
from assistant.settings import Settings
from assistant.workspace import Workspace
from assistant.writer import Terms, open_writer
from assistant.writer.budget import DayBudget
from assistant.writer.chat import ChatWriter
from assistant.writer.patience import Breaker, Limits
from assistant.writer.weights import Source, prepare
from tests.sheets import sheet
from tests.writer.server import (
    Answer,
    Server,
    chunk,
    cut_off,
    dripping,
    foreign,
    raw,
    refusing,
    silent,
    telling,
)

GOOD = "The card was first seen 2 hours before this case [E1]."
WRONG = "The card was first seen 9 hours before this case [E1]."
OTHER = "Against that, shipping country and card country are the same [E2]."
WHOLE = (
    f"{GOOD}\n{OTHER}\nOne similar case turned out to be fraud [P1].\nAction: block\nWould change: proof of delivery\n"
)
KEY = "sk-this-is-the-key-4711"


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    with ExitStack() as stack:
        yield lambda *answers: stack.enter_context(Server(list(answers)).running())


@pytest.fixture
def prompt() -> Prompt:
    return load("draft@v1").render(sheet())


def writer_at(server: Server, home: Path, **terms: Any) -> ChatWriter:
    found = open_writer("openai:tiny", home, 1, Terms(url=server.url, **{"timeout_s": 6.0, **terms}))
    assert isinstance(found, ChatWriter)
    return found


def test_what_an_endpoint_writes_becomes_a_verified_draft(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    server = serve(telling(WHOLE))
    found = draft(writer_at(server, tmp_path), prompt)
    assert found.status == "verified"
    assert found.sentences[0].text == "The card was first seen 2 hours before this case."
    assert (found.action, found.would_change) == ("block", ("proof of delivery",))
    assert found.writer == "openai:tiny"
    assert found.provenance.model == f"tiny at {server.url[7:-3]}"
    assert [message["role"] for message in server.messages[0]] == ["system", "user"]


def test_a_failed_sentence_is_asked_for_again_at_the_endpoint(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    server = serve(telling(f"{WRONG}\n{OTHER}\nAction: block\n"), telling(f"{GOOD}\nand more that nobody asked for"))
    found = draft(writer_at(server, tmp_path), prompt)
    assert [one.origin for one in found.sentences] == ["retried", "model"]
    assert "9 hours" in server.messages[1][-1]["content"]


NEVER_USABLE: dict[str, Answer] = {
    "nothing": telling(""),
    "no chunk at all": raw("data: [DONE]\n\n"),
    "an empty body": raw(),
    "half a sentence": telling("The card was first seen 2", finish=None),
    "a sentence that a limit cut": telling("The card was first seen 2 hours before this case", finish="length"),
    "another language": telling("Die Karte wurde neun Jahre vorher gesehen.\nAktion: sperren\n"),
    "a JSON answer of another kind": foreign('{"answer": 42}'),
    "JSON events of another kind": raw('data: {"answer": 42}\n\n'),
    "JSON in the text": telling('{"sentences": [{"text": "fraud"}], "action": "block"}'),
    "no JSON": foreign("<html>It works!</html>"),
    "broken JSON": raw('data: {"choices": [{"delta"\n\n'),
    "one megabyte in one line": telling("fraud " * 170_000),
    "one megabyte in lines": raw(*[chunk("It is fraud.\n")] * 5000, then=lambda: None),
    "ten megabytes of one chunk": raw(chunk("x" * 10_000_000)),
    "a cut connection": cut_off("The card was first seen 2"),
    "a wrong key": refusing(401, f"Incorrect API key provided: {KEY}"),
    "no such model": refusing(404),
    "a refusal": refusing(400, "x" * 3_000_000),
    "a redirect": refusing(307, location="http://127.0.0.1:9/v1/chat/completions"),
    "packed text": refusing(200, "\x1f\x8b", content_encoding="gzip"),
}


@pytest.mark.parametrize("answer", NEVER_USABLE.values(), ids=NEVER_USABLE.keys())
def test_an_answer_that_cannot_be_used_ends_in_an_honest_draft(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    started = time.monotonic()
    found = draft(writer_at(serve(answer), tmp_path, key=SecretStr(KEY), timeout_s=3.0), prompt)
    assert time.monotonic() - started < 15
    assert (found.status, found.writer, found.action) == ("scripted", "scripted", "block")
    assert found.note.startswith("openai:tiny was asked first: ")
    assert "\n" not in found.note
    assert KEY not in found.model_dump_json()
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (telling(""), "it wrote no whole sentence"),
        (raw(chunk("x" * 10_000_000)), "more than 2,000,000 bytes"),
        (refusing(503, "x" * 3_000_000), "more than 2,000,000 bytes"),
        (cut_off("The card"), "broke the connection"),
        (foreign("{}"), "cannot be used"),
    ],
)
def test_the_draft_says_what_was_wrong_with_the_answer(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt, answer: Answer, why: str
) -> None:
    server = serve(answer)
    assert why in draft(writer_at(server, tmp_path, timeout_s=3.0), prompt).note
    assert len(server.bodies) == 1


def test_an_endpoint_that_never_answers_is_left_at_the_limit(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    writer = writer_at(serve(silent()), tmp_path, timeout_s=2.0)
    started = time.monotonic()
    found = draft(writer, prompt)
    assert time.monotonic() - started < 6
    assert "it wrote nothing within 1 seconds" in found.note


def test_signs_of_life_without_a_word_do_not_keep_a_connection_open(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    still_open: list[int] = []
    writer = writer_at(serve(dripping(still_open)), tmp_path, timeout_s=1.0)
    assert draft(writer, prompt).status == "scripted"
    limit = time.monotonic() + 10
    while still_open and time.monotonic() < limit:
        time.sleep(0.05)
    assert not still_open


def test_no_server_at_all_is_said_plainly(tmp_path: Path, prompt: Prompt) -> None:
    nobody = open_writer("openai:tiny", tmp_path, 1, Terms(url="http://127.0.0.1:9/v1", timeout_s=1.5))
    found = draft(nobody, prompt)
    assert found.status == "scripted"
    assert "cannot be reached" in found.note


def test_what_held_before_the_connection_broke_is_kept_and_the_break_is_told(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    found = draft(writer_at(serve(cut_off(f"{GOOD}\n{OTHER}\nOne similar case turned out to be le")), tmp_path), prompt)
    assert [one.origin for one in found.sentences] == ["model", "model"]
    assert found.status == "repaired"
    assert "did not come to its end" in found.note


def test_what_may_pass_is_tried_again_and_what_may_not_is_not(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    server = serve(refusing(503), refusing(429, retry_after="0"), telling(WHOLE))
    assert draft(writer_at(server, tmp_path), prompt).status == "verified"
    assert len(server.bodies) == 3
    for status in (400, 401, 404):
        refused = serve(refusing(status), telling(WHOLE))
        assert draft(writer_at(refused, tmp_path), prompt).status == "scripted"
        assert len(refused.bodies) == 1


def test_a_pause_that_the_server_asks_for_is_kept(serve: Callable[..., Server], tmp_path: Path, prompt: Prompt) -> None:
    started = time.monotonic()
    assert (
        draft(writer_at(serve(refusing(429, retry_after="2"), telling(WHOLE)), tmp_path), prompt).status == "verified"
    )
    assert time.monotonic() - started >= 2


def test_a_pause_beyond_the_limit_is_not_waited_for_and_nobody_asks_meanwhile(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    server = serve(refusing(429, retry_after="90"), telling(WHOLE))
    writer = writer_at(server, tmp_path)
    started = time.monotonic()
    assert "asked too often (429); try again in 90 seconds" in draft(writer, prompt).note
    assert "is not asked for another" in draft(writer, prompt).note
    assert time.monotonic() - started < 2
    assert len(server.bodies) == 1


def test_after_three_failures_in_a_row_the_endpoint_rests_and_the_draft_says_so(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    server = serve(refusing(401))
    writer = writer_at(server, tmp_path)
    notes = [draft(writer, prompt).note for _ in range(4)]
    assert "refused the key" in notes[2]
    assert "it failed 3 times in a row and is not asked for another 60 seconds" in notes[3]
    assert len(server.bodies) == 3


def test_a_rest_ends_and_one_success_forgets_the_failures() -> None:
    clock = [0.0]
    breaker = Breaker(Limits(failures=2, rest_s=10), clock=lambda: clock[0])
    breaker.failed()
    breaker.check()
    breaker.failed()
    with pytest.raises(NotReady, match="failed 2 times in a row"):
        breaker.check()
    clock[0] = 10.1
    breaker.check()
    breaker.held()
    breaker.failed()
    breaker.check()


def test_the_budget_of_a_day_is_counted_by_what_was_used_and_ends_the_asking(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    server = serve(telling(WHOLE, tokens=2500))
    first = draft(writer_at(server, tmp_path, day_tokens=5_000), prompt)
    assert first.status == "verified"
    assert DayBudget(tmp_path / "writer-tokens.db", 5_000).used() == 2500
    draft(writer_at(server, tmp_path, day_tokens=5_000), prompt)
    third = draft(writer_at(server, tmp_path, day_tokens=5_000), prompt)  # another process would see the same count
    assert third.status == "scripted"
    assert "today's budget of 5,000 tokens" in third.note
    assert len(server.bodies) == 2


def test_a_new_day_has_a_new_budget_and_what_was_not_used_is_given_back(tmp_path: Path) -> None:
    day = [datetime(2026, 3, 2, 23, 59, tzinfo=UTC)]
    budget = DayBudget(tmp_path / "tokens.db", 100, now=lambda: day[0])
    taken = budget.take(90)
    with pytest.raises(NotReady, match="no 20 left"):
        budget.take(20)
    budget.give_back(taken, 50)
    budget.take(20)
    assert budget.used() == 60
    day[0] = datetime(2026, 3, 3, tzinfo=UTC)
    assert budget.used() == 0
    budget.take(100)


def test_a_draft_beyond_its_own_budget_is_not_asked_for(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    server = serve(telling(WHOLE))
    found = draft(writer_at(server, tmp_path, draft_tokens=900), prompt)
    assert "900 are allowed" in found.note
    assert not server.bodies


def test_a_budget_without_room_for_rewrites_makes_none(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt
) -> None:
    server = serve(telling(f"{GOOD}\n{WRONG.replace('card', 'new card')}\nAction: block\n"))
    found = draft(writer_at(server, tmp_path, draft_tokens=2_000), prompt)
    assert found.status == "repaired"
    assert len(server.bodies) == 1


def test_the_key_goes_to_the_endpoint_and_nowhere_else(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-somebody-elses")
    monkeypatch.setenv("FRA_WRITER_KEY", KEY)
    server = serve(telling(WHOLE))
    monkeypatch.setenv("FRA_WRITER_URL", server.url)
    settings = Settings(home=tmp_path)
    found = draft(open_writer("openai:tiny", tmp_path, 1, settings.writer_terms), prompt)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(settings) + repr(settings.writer_terms) + found.model_dump_json()
    keyless = serve(telling(WHOLE))
    monkeypatch.setenv("OPENAI_ORG_ID", "org-somebody")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-somebody")
    draft(open_writer("openai:tiny", tmp_path, 1, Terms(url=keyless.url)), prompt)
    assert "somebody" not in str(keyless.headers)


def test_nothing_is_redirected_proxied_or_traced_to_somebody_else(
    serve: Callable[..., Server], tmp_path: Path, prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = serve(telling(WHOLE))
    base = other.url.removesuffix("/v1")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_PROXY"):
        monkeypatch.setenv(name, base)
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", base)
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    traced: list[Any] = []
    monkeypatch.setattr("langsmith.Client.create_run", lambda *a, **k: traced.append(k))
    server = serve(refusing(307, location=f"{other.url}/chat/completions"))
    assert draft(writer_at(server, tmp_path), prompt).status == "scripted"
    assert len(server.bodies) == 1
    assert not other.bodies
    assert not traced


def test_without_the_packages_for_endpoints_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    with pytest.raises(NotReady, match=r"run pip install 'fraud-review-assistant\[endpoint\]'"):
        open_writer("openai:tiny", tmp_path, 1, Terms(url="http://127.0.0.1:9/v1"))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "FRA_WRITER_URL is not set"),
        ("ftp://host/v1", "no http or https address"),
        ("http://[::1/v1", "no http or https address"),
        ("https://me:secret@host/v1", "holds a password or a query"),
        ("https://host/v1?key=secret", "holds a password or a query"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(url: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=why) as refusal:
        open_writer("openai:tiny", tmp_path, 1, Terms(url=url))
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("http://127.0.0.1:8000/v1", False),
        ("http://localhost:8000/v1", False),
        ("http://[::1]:8000/v1", False),
        ("http://127.0.0.1.example.org/v1", True),
        ("http://0.0.0.0:8000/v1", True),
        ("http://192.168.1.4:11434/v1", True),
        ("https://api.example.org/secret-path/v1", True),
    ],
)
def test_only_what_stays_on_this_machine_is_sent_unmasked(url: str, masked: bool, tmp_path: Path) -> None:
    one = open_writer("openai:tiny", tmp_path, 1, Terms(url=url))
    assert isinstance(one, ChatWriter)
    assert one.masked is masked
    assert "secret" not in one.name + one.model + one.note
    always = open_writer("openai:tiny", tmp_path, 1, Terms(url=url, mask="always"))
    assert isinstance(always, ChatWriter)
    assert always.masked


def test_the_doctor_says_whether_the_endpoint_answers(serve: Callable[..., Server], own_home: Path) -> None:
    def writer_of(url: str) -> doctor.Finding:
        workspace = Workspace.open(settings=Settings(home=own_home, writer="openai:tiny", writer_url=url))
        found = {one.name: one for one in doctor.examine(workspace)}["writer"]
        workspace.close()
        return found

    server = serve(telling("ready"))
    found = writer_of(server.url)
    assert found.ok
    assert "answers after" in found.detail
    assert b"case" not in server.bodies[0]
    refused = writer_of(serve(refusing(401)).url)
    assert not refused.ok
    assert "refused the key (401)" in refused.detail
    assert not writer_of("http://127.0.0.1:9/v1").ok


def test_any_langchain_chat_model_is_a_writer(prompt: Prompt) -> None:
    found = draft(ChatWriter(GenericFakeChatModel(messages=iter([AIMessage(WHOLE)])), name="mine"), prompt)
    assert (found.status, found.writer) == ("verified", "mine")


def test_a_chat_model_that_never_returns_is_abandoned(prompt: Prompt) -> None:
    class Stuck(GenericFakeChatModel):
        def _stream(self, *args: Any, **kwargs: Any) -> Any:
            time.sleep(20)
            yield from ()

    writer = ChatWriter(Stuck(messages=iter([])), limits=Limits(first_token_s=0.3, whole_s=1.0))
    started = time.monotonic()
    assert draft(writer, prompt).status == "scripted"
    assert time.monotonic() - started < 3


def test_a_folder_of_this_machine_is_a_writer(tiny: Source, tmp_path: Path, payment: Sheet) -> None:
    folder = prepare(tmp_path, source=tiny)
    writer = open_writer(f"hf:{folder}", tmp_path, 1)
    assert writer.name == f"hf:{folder.name}"
    prompt = load("draft@v1").render(payment.model_copy(update={"evidence": payment.evidence[:2]}))
    assert all(piece.endswith("\n") for piece in writer.write(prompt))
    found: Draft = draft(writer, prompt)
    assert found.status == "scripted"  # random numbers write nothing that holds
    assert found.note.startswith(f"hf:{folder.name} was asked first")


@pytest.mark.parametrize("spec", ["hf:", "hf:/nowhere", "openai:"])
def test_a_writer_that_names_nothing_is_refused(spec: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        open_writer(spec, tmp_path, 1, Terms(url="http://127.0.0.1:9/v1"))


@pytest.mark.slow
def test_transformers_serve_is_an_endpoint(tiny: Source, tmp_path: Path, prompt: Prompt) -> None:
    """A real server with a model of random numbers: it streams, says how it ended, and its text is checked like any."""
    folder = prepare(tmp_path, source=tiny)
    port = 18_911
    program = Path(sys.executable).with_name("transformers")
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [program, "serve", folder, "--device", "cpu", "--port", str(port)], stdout=log, stderr=log
        )
        try:
            writer = open_writer(
                f"openai:{folder}", tmp_path, 1, Terms(url=f"http://127.0.0.1:{port}/v1", timeout_s=60)
            )
            assert isinstance(writer, ChatWriter)
            limit = time.monotonic() + 150
            said = ""
            while not said and time.monotonic() < limit:
                try:
                    said = writer.probe()
                except NotReady:
                    time.sleep(1)
            assert "answers after" in said, (tmp_path / "log").read_text()[-2000:]
            small = load("draft@v1").render(prompt.sheet.model_copy(update={"evidence": prompt.sheet.evidence[:1]}))
            found = draft(writer, small)
            assert found.status == "scripted"
            assert "openai:" in found.note
            assert DayBudget(tmp_path / "writer-tokens.db", 1).used() > 0
        finally:
            server.terminate()
            server.wait(20)
