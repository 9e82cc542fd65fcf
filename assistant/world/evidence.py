"""What somebody at the desk takes from a case into a note or a reason: signs, comforts, contacts, links.

Everything is of this case: signs stand on its marks and name its figures, calls are made when people are awake, and an
earlier case is named only with the thing that both share. What was found does not depend on what is true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.world.chance import Dice
from assistant.world.handling import NO_STAMP, Handling
from assistant.world.phrasebook import load_phrases, sayable, spell_out
from assistant.world.severity import DIRE, grave, noticed
from assistant.world.story import Story

__all__ = ["Link", "capitals", "collect", "named", "one_of", "said_by_refusal"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TRIGGERS = {False: 0.9, True: 0.7}
"""How often what the rule fired on is named first where nothing is grave, by whether somebody is stern; otherwise the
most telling sign is."""
_SAME = {"unusual_country": "foreign_ip", "other_country": "foreign_ip"}
"""Marks of rules that have the words of another."""


@dataclass(frozen=True)
class Link:
    """An earlier case and what it shares with this one."""

    noun: str = ""
    case_id: str = ""

    def mentions(self) -> dict[str, str]:
        return {"same": f"same {self.noun}", "link": self.case_id} if self.case_id else {}


def collect(
    story: Story,
    handling: Handling,
    link: Link,
    wording: str,
    dice: Dice,
    signs: Mapping[str, Any] | None = None,
    settled: str = "",
    avoided: str = "",
    stern: bool = False,
    stamp: str = "clock",
    by_mail: bool = False,
) -> dict[str, str]:
    """The slots that a wording may use: bad, good, answer, reply, call, mail, link and the figures of the case.

    `wording` is `short` or `plain`, `signs` those of another tongue, `settled` a mark that has been explained already
    and leads then, `avoided` one that counts no more. Somebody `stern` looks beyond the rule to the most telling sign.
    `stamp` is how this hand writes times down.
    Somebody is heard on the phone (`answer`) or, where that may be, `by_mail` (`reply`). For the caller, and named by
    no wording: `about` is the mark that leads, `marks` those of the bad signs, `called_at` and `mailed_at` when.
    """
    book = load_phrases("signs")[story.kind]
    mentions = dict(story.mentions) | {name: _DAYS[int(dict(story.mentions)[name])] for name in ("day", "soon")}
    bad_words = book["bad"] if signs is None else signs

    def say(templates: Any) -> str:
        return one_of(templates, mentions, story.situation, dice)

    def worded(entry: Any) -> str:
        return say(entry[wording] if isinstance(entry, dict) else entry)

    seen, worst = noticed(story), grave(story)
    twice = {avoided} | ({"declined"} if said_by_refusal(story) else set())
    marks = [mark for mark in bad_words if mark in seen and mark not in twice]
    if settled in marks:
        marks = [settled, *(mark for mark in marks if mark != settled)]
    elif dice.chance(_TRIGGERS[stern]):
        trigger = _SAME.get(story.trigger, story.trigger)
        marks.sort(key=lambda mark: mark != trigger)
    if settled not in marks:
        leads = [mark for mark in worst if mark in DIRE] or list(worst if worst and story.trigger in worst else ())
        marks.sort(key=lambda mark: leads.index(mark) if mark in leads else len(leads))
    worded_marks = [(mark, text) for mark in marks[:3] if (text := worded(bad_words[mark]))]
    bad = [text for _, text in worded_marks]
    good = [text for one in dice.sample(story.comforts[:5], 3) if (text := worded(book["good"][one]))]
    found = dict(zip(("bad", "bad2", "bad3"), bad, strict=False)) | dict(
        zip(("good", "good2", "good3"), good, strict=False)
    )
    found["about"] = marks[0] if marks else ""
    found["marks"] = " ".join(mark for mark, _ in worded_marks)
    call = handling.call(dice) if "phone" in story.situation else None
    mail = handling.mail(dice)
    found["call"] = handling.written(call, stamp, dice) if call else ""
    found["mail"] = handling.written(mail, stamp, dice) if mail else ""
    found["called_at"], found["mailed_at"] = (at.isoformat() if at else "" for at in (call, mail))
    if f"told_{found['about']}" in story.situation:  # what was written once is not asked again
        found["told"] = say(load_phrases("signs")["told"])
    elif marks and (call or (mail and by_mail)):
        entry = bad_words[marks[0]]
        heard = "answer" if call and (not mail or not by_mail or dice.chance(0.6)) else "reply"
        found[heard] = say(entry.get("says", [])) if isinstance(entry, dict) else ""
    return mentions | found | link.mentions()


def said_by_refusal(story: Story) -> set[str]:
    """The marks that the code of a refusal names by itself."""
    codes = {"refused_N7": "cvv", "refused_1A": "3ds"}
    return {mark for code, mark in codes.items() if code in story.situation} & set(story.facts.marks())


def named(text: str, said: Mapping[str, str]) -> frozenset[str]:
    """The marks whose signs stand in a text that was made of these slots."""
    signs = zip(said["marks"].split(), ("bad", "bad2", "bad3"), strict=False)
    return frozenset(mark for mark, slot in signs if said.get(slot) and said[slot].lower() in text.lower())


def one_of(templates: Any, mentions: Mapping[str, str], situation: frozenset[str], dice: Dice) -> str:
    """One template that fits, spelled out, or nothing."""
    fitting = sayable(templates, mentions, situation)
    text = spell_out(dice.pick(fitting), mentions, dice) if fitting else ""
    return re.sub(rf" ?\({NO_STAMP}\)|(?<=\w) {NO_STAMP}|^{NO_STAMP}[,:]? ?|{NO_STAMP}[,:]? ?", "", text)


def capitals(mentions: Mapping[str, str]) -> dict[str, str]:
    """The same slots and each of them once more with a capital, for the beginning of a sentence."""
    return dict(mentions) | {
        f"{name[:1].upper()}{name[1:]}": f"{text[:1].upper()}{text[1:]}" for name, text in mentions.items()
    }
