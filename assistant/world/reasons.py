"""Why reviewers say they decided as they did, each in a hand of their own.

A reason is made of what the case shows: the most telling sign and why it does not matter, or the signs that were too
many, or what was asked and what came of it. Some say nothing, and some that approve have overlooked the sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from assistant.world.chance import Dice
from assistant.world.evidence import Link, capitals, collect, named, one_of, said_by_refusal
from assistant.world.filing import filed_contacts, filed_request
from assistant.world.handling import Handling
from assistant.world.notes import Note
from assistant.world.phrasebook import load_phrases
from assistant.world.severity import grave
from assistant.world.story import Story

__all__ = ["REVIEWERS", "Reason", "reason"]

REVIEWERS = {
    "a.quillam": ("terse", 0.16, "none"), "c.drosten-fey": ("plain", 0.02, "day"),
    "d.osei-anim": ("log", 0.04, "clock"), "f.lachaume": ("plain", 0.05, "dot"),
    "i.sorribas": ("lower", 0.08, "hour"), "k.nyberry": ("codes", 0.1, "clock"),
    "m.tolkemitt": ("terse", 0.08, "daypart"), "s.varga": ("lower", 0.2, "clock"),
}  # fmt: skip
"""The hand of each, how often an approval gets no words at all, and how times are stamped. No applicant is called like
one of them."""
_FRAGMENTS = {"terse": 0.86, "plain": 0.86, "log": 0.84, "lower": 0.86, "codes": 0.5}
"""How often a hand leaves it at a few words."""
_NAMED = 0.8
"""How often an approval names what the rule saw, before it says what outweighs it."""
_STERN = frozenset({"block", "reject"})
_ASKS = frozenset({"step_up", "request_documents", "reserve", "hold_payout"})
_CHECKS = frozenset(
    {"cvv", "avs", "3ds", "face", "liveness", "duplicate", "authenticity", "name_differs", "birth_differs", "no_zone",
     "address_proof", "watchlist", "owner", "registry", "bank_name", "website", "chargebacks"}
)  # fmt: skip
"""What somebody who approves all the same has mostly asked about."""
_OVERLOOKED = {True: 0.5, False: 0.1}
"""How often an approval does not mention the sign at all."""
_APT = 0.8
"""How often what is asked for is just what the sign calls for."""
_HEARD = {False: 0.9, True: 0.6}
"""How often a grave sign beside the worst gets a word where nobody has spoken of it; who is taken in says less."""
_BRUSHED_OFF = 0.45
"""How often an approval without an answer says no more than that."""
_RECALLED = 0.16
"""How often an approval names an earlier one of the same account."""
_MUCH = "much"


@dataclass(frozen=True)
class Reason:
    """What is written, and what the contact log keeps of it."""

    text: str = ""
    filed: tuple[str, ...] = ()


def reason(
    story: Story,
    action: str,
    reviewer: str,
    handling: Handling,
    link: Link,
    note: Note,
    dice: Dice,
) -> Reason:
    """What is written, if anything. `note` is the first line's, and what it settled or named need not be said again."""
    hand, silent, stamp = REVIEWERS[reviewer]
    brief = dice.chance(_FRAGMENTS[hand])
    style = load_phrases("hands")["fragment" if brief else hand]
    loud, approving = grave(story), action == "approve"
    declined = approving and "declined" in story.facts.marks()
    silence = 0 if declined or loud else silent if approving else silent / 6
    unanswered = approving and "unanswered" in story.situation
    if dice.chance(_BRUSHED_OFF if unanswered and silence else silence):
        brushed_off = load_phrases("hands")["brushed_off"][style["signs"]]
        return Reason(one_of(brushed_off, {}, story.situation, dice) * unanswered)
    text, known, filed = _worded(story, action, style, stamp, handling, link, note.settled, dice)
    spoken = (
        known
        | (said_by_refusal(story) if declined else frozenset())
        | _on_file(story, approving)
        | (frozenset() if approving else note.marks)
    )
    heard = [mark for mark in loud[:1] if mark not in spoken]
    beside = [mark for mark in loud[1:] if mark not in spoken | note.marks]
    if beside and len(text) < 60 and dice.chance(_HEARD[approving and story.truth.fraud]):
        heard += beside[:1]
    text = _with_a_word_on(text, heard, story, style, approving, dice)
    if any(", phone: " in line or ", video: " in line for line in filed):  # who was reached has answered
        story = replace(story, situation=story.situation - {"unanswered"})
    return Reason(_in_context(text, story, style, dice) if approving else text, filed)


def _in_context(text: str, story: Story, style: Mapping[str, Any], dice: Dice) -> str:
    """An approval that says so if a question went unanswered, and now and then names an earlier one."""
    recalls = dice.chance(_RECALLED) and len(text) < 40
    for word, holds in (("unanswered", True), ("passed", recalls)):
        said = capitals(dict(story.mentions) | {"text": text or "-"})
        templates = load_phrases("hands")[word][style["signs"]] if holds else []
        asked = word != "unanswered" or word in story.situation
        more = one_of(templates, said, story.situation, dice) if asked else ""
        text = _alone(more) if more and not text else more or text
    return text


def _alone(text: str) -> str:
    """What was to be added to a text, where there is none."""
    return re.sub(r"^-[ .,;\n]*|[ .]*-$", "", text)


