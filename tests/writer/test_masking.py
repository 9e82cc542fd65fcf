"""Personal data leaves no machine: what a real server receives holds none of it, and the draft has it back."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.case import Case, Fact
from assistant.drafting import draft
from assistant.prompt import load, plain
from assistant.roles import ADDRESS_ROLES, PERSONAL_ROLES, Role
from assistant.settings import Settings
from assistant.workspace import Workspace
from assistant.writer import Terms, open_writer
from assistant.writer.masking import Mask
from tests.cases import case, fact
from tests.sheets import item, sheet
from tests.writer.server import Server, telling

PLACEHOLDER = re.compile(r"<[a-z]+ \d+>")


def hidden(text: str, *facts: Fact) -> str:
    mask = Mask(facts)
    masked = mask.hide(text)
    assert mask.show(masked) == text
    return masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to anna.b+x@mail.example.org, please", "write to <email 1>, please"),
        ("anna (at) mail.example", "<email 1>"),
        ("call +44 (0)20 7946-0958 now", "call <phone 1> now"),
        ("call 0151 5550140 or 555-0140", "call <phone 1> or <number 1>"),
        ("card 4111 1111 1111 1111.", "card <card 1>."),
        ("4111-1111-1111-1112", "<number 1>"),
        ("IBAN GB82 WEST 1234 5698 7654 32 is mine", "IBAN <iban 1> is mine"),
        ("de89370400440532013000", "<iban 1>"),
        ("from 203.0.113.7 and 2001:db8::1", "from <ip 1> and <ip 2>"),
        ("passport C01X00T47", "passport <document 1>"),
        (plain("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"), "<mrz 1>"),
        ("٤١١١ ١١١١ ١١١١ ١١١١", "<card 1>"),
        ("the mail j.dupont … (cut, 900 characters in all)", "the mail <text 1> … (cut, 900 characters in all)"),
        ("one <email 1> and ‹Name 2›", "one <text 1> and <text 2>"),
    ],
)  # fmt: skip
def test_personal_data_is_known_by_its_shape(text: str, masked: str) -> None:
    assert hidden(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "the card was first seen 2 hours before this case (lower than in 96% of cases) [E1]",
        "amount: EUR 12,345.67; policy: block has the least expected cost, USD 1,234,567.00",
        "turned out to be fraud on 2026-10-02 and 2026-10-03 12:30 or 31/12/2024",
        "case p-00311 of 12345.678 at 12:30:45, version 1.2",
        "begin a1b2c3d4e5f6",
    ],
)
def test_amounts_dates_times_and_ids_of_the_sheet_are_left(text: str) -> None:
    assert hidden(text) == text


@pytest.mark.parametrize(
    ("role", "value", "text", "masked"),
    [
        ("name", "José Álvarez Núñez", "JOSE here. Alvarez, José!", "<name 1> here. <name 2>, <name 3>!"),
        ("name", "José Álvarez Núñez", "Jose\u0301 wrote", "<name 1> wrote"),
        ("name", "Li Wu", "I am Li Wu, a lily; ask Li or li", "I am <name 1>, a lily; ask <name 2> or li"),
        ("name", "An Do", "an answer: do it, An", "an answer: do it, <name 1>"),
        ("name", "山田太郎", "私は山田太郎です", "私は<name 1>です"),
        ("name", "Søren Straße", "soren STRASSE", "<name 1>"),
        ("email", "maria.silva80@mail.example", "I am Maria.Silva80 there", "I am <email 1> there"),
        ("phone", "555 012", "on 555-012", "on <phone 1>"),
        ("document_number", "H377476", "h 377-476", "<document 1>"),
        ("card", "card_400005_25c00cb5_9366", "ending in 9366", "ending in <card 1>"),
        ("payout_account", "bank_ES_670c9a4cdd", "to BANK ES 670c9a4cdd!", "to <account 1>!"),
        ("birth_date", "1980-05-02", "born 02.05.1980, that is May 2, 1980", "born <date 1>, that is <date 2>"),
        ("address", "106 Orchard Bank, 97934 Ildracombe, US", "Orchard Bank, ILDRACOMBE", "<address 1>, <address 2>"),
        ("mrz", "P<UTOBELL<<ANNA\nL898902C36UTO740", plain("P<UTOBELL<<ANNA L898902C36UTO740"), "<mrz 1>"),
    ],
)  # fmt: skip
def test_the_facts_of_the_case_are_found_as_people_write_them(role: Role, value: str, text: str, masked: str) -> None:
    assert hidden(text, fact(role, value)) == masked


def test_a_fact_that_is_not_personal_is_left() -> None:
    assert (
        hidden("Ildracombe Store sells shoes", fact("merchant", "Ildracombe Store")) == "Ildracombe Store sells shoes"
    )


def test_one_value_has_one_placeholder_and_no_other_is_shown() -> None:
    mask = Mask([fact("name", "Anna Bell")])
    assert mask.hide("Anna, a@b.example, Anna") == "<name 1>, <email 1>, <name 1>"
    assert mask.hide("again a@b.example and c@d.example") == "again <email 1> and <email 2>"
    assert mask.show("<email 2> <email 3> <Email 1> <name 1>") == "c@d.example <email 3> <Email 1> Anna"


ROLES = st.sampled_from(sorted(PERSONAL_ROLES))
VALUES = st.text(st.characters(codec="utf-8"), max_size=30)
PROSE = st.text(st.characters(codec="utf-8") | st.sampled_from("<>‹› @.+-019"), max_size=120)


@settings(max_examples=150, deadline=None)
@given(PROSE, st.lists(st.tuples(ROLES, VALUES), max_size=4), st.lists(PROSE, max_size=2))
def test_what_was_hidden_comes_back_as_it_was(text: str, facts: list[tuple[Role, str]], later: list[str]) -> None:
    mask = Mask([fact(role, value) for role, value in facts])
    for one in (text, *later, text):
        assert mask.show(mask.hide(one)) == one


@settings(max_examples=150, deadline=None)
@given(ROLES, st.from_regex(r"\A[A-Za-zÀ-ž0-9@.+' -]{3,30}\Z"), PROSE, PROSE)
def test_no_value_of_the_case_is_left_in_any_text(role: Role, value: str, before: str, after: str) -> None:
    if len(re.sub(r"[\W_]", "", value)) < 3:
        return
    masked = hidden(f"{before} {value} {after}", fact(role, value))
    assert value.casefold() not in PLACEHOLDER.sub("", masked).casefold()


@pytest.mark.parametrize("unit", ["1", "1 ", "A1", "a@", "a.", ":", "ab:1", "<", "A<", " ", "GB82", "GB82 ", "(", "…"])
def test_the_time_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    """With its square, 30,000 of these characters took 13 to 55 seconds."""
    started = time.process_time()
    hidden(unit * (30_000 // len(unit)), *personal_case().personal)
    assert time.process_time() - started < 4


def personal_case() -> Case:
    """A case whose free text holds all that its facts hold."""
    facts = (
        fact("name", "Marisol Quintana-Ortiz"),
        fact("beneficial_owner", "Nguyễn Văn An"),
        fact("email", "marisol.quintana@mail.example"),
        fact("phone", "+34 600 555 014"),
        fact("ip", "2001:db8:13a:0:ad:4d9f:89cd:7efe"),
        fact("device", "dev_03e57ad7e4"),
        fact("card", "card_400005_25c00cb5_9366"),
        fact("account", "acc_0d79129a"),
        fact("payout_account", "ES9121000418450200051332"),
        fact("document_number", "H3774767"),
        fact("birth_date", "1987-10-27"),
        fact("shipping_address", "Calle Mayor 17, 28013 Villarroble, ES"),
        fact("mrz", "P<ESPQUINTANA<<MARISOL<<<<<<<<<<<<<<<<<<<<<<\nH3774767<8ESP8710271F3001019<<<<<<<<<<<<<<04"),
    )
    said = "; ".join(one.value for one in facts)
    return case("c1", *(), kind="payment").model_copy(
        update={"facts": (*facts, fact("free_text", f"I am {said}"), fact("note", f"seen: {said.upper()}"))}
    )


def test_the_bytes_that_a_server_received_hold_no_personal_data_and_the_draft_has_it_back(tmp_path: Path) -> None:
    one = personal_case()
    notes = [
        item(f"N{number}", "note", "neutral", f"customer text: {value}", untrusted=True)
        for number, value in enumerate(one.values("free_text", "note"), 1)
    ]
    odd = item("F1", "fact", "neutral", "account holder: Marisol Quintana-Ortiz")
    prompt = load("draft@v1").render(sheet(odd, *notes), one.personal)

    def copying(user: str) -> str:
        name = re.search(r"\[F1\] account holder: (<[a-z]+ \d+>)", user)
        assert name
        return f"The account holder is {name[1]} [F1].\nIt is held by <name 99> [F1].\nAction: block\n"

    with Server([telling(copying), telling("It is held by <name 98> [F1].")]).running() as server:
        found = draft(open_writer("openai:m", tmp_path, 1, Terms(url=server.url, mask="always")), prompt)
    assert found.sentences[0].text == "The account holder is Marisol Quintana-Ortiz."
    assert not any("<name" in sentence.text for sentence in found.sentences)
    assert any(check.check == "markup" and not check.ok for check in found.checks)
    assert len(server.bodies) == 2  # the rewrite was masked with the same placeholders
    for body, messages in zip(server.bodies, server.messages, strict=True):
        for value in one.personal:
            assert value.value.encode() not in body
        said = PLACEHOLDER.sub("", " ".join(message["content"] for message in messages)).casefold()
        for part in ("marisol", "quintana", "nguy", "600 555", "25c00cb5", "h3774767", "villarroble", "mayor", "9366"):
            assert part not in said


def test_no_case_of_the_demo_world_shows_a_personal_value_to_the_server(demo: Path) -> None:
    with Server([telling("Action: escalate\n")]).running() as server:
        workspace = Workspace.open(
            settings=Settings(
                home=demo, embedder="hash", writer="openai:m", writer_url=server.url, writer_mask="always"
            )
        )
        told = 0
        rows = [row for kind in ("payment", "identity", "merchant") for row in workspace.queue(limit=12, kind=kind)]
        for row in rows:
            one = workspace.case(row.case_id)
            review = workspace.review(row.case_id)
            body, said = server.bodies[-1], PLACEHOLDER.sub("", str(server.messages[-1])).casefold()
            notes = " ".join(note.statement for note in review.sheet.of_kind("note")).casefold()
            for personal in one.personal:
                told += personal.value.split()[0].casefold() in notes
                assert personal.value.encode() not in body, personal
                assert personal.value.casefold() not in said, personal
                if personal.role in {"name", "beneficial_owner"}:
                    words = set(re.findall(r"\w{3,}", personal.value.casefold()))
                    assert not words & set(re.findall(r"\w+", said)), personal
                if personal.role in ADDRESS_ROLES:
                    assert personal.value.split(",")[0].casefold() not in said
            assert review.draft.provenance.sheet_hash == review.sheet.hash
        assert len(rows) > 20
        assert told > 3  # else there would have been nothing to hide
        workspace.close()
