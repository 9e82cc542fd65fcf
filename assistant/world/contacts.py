"""What went back and forth before the decision: what the desk asked, when somebody wrote, and over which channel.

A text is written at a moment of its own, between the opening and the decision, when people are awake. What it answers
stands in the contact log with an earlier time, and so does the first message of somebody who writes again. Nothing here
depends on what is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from assistant.world.chance import Dice
from assistant.world.evidence import one_of
from assistant.world.filing import line
from assistant.world.handling import ASKED_AFTER, Handling
from assistant.world.phrasebook import load_phrases, sayable, spell_out
from assistant.world.story import Story

__all__ = ["TOPICS", "Exchange", "correspond", "question"]

TOPICS: dict[str, dict[str, str]] = {
    "payment": {
        "claim": "claim", "transfer": "transfer", "foreign_ip": "travel", "hosting_ip": "travel", "small": "small",
        "new_device": "device", "fresh_password": "password", "ships_elsewhere": "elsewhere", "avs": "card",
        "cvv": "card", "3ds": "card", "declines": "card", "new_card": "card", "foreign_card": "card",
        "many_items": "bulk", "new_account": "new", "dear": "hurry", "hurry": "hurry",
    },
    "identity": {
        "glare": "photo", "blurry": "photo", "no_zone": "photo", "face": "face", "liveness": "face",
        "name_differs": "name", "foreign_ip": "travel", "foreign_document": "moved", "hosting_ip": "vpn",
        "address_proof": "address", "attempts": "photo", "authenticity": "photo", "young_email": "waiting",
        "hurry": "limit",
    },
    "merchant": {
        "jump": "jump", "new_payout": "payout", "foreign_payout": "payout", "payouts": "payout", "refunds": "refunds",
        "chargebacks": "chargebacks", "declines": "declines", "undelivered": "delivery", "registry": "rename",
        "bank_name": "rename", "website": "new", "young": "new", "onboarding": "new", "dear": "dear",
        "owner": "owner",
    },
}  # fmt: skip
"""What somebody talks about who is asked about a mark, or who comes to speak of it."""
_WRITES = {"payment": 0.78, "identity": 0.78, "merchant": 0.82}
_ASKED_MORE = 0.1
"""How much more often somebody writes who was asked."""
_ASKS = 0.62
"""How often the desk asks about a sign, where it has the time."""
_PAPERS = frozenset(
    {"glare", "blurry", "no_zone", "name_differs", "address_proof", "foreign_document", "registry", "bank_name",
     "owner", "new_payout", "foreign_payout", "chargebacks", "undelivered", "jump"}
)  # fmt: skip
"""What is answered with a file."""
_DESK = (6, 22)
_AWAKE = (7, 23)
_AGAIN = 0.9
"""How often somebody who waits for days has written before."""
_KNOWN_OF = frozenset({"held", "informed", "claim", "declined"})
"""What somebody notices by themselves: nobody hears of a sample."""
_PATIENCE = timedelta(hours=5)
"""How long an answer is waited for at the least."""
_CHANNELS = {
    "payment": {"app chat": 4.0, "email": 3.0, "web form": 2.0},
    "identity": {"app chat": 5.0, "email": 2.5, "web form": 1.0},
    "merchant": {"email": 4.0, "seller portal": 4.0, "app chat": 1.0},
}


@dataclass(frozen=True)
class Exchange:
    """`log` is what happened before the text, a line each; `about` is the topic that the desk asked about, if it did;
    `situation` what the text may rely on. Without `written_at` nobody writes."""

    log: tuple[str, ...] = ()
    written_at: datetime | None = None
    channel: str = ""
    about: str = ""
    situation: frozenset[str] = frozenset()
    first_at: datetime | None = None
    asked_at: datetime | None = None

    @property
    def stamp(self) -> str:
        """When and how the text came, on the customer's clock."""
        return f"{self.written_at:%Y-%m-%d %H:%M}, {self.channel}" if self.written_at else ""


