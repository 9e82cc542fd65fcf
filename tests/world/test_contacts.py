"""Who wrote when, what it answers, who tries to talk to a machine, and how things age."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from statistics import median

import pytest

from tests.world.conftest import World, moment
from tests.world.test_texts import ATTACK, MESSAGES

Row = dict[str, str]
ANSWERS = re.compile(
    r"You asked |Your mail asks|Your message asks|nswering your mail|re your questions|Zu Ihre[rn] |Pour répondre"
    r"|Got your mail|Saw your question|As requested|On your questions|Re your request|En réponse à|Contesto a su correo"
)
AGAIN = re.compile(r"[Ss]econd mail|[Ww]riting again|Zweite Mail|Deuxième message|Escribo otra vez")
STAMP = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d), (app chat|email|web form|seller portal)$")
LOGGED = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d) (in|out|sys), [a-z ]+: \S", re.M)
FLAGGED = {
    "velocity rule": r"decl|tries|velocity|refus|Ablehn|rechaz", "short session": r"session|checkout|\ds\b|second",
    "new device": r"dev|phone|laptop|tablet|login|Gerät|appareil|1st time", "password change": r"pw|pass|reset|locked",
    "new card": r"card|Kart|carte|tarjeta|\*\d{4}|wallet", "VPN or hosting": r"vpn|hosting|dc|data cent|Rechenz|héberg",
    "other address": r"ship|addr|parcel|goes to|livraison|Liefer|env[ií]o",
    "face match": r"face|fm|selfie|visage|Gesicht",
    "data mismatch": r"name|dob|birth|form|Name|nom\b|nombre", "proof of address": r"poa|proof|bill",
    "disputes": r"cb|charge|disput", "deliveries": r"deliver|dlv|unconf|courier|Zustell",
    "owner check": r"owner|ubo|pass",
    "company data": r"reg", "web shop": r"site|shop|imprint", "refund rate": r"refund|Erstatt|rembours|devol",
    "volume growth": r"vol|grew|sold|\dx|x\d|k (->|to) |Umsatz", "payout account": r"payout|bank",
}  # fmt: skip


def written(made: World) -> list[tuple[Row, str, datetime]]:
    """Every case with a text, the text, and when it came."""
    found = []
    for kind, column in MESSAGES.items():
        for row in made.by_kind[kind]:
            assert bool(row[column]) == bool(row[f"{column}_at"])
            if row[column]:
                stamp = STAMP.match(row[f"{column}_at"])
                assert stamp, row[f"{column}_at"]
                found.append((row, row[column], on_clock(stamp[1], row)))
    return found


def on_clock(text: str, row: Row) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=moment(row["opened_at"]).tzinfo)


def logged(row: Row) -> list[tuple[datetime, str]]:
    return [(on_clock(match[1], row), match[2]) for match in LOGGED.finditer(row["contact_log"])]


def test_a_text_comes_after_the_opening_before_the_decision_and_by_day(made: World) -> None:
    for row, _, at in written(made):
        assert moment(row["opened_at"]) - timedelta(minutes=1) <= at
        assert not row["decided_at"] or at < moment(row["decided_at"])
        assert 7 <= at.hour < 23


def test_what_is_logged_lies_between_the_opening_and_the_decision(made: World) -> None:
    entries = [(row, then) for row in made.rows for then, _ in logged(row)]
    assert len(entries) > 2000
    for row, then in entries:
        assert moment(row["opened_at"]) - timedelta(minutes=1) <= then, row["case_id"]
        assert not row["decided_at"] or then <= moment(row["decided_at"]), row["case_id"]


def test_what_a_text_answers_was_asked_before_it(made: World) -> None:
    answers = [(row, at) for row, text, at in written(made) if ANSWERS.search(text)]
    for row, at in answers:
        assert min(then for then, way in logged(row) if way == "out") <= at, row["case_id"]

    assert not [row for row in made.rows if row["contact_log"] and not logged(row)]


def test_who_answers_was_asked_and_who_writes_again_has_written(made: World) -> None:
    answers = [row for row, text, _ in written(made) if ANSWERS.search(text)]
    assert len(answers) > 80
    assert not [row["case_id"] for row in answers if "out" not in {way for _, way in logged(row)}]
    again = [row for row, text, _ in written(made) if AGAIN.search(text)]
    assert len(again) > 20
    assert not [row["case_id"] for row in again if "in" not in {way for _, way in logged(row)}]


def test_who_complains_of_days_has_waited_for_them(made: World) -> None:
    days = re.compile(r"It has been days|That is days|days for|Day after day|well over a week|Seit Tagen|seit Tagen")
    found = [(row, at - moment(row["opened_at"])) for row, text, at in written(made) if days.search(text)]
    assert len(found) > 5
    assert min(waited for _, waited in found) > timedelta(hours=40)


@pytest.mark.parametrize("stock", [r"(called|rang|phoned) (twice|three times)", r"heard nothing", r"[Ss]econd mail"])
def test_stock_complaints_are_rare(made: World, stock: str) -> None:
    texts = [text for _, text, _ in written(made)]
    assert sum(bool(re.search(stock, text)) for text in texts) < 0.02 * len(texts)


def test_six_texts_hardly_share_a_sentence_even_with_other_nouns(made: World) -> None:
    texts = written(made)
    frames: Counter[str] = Counter()
    for row, text, _ in texts:
        for noun in (row.get("merchant"), row.get("merchant_name"), row.get("main_item"), row.get("document_type")):
            text = re.sub(re.escape(noun.split(",")[0]), "X", text, flags=re.IGNORECASE) if noun else text
        text = re.sub(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", "D", text, flags=re.IGNORECASE)
        said = {
            re.sub(r"\W+", " ", one).strip().lower() for one in re.split(r"[.?!\n]+", re.sub(r"[\d.,]*\d", "#", text))
        }
        frames.update(one for one in said if len(one.split()) >= 4)
    # the expected number of pairs among six texts that share one
    pairs = 15 * sum(count * (count - 1) for count in frames.values()) / (len(texts) * (len(texts) - 1))
    assert pairs < 0.1
    assert max(frames.values()) < 0.02 * len(texts)


def test_people_of_other_tongues_write_their_own_or_an_english_without_articles(made: World) -> None:
    texts = [(row, text) for row, text, _ in written(made) if row.get("billing_country") in {"DE", "FR", "ES", "IT"}]
    texts = [(row, text) for row, text in texts if not ATTACK.search(text)]
    english = [
        text for _, text in texts if re.search(r"\b(you|is|my|it)\b", text) and not re.search(r"\b(ich|je|una)\b", text)
    ]
    assert len(texts) > 250
    assert 0.03 < len(english) / len(texts) < 0.2
    assert not [text for text in english if re.search(r"\b(I'm|don't|I'd|I've)\b", text)]


def test_nobody_is_said_to_be_unreachable_who_has_written(made: World) -> None:
    silent = re.compile(
        r"no answer|NO ANSWER|nothing back|nobody answers|no reply|Not reached|rang out|voicemail", re.I
    )
    rows = [row for row, _, _ in written(made)]
    assert not [
        row["case_id"]
        for row in rows
        if silent.search(row["first_line_note"]) and "asked" not in row["first_line_note"]
    ]


def test_only_people_with_a_motive_talk_to_a_machine(made: World) -> None:
    attacked = [(row, text) for row, text, _ in written(made) if ATTACK.search(text)]
    refused = {row[name] for row in made.rows for name in ("account_id", "owner_account")
               if row["decision"] in {"block", "reject", "hold_payout", "refund"} and row.get(name)}  # fmt: skip
    for row, text in attacked:
        account = row.get("account_id") or row.get("owner_account") or ""
        assert (
            account in refused
            or int(row.get("declined_24h") or 0) >= 2
            or row.get("authorisation", "00") not in {"", "00"}
            or int(row.get("attempts") or 0) >= 3
            or row.get("review_type") == "payout"
            or int(row.get("session_seconds") or 99) < 30
        ), (row["case_id"], text)


def test_reasons_or_notes_speak_to_what_the_rule_saw(made: World) -> None:
    decided = [row for row in made.rows if row["decision"] and row["flagged_by"] in FLAGGED]
    assert len(decided) > 1500
    spoken = [
        row
        for row in decided
        if re.search(FLAGGED[row["flagged_by"]], f"{row['decision_reason']} {row['first_line_note']}", re.IGNORECASE)
    ]
    assert len(spoken) / len(decided) > 2 / 3


def test_most_reasons_are_a_few_words_and_times_are_stamped_differently(made: World) -> None:
    reasons = [row["decision_reason"] for row in made.rows if row["decision_reason"]]
    lengths = [len(text.split()) for text in reasons]
    assert median(lengths) <= 7
    assert sum(length > 14 for length in lengths) < 0.2 * len(lengths)
    stamps = (
        r"\b\d\d:\d\d\b",
        r"\b\d{1,2}\.\d\d\b",
        r"\b\d{1,2}(am|pm)\b",
        r"this (morning|afternoon|evening)",
        r"yesterday",
    )
    told = [row["decision_reason"] for row in made.rows if re.search("called|rang|mailed", row["decision_reason"])]
    assert all(any(re.search(stamp, text) for text in told) for stamp in stamps)
    assert any(not re.search("|".join(stamps), text) for text in told)


def test_phones_and_cards_change_while_an_account_stays(made: World) -> None:
    old = [row for row in made.payments if int(row["account_age_days"]) > 60 and row["card"]]
    for column in ("device_age_days", "card_age_days"):
        equal = sum(row[column] == row["account_age_days"] for row in old) / len(old)
        assert 0.05 < equal < 0.35
    good = [row for row in made.payments if made.truth[row["case_id"]]["fraud"] == "0"]
    assert sum(row["declined_24h"] == "0" for row in good) / len(good) > 0.6


@pytest.mark.parametrize(
    ("country", "valid"),
    [("ES", r", (0[1-9]|[1-4]\d|5[0-2])\d{3} "), ("FR", r", (0[1-9]|[1-8]\d|9[0-5])\d{3} "),
     ("DE", r", (0[1-9]|[1-9]\d)\d{3} "),
     ("CA", r" (ON [KLMNP]|BC V|AB T|MB R|SK S|NB E|NS B)\d[A-Z] \d[A-Z]\d, "),
     ("AU", r" (NSW 2|VIC 3|QLD 4|SA 5|WA 6)\d{3}, ")],
)  # fmt: skip
def test_post_codes_are_of_their_region(made: World, country: str, valid: str) -> None:
    lived = {row["billing_address"] for row in made.payments if row["billing_country"] == country}
    assert len(lived) > 20
    assert not [address for address in lived if not re.search(valid, address)]


def test_towns_of_ten_cases_hardly_share_an_ending(made: World) -> None:
    towns = [row["billing_address"].split(", ")[-2] for row in made.payments if row["billing_address"]]
    endings = Counter(match[1] for town in towns if (match := re.search(r"((?:-| d[aeio] | del )[^\d]*)$", town)))
    alike = 45 * sum(count * (count - 1) for count in endings.values()) / (len(towns) * (len(towns) - 1))
    assert sum(endings.values()) > 100
    assert alike < 0.1


def test_what_a_reason_says_was_asked_for_is_in_the_log(made: World) -> None:
    asked = re.compile(r"\b(requested|asked for|asked (?:him|her) (?:to|who|where)|sent a (?:code|new challenge))\b")
    rows = [row for row in made.rows if row["decision"] in {"step_up", "request_documents"}]
    rows = [row for row in rows if asked.search(row["decision_reason"])]
    assert len(rows) > 100
    assert not [row["case_id"] for row in rows if " out, " not in row["contact_log"]]


def test_a_call_that_a_reason_or_a_note_tells_of_is_in_the_log(made: World) -> None:
    called = re.compile(r"\b(rang|called|spoke|phoned|tel) (?:\w{3} )?\d{1,2}[:.]\d\d", re.IGNORECASE)
    rows = [row for row in made.rows if called.search(f"{row['decision_reason']} {row['first_line_note']}")]
    assert len(rows) > 100
    assert not [row["case_id"] for row in rows if not re.search(r" out, (phone|video): ", row["contact_log"])]


def test_nobody_begs_for_what_nobody_holds(made: World) -> None:
    sampled = [row for row in made.payments if row["flagged_by"] == "random sample" and row["capture"] != "settled"]
    assert len(sampled) > 300
    begging = re.compile(r"[Rr]elease|unblock|still pending|under review|freigeben|valider aujourd|apruébenlo")
    assert not [row["customer_message"] for row in sampled if begging.search(row["customer_message"])]
    unasked = [row for row in sampled if row["customer_message"] and " out, " not in row["contact_log"]]
    assert not [row["case_id"] for row in unasked if row["authorisation"] == "00"]


def test_a_new_phone_is_no_computer_and_a_computer_no_phone(made: World) -> None:
    phone = re.compile(r"[Nn]ew phone|neues Handy|nouveau téléphone|móvil nuevo|Ny telefon|Nieuwe telefoon")
    computer = re.compile(r"new laptop|work computer|neuer Rechner|nouvel ordinateur|ordenador")
    for row in made.payments:
        text, agent = row["customer_message"], row["user_agent"]
        assert not (phone.search(text) and re.search("Windows|Macintosh|X11", agent)), row["case_id"]
        assert not (computer.search(text) and re.search("iPhone|Android|iOS", agent)), row["case_id"]


def test_some_answers_by_mail_have_the_thread_below(made: World) -> None:
    threads = [row for row, text, _ in written(made) if "Review Desk" in text]
    assert 15 < len(threads) < 0.06 * len(made.rows)
    assert not [row for row in threads if " out, email" not in row["contact_log"]]
