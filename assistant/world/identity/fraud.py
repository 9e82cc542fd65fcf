"""Six ways to pass for somebody else. Each lays out one episode of a ring, or of somebody alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from assistant.world.chance import Dice
from assistant.world.documents import forge, issue
from assistant.world.identity.facts import IdentityFacts, everyday_check, from_device, showing
from assistant.world.rings import Ring
from assistant.world.stage import Scene, Stage

__all__ = ["forged", "mule", "one_document", "refunder", "synthetic", "takeover"]

Scenes = Iterator[tuple[Scene, IdentityFacts]]


def synthetic(stage: Stage, dice: Dice) -> Scenes:
    """A person put together: the document agrees with itself and belongs to nobody."""
    ring, scene = _applicant(stage, dice)
    for _ in range(dice.whole(1, 3)):
        yield scene, _apply(scene)
        scene = _next_account(ring, scene, scene.dice.hours(0.3, 120))


def forged(stage: Stage, dice: Dice) -> Scenes:
    """A document that contradicts itself, many of them in one digit only."""
    _, scene = _applicant(stage, dice)
    document = forge(scene.customer.document, dice)
    facts = showing(_apply(scene), document)
    if document.defect == "printed name" or dice.chance(0.5):
        facts = replace(facts, applicant_name=document.printed_name)
    if document.defect == "printed birth date":
        facts = replace(facts, stated_birth_date=document.birth_date)
    yield scene, facts


def one_document(stage: Stage, dice: Dice) -> Scenes:
    """One document, real or well made, opens account after account under slightly different stories."""
    ring, scene = _applicant(stage, dice)
    document = scene.customer.document
    for _ in range(dice.whole(2, 5)):
        typed = document.printed_name if dice.chance(0.75) else scene.customer.name
        facts = replace(showing(_apply(scene), document), applicant_name=typed)
        yield scene, replace(facts, stated_birth_date=document.birth_date)
        scene = _next_account(ring, scene, dice.hours(0.5, 160))


def mule(stage: Stage, dice: Dice) -> Scenes:
    """A real person lends a face and a document to whoever holds the phone."""
    _, scene = _applicant(stage, dice)
    yield scene, replace(_apply(scene), face_match=dice.share(0.85, 12))


def takeover(stage: Stage, dice: Dice) -> Scenes:
    """Somebody wants back into an account that was never theirs, with a picture of the holder's document."""
    ring, at = stage.raid(dice)
    scene = Scene(stage.people.someone(at, dice), at, dice, ring)
    purpose = dice.pick(("re-verification", "re-verification", "limit increase"))
    facts = from_device(everyday_check(scene.customer, purpose, at, dice), scene.device(), at)
    yield scene, replace(facts, capture_quality=facts.capture_quality * dice.between(0.75, 1))


def refunder(stage: Stage, dice: Dice) -> Scenes:
    """The next account of somebody whose last one was closed for refund claims: same person, other spelling."""
    ring, at = stage.raid(dice, by_night=0.1)
    old = stage.people.someone(at, dice)
    new = replace(
        ring.account(at - dice.minutes(5, 400), dice),
        given=old.given,
        family=old.family,
        birth_date=old.birth_date,
        country=old.country,
        address=old.address,
    )
    renewed = issue(
        old.document.nationality, old.given, old.family, old.sex, old.birth_date, at.date(), dice, address=old.address
    )
    document = old.document if dice.chance(0.5) else renewed
    yield Scene(new, at, dice, ring), showing(everyday_check(new, "new account", at, dice), document)


def _applicant(stage: Stage, dice: Dice) -> tuple[Ring, Scene]:
    """A new account that a ring opened minutes or weeks ago."""
    ring, at = stage.raid(dice, by_night=0.2)
    age = dice.minutes(5, 200) if dice.chance(0.6) else dice.days(1, 60)
    return ring, Scene(ring.account(at - age, dice), at, dice, ring)


def _next_account(ring: Ring, scene: Scene, pause: timedelta) -> Scene:
    at = scene.at + pause
    return replace(scene, at=at, customer=ring.account(at - scene.dice.minutes(5, 300), scene.dice))


def _apply(scene: Scene) -> IdentityFacts:
    new = scene.at - scene.customer.opened_at < timedelta(hours=6)
    later = scene.dice.weighted({"limit increase": 5, "re-verification": 1, "seller onboarding": 1.5})
    return everyday_check(scene.customer, "new account" if new else later, scene.at, scene.dice)