def correspond(story: Story, handling: Handling, dice: Dice) -> Exchange:
    """Who asked and who wrote, and when."""
    channel = "email" if story.manner.polite > 0.75 else dice.weighted(_CHANNELS[story.kind])
    mark = _asked_about(story, dice) if dice.chance(_ASKS) else ""
    writes = dice.chance(_WRITES[story.kind] + (_ASKED_MORE if mark else 0))
    asked_at = _moment(story.opened_at, handling, dice.spread(2.2, 0.9), _DESK, UTC, dice) if mark else None
    if asked_at is None:
        return _unasked(story, handling, channel, dice) if writes else Exchange()
    asked = line(asked_at, "out", "email", _words(story, "asks", mark, dice))
    written_at = _moment(asked_at, handling, dice.spread(2.6, 1.0), _AWAKE, story.opened_at.tzinfo, dice)
    if (not writes or written_at is None) and handling.until - asked_at < _PATIENCE:
        return Exchange()  # nobody asks who is about to decide
    if not writes or written_at is None:
        return Exchange((asked,), situation=frozenset({f"asked_{mark}"}))
    topic = TOPICS[story.kind][mark]
    situation = frozenset({"asked", f"asked_{mark}"} | ({"papers"} if mark in _PAPERS else set())) | _waited(
        story, written_at
    )
    return Exchange((asked,), written_at, channel, topic, situation, asked_at=asked_at)


def _unasked(story: Story, handling: Handling, channel: str, dice: Dice) -> Exchange:
    """Somebody writes on their own who knows of a hold, a review or a refusal; who has waited for days has mostly
    written before."""
    if not _KNOWN_OF & story.situation:
        return Exchange()
    patience_h = dice.spread(5, 1.1) if dice.chance(0.4) else dice.between(40, 100)
    written_at = _moment(story.opened_at, handling, patience_h, _AWAKE, story.opened_at.tzinfo, dice)
    if written_at is None:
        written_at = _moment(story.opened_at, handling, dice.spread(1.5, 0.8), _AWAKE, story.opened_at.tzinfo, dice)
    if written_at is None:
        return Exchange()
    situation = _waited(story, written_at)
    log: tuple[str, ...] = ()
    first_at: datetime | None = None
    if "chases" in situation and dice.chance(_AGAIN):
        first_at = story.opened_at + (written_at - story.opened_at) * dice.between(0.1, 0.55)
        while not _AWAKE[0] <= first_at.hour < _AWAKE[1] - 1:
            first_at += timedelta(minutes=50)
        situation |= {"again"}
        log = (line(first_at, "in", channel, _words(story, "first", story.kind, dice)),)
    return Exchange(log, written_at, channel, "", situation, first_at)


def _asked_about(story: Story, dice: Dice) -> str:
    """The mark that the desk asks about: mostly the one that the rule fired on."""
    asks = load_phrases("contacts")["asks"][story.kind]
    marks = [mark for mark in story.facts.marks() if mark in asks]
    return story.trigger if story.trigger in marks and dice.chance(0.75) else dice.pick(marks) if marks else ""


def _words(story: Story, what: str, mark: str, dice: Dice) -> str:
    book = load_phrases("contacts")[what]
    templates = book[story.kind][mark] if what == "asks" else book[mark]
    return one_of(templates, dict(story.mentions), story.situation, dice)


def question(story: Story, mark: str) -> str:
    """The plainest words for what the desk asks about a mark, or nothing."""
    templates = load_phrases("contacts")["asks"][story.kind].get(mark, [])
    fitting = sayable(templates, dict(story.mentions), story.situation)
    return spell_out(fitting[0], dict(story.mentions), Dice(0, mark)) if fitting else ""


def _waited(story: Story, written_at: datetime) -> frozenset[str]:
    return frozenset(word for word, least in ASKED_AFTER.items() if written_at - story.opened_at > least)


def _moment(
    after: datetime, handling: Handling, hours: float, open_hours: tuple[int, int], zone: tzinfo | None, dice: Dice
) -> datetime | None:
    """About so many hours later, at such an hour of that zone, and a while before the decision; or None."""
    at = after + timedelta(hours=max(hours, 0.1))
    while not open_hours[0] <= at.astimezone(zone).hour < open_hours[1]:
        at += dice.minutes(20, 90)
    return at if at < handling.until - timedelta(minutes=6) else None
