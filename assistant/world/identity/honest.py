"""Everyday verifications, and five kinds of honest people whose verifications look odd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.world.chance import Dice
from assistant.world.documents import misread
from assistant.world.identity.facts import IdentityFacts, everyday_check, from_device, from_line
from assistant.world.identity.oddities import no_proof, photo, young_mail
from assistant.world.names import renamed as new_name
from assistant.world.names import surname
from assistant.world.stage import Scene, Stage

__all__ = ["everyday_life", "family", "glare", "newcomer", "renamed", "traveller"]

Scenes = Iterator[tuple[Scene, IdentityFacts]]


def everyday_life(stage: Stage, dice: Dice) -> Scenes:
    """One verification; some people need a second go, a few hold a second account for their shop."""
    scene, facts = _somebody(stage, dice)
    yield scene, facts
    if dice.chance(0.1):
        scene = replace(scene, at=scene.at + dice.minutes(5, 600))
        yield scene, replace(facts, attempts=facts.attempts + 1, capture_quality=dice.share(0.8, 10))
    elif dice.chance(0.03):
        scene = replace(scene, at=scene.at + dice.days(0.1, 20))
        again = everyday_check(scene.customer, "seller onboarding", scene.at, dice)
        yield scene, replace(again, account_id=f"acc_{dice.token(8)}", account_age_days=0)


def traveller(stage: Stage, dice: Dice) -> Scenes:
    """Verified from abroad, often because the phone was lost there."""
    scene = stage.encounter(dice)
    facts = from_line(everyday_check(scene.customer, "re-verification", scene.at, dice), scene.line())
    yield scene, from_device(facts, scene.device(), scene.at) if dice.chance(0.45) else facts


def newcomer(stage: Stage, dice: Dice) -> Scenes:
    """New to everything: a fresh mail address, no proof of address yet."""
    customer = stage.people.newcomer(dice)
    scene = Scene(customer, customer.opened_at + dice.minutes(3, 120), dice)
    facts = everyday_check(customer, "new account", scene.at, dice)
    facts = young_mail(facts, scene) if dice.chance(0.6) else facts
    yield scene, no_proof(facts, scene) if dice.chance(0.5) else facts


def family(stage: Stage, dice: Dice) -> Scenes:
    """Parents and grown children verify one after the other on one device."""
    at, household = stage.encounter(dice).at, stage.people.family(dice)
    for member in (one for one in household if one.opened_at < at):
        facts = everyday_check(member, dice.pick(("re-verification", "limit increase")), at, dice)
        yield (
            Scene(member, at, dice),
            from_line(from_device(facts, household[0].devices[-1], at, dice.whole(0, 40)), member.line),
        )
        at += dice.minutes(4, 300)


def renamed(stage: Stage, dice: Dice) -> Scenes:
    """A new name on the form and the old one on the document: married, divorced, changed by deed."""
    scene, facts = _somebody(stage, dice)
    person, other = scene.customer, surname(scene.customer.home.naming, dice)
    facts = replace(facts, applicant_name=new_name(person.given, person.family, other, person.home.naming, dice))
    yield scene, no_proof(facts, scene) if dice.chance(0.45) else facts


def glare(stage: Stage, dice: Dice) -> Scenes:
    """A good document under a kitchen lamp: low scores, several tries, the zone unreadable or misread."""
    scene, facts = _somebody(stage, dice)
    facts = photo(facts, scene)
    reading = dice.weighted({"good": 6, "misread": 1, "none": 2})
    if reading == "misread" and facts.mrz:
        facts = replace(facts, mrz=misread(scene.customer.document, dice))
    elif reading == "none":
        facts = replace(facts, mrz="")
    yield scene, replace(facts, glare=dice.share(0.28, 10), attempts=facts.attempts + dice.count(1.4))


def _somebody(stage: Stage, dice: Dice) -> tuple[Scene, IdentityFacts]:
    """A newcomer in the first hour, or a known customer for some later purpose."""
    if dice.chance(0.4):
        customer = stage.people.newcomer(dice)
        scene, purpose = Scene(customer, customer.opened_at + dice.minutes(4, 90), dice), "new account"
    else:
        scene = stage.encounter(dice)
        purpose = dice.weighted({"limit increase": 4, "re-verification": 3, "seller onboarding": 1.5})
    return scene, everyday_check(scene.customer, purpose, scene.at, dice)