def _on_file(story: Story, approving: bool) -> set[str]:
    """The marks that the log or the message speaks of. For an approval a question alone explains nothing."""
    words = ("told_",) if approving else ("told_", "asked_")
    return {mark for mark in story.facts.marks() if any(f"{word}{mark}" in story.situation for word in words)}


def _with_a_word_on(
    text: str, marks: Sequence[str], story: Story, style: Mapping[str, Any], approving: bool, dice: Dice
) -> str:
    """The text and the loud signs that it has not named; who approves says what speaks for each."""
    book, wording = load_phrases("signs")[story.kind], style["signs"]
    situation = story.situation | {f"has_{comfort}" for comfort in story.comforts}
    for mark in marks:
        entry = book["bad"][mark]
        sign = one_of(entry[wording], dict(story.mentions), story.situation, dice)
        fine = one_of(book["fine"][mark], dict(story.mentions), situation, dice) if approving else ""
        templates = style["also_fine" if fine else "also"]
        more = one_of(templates, capitals({"text": text or "-", "sign": sign, "fine": fine}), story.situation, dice)
        text = more if text else _alone(more)
    return text


def _worded(
    story: Story,
    action: str,
    style: Mapping[str, Any],
    stamp: str,
    handling: Handling,
    link: Link,
    settled: str,
    dice: Dice,
) -> tuple[str, frozenset[str], tuple[str, ...]]:
    """The reason in a hand, the marks that it names, and the lines that it leaves in the contact log."""
    words, wording, approving = load_phrases("hands"), style["signs"], action == "approve"
    failed = _CHECKS & set(story.facts.marks()) - {settled}
    said = collect(
        story,
        handling,
        link,
        wording,
        dice,
        settled=settled if approving else "",
        avoided=settled if action in _ASKS else "",
        stern=action in _STERN or bool(failed),
        stamp=stamp,
    )
    comforts = story.situation | {f"has_{comfort}" for comfort in story.comforts}
    worst = said["about"] if said["about"] in grave(story) and said["about"] != settled else ""
    fine = load_phrases("signs")[story.kind]["fine"].get(worst, [])
    said["fine"] = one_of(fine, said, comforts, dice) if approving else ""
    endings = words["endings"][story.kind].get(action, {"short": [], "plain": []})[wording]
    said["end"] = dice.pick(endings) if endings else ""
    situation = story.situation | ({_MUCH} if story.kind == "merchant" else frozenset())

    def write(templates: Sequence[str]) -> str:
        text = one_of(templates, capitals(said), situation, dice)
        return re.sub(r"\?\.", "?", re.sub(r"\bok([,.]? ok)\b", "ok", text))

    text = _in_this_hand(story, action, style, said, failed, settled, situation, write, dice)
    filed = filed_contacts(story, said, text, handling.until, dice)
    if said.get("asked") and said["step"] in text:
        earlier = said["result"] and said["result"] in text  # what has a result was asked before
        at = datetime.fromisoformat(said["mailed_at"]) if earlier else handling.until - dice.minutes(1, 6)
        filed += (filed_request(story, said["step"], max(at, story.opened_at)),)
    return text, named(text, said) | ({settled} if settled and approving else frozenset()), filed


def _in_this_hand(
    story: Story,
    action: str,
    style: Mapping[str, Any],
    said: dict[str, str],
    failed: Set[str],
    settled: str,
    situation: frozenset[str],
    write: Callable[[Sequence[str]], str],
    dice: Dice,
) -> str:
    """One of the hand's wordings for what was done; `write` spells out one that fits."""
    words, wording, approving = load_phrases("hands"), style["signs"], action == "approve"
    if action == "refund":
        return write(words["refund"][wording])
    if approving and "declined" in story.facts.marks():
        return write(words["declined"][wording])
    if action in _ASKS:
        steps, asked = words["steps"][story.kind][action], dice.chance(0.6)
        choice = steps["asked" if asked else "planned"][wording]
        apt = [step for step in choice if said["about"] and f"@{said['about']} " in step]
        said["step"] = (one_of(apt, said, situation, dice) if dice.chance(_APT) else "") or one_of(
            choice, said, situation, dice
        )
        said["asked"] = "yes" if asked and said["step"] else ""
        results = words["steps"]["results"]["came" if dice.chance(0.3) else "open"]
        said["result"] = one_of(results, said, situation, dice) if asked and said["mail"] else ""
        return write(style["ask"]) or said["step"]
    if action == "escalate":
        return write(style["escalate"]) or "2nd line please"
    if not approving:
        full = [wording for wording in style["refuse"] if "{bad2}" in wording]
        return (write(full) if dice.chance(0.85) else "") or write(style["refuse"]) or said["end"]
    if settled:
        return write(style["noted"])
    if "claim" in story.facts.marks() and dice.chance(0.6):
        return write(words["claim"][wording])
    if said["fine"]:
        heard = said.get("answer") and dice.chance(0.5)
        return (write(style["answered"]) if heard else "") or write(style["over"])
    if said.get("bad") and dice.chance(_OVERLOOKED[story.truth.fraud]):
        for name in [name for name in said if name.startswith("bad")]:
            said.pop(name)
    elif said.get("answer") and dice.chance(0.75 if said["about"] in _CHECKS else 0.45):
        return write(style["answered"]) or write(style["approve"])
    seeing = [wording for wording in style["approve"] if "bad" in wording]
    return (write(seeing) if failed or dice.chance(_NAMED) else "") or write(style["approve"]) or said["end"]
