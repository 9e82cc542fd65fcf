"""Why reviewers say they decided as they did, each in a hand of their own.

A reason is made of what the case shows: the most telling sign and why it does not matter, or the signs that were too
many, or what was asked and what came of it. Some say nothing, and some that approve have overlooked the sign.
"""

from __future__ import annotations

import re

from assistant.world.chance import Dice
from assistant.world.evidence import Link, capitals, collect, one_of
from assistant.world.handling import Handling
from assistant.world.phrasebook import load_phrases
from assistant.world.story import Story

__all__ = ["REVIEWERS", "reason"]

REVIEWERS = {
    "a.quillam": ("terse", 0.16, "none"), "c.drosten-fey": ("plain", 0.02, "day"),
    "d.osei-anim": ("log", 0.04, "clock"), "f.lachaume": ("plain", 0.05, "dot"),
    "i.sorribas": ("lower", 0.08, "hour"), "k.nyberry": ("codes", 0.1, "clock"),
    "m.tolkemitt": ("terse", 0.08, "daypart"), "s.varga": ("lower", 0.2, "clock"),
}  # fmt: skip
"""The hand of each, how often an approval gets no words at all, and how times are stamped. No applicant is called like
one of them."""
_FRAGMENTS = {"terse": 0.6, "plain": 0.55, "log": 0.55, "lower": 0.6, "codes": 0.4}
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
_MUCH = "much"


def reason(story: Story, action: str, reviewer: str, handling: Handling, link: Link, settled: str, dice: Dice) -> str:
    """What is written, or nothing. `settled` is the mark that the first line's note explains."""
    hand, silent, stamp = REVIEWERS[reviewer]
    words = load_phrases("hands")
    brief = dice.chance(_FRAGMENTS[hand])
    style = words["fragment" if brief else hand]
    wording = style["signs"]
    approving = action == "approve"
    if dice.chance(silent if approving else silent / 6):
        return ""
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
    endings = words["endings"][story.kind].get(action, {"short": [], "plain": []})[wording]
    said["end"] = dice.pick(endings) if endings else ""
    situation = story.situation | ({_MUCH} if story.kind == "merchant" else frozenset())

    def write(templates: list[str]) -> str:
        text = one_of(templates, capitals(said), situation, dice)
        return re.sub(r"\?\.", "?", re.sub(r"\bok([,.]? ok)\b", "ok", text))

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
    if said.get("bad") and dice.chance(_OVERLOOKED[story.truth.fraud]):
        said = {name: text for name, text in said.items() if not name.startswith("bad")}
    elif said.get("answer") and dice.chance(0.75 if said["about"] in _CHECKS else 0.4):
        return write(style["answered"]) or write(style["approve"])
    seeing = [wording for wording in style["approve"] if "bad" in wording]
    return (write(seeing) if failed or dice.chance(_NAMED) else "") or write(style["approve"]) or said["end"]
