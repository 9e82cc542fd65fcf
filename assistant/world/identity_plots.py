"""What happens in identity cases: six typologies, five kinds of honest people who look like them, and everyday life."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from assistant.world import places
from assistant.world.calendar import local
from assistant.world.chance import Dice
from assistant.world.documents import forge, issue, misread
from assistant.world.identity import IdentityFacts, clamp, everyday_check, from_device, from_line, showing
from assistant.world.people import Customer
from assistant.world.stage import Scene, Stage, shares_to_counts
from assistant.world.story import Story, Truth

__all__ = ["identity_stories"]

Oddity = Callable[[IdentityFacts, Scene], IdentityFacts]
Scenes = Iterator[tuple[Scene, IdentityFacts]]


@dataclass(frozen=True)
class Plot:
    """A share of the identity cases, who plays in it, and how often it shows each oddity."""

    share: float
    cast: Callable[[Stage, Dice], Scenes]
    oddities: Mapping[str, float]
    fraud: bool = False


def identity_stories(stage: Stage, total: int, dice: Dice) -> list[Story]:
    """Exactly `total` identity cases in no order."""
    stories: list[Story] = []
    for name, count in shares_to_counts({name: plot.share for name, plot in _PLOTS.items()}, total).items():
        plot, wanted = _PLOTS[name], len(stories) + count
        truth = Truth(typology=name) if plot.fraud else Truth(hard_negative="" if name == "everyday" else name)
        while len(stories) < wanted:
            for scene, facts in plot.cast(stage, dice):
                if len(stories) < wanted and stage.calendar.start <= scene.at < stage.calendar.end:
                    stories.append(_tell(scene, facts, plot, truth))
    return stories


def _tell(scene: Scene, facts: IdentityFacts, plot: Plot, truth: Truth) -> Story:
    for name, probability in plot.oddities.items():
        if scene.happens(probability):
            facts = _ODDITIES[name](facts, scene)
    facts = clamp(replace(facts, flagged_by=_flag(facts, scene.dice)))
    at = local(scene.at, scene.customer.home.utc_offset_min)
    return Story.about(
        "identity", at, facts, truth, scene.customer,
        document=facts.document_type, name=scene.customer.given, city=scene.customer.address.split(", ")[-2].split(" ", 1)[-1],
        amount=f"{facts.amount} {facts.currency}", day=f"{scene.at:%A}",
    )  # fmt: skip


# What sends a verification to a person -------------------------------------------------------------------------------


def _face(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, face_match=scene.dice.share(0.58, 10))


def _doubtful(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, authenticity=scene.dice.share(0.57, 10))


def _poor_photo(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    dice = scene.dice
    return replace(
        facts,
        capture_quality=dice.share(0.42, 12),
        glare=dice.share(0.2, 10),
        authenticity=facts.authenticity * dice.between(0.72, 1),
        face_match=facts.face_match * dice.between(0.8, 1),
    )


def _alive(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, liveness=scene.dice.weighted({"unsure": 3, "fail": 1.4}))


def _elsewhere(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return from_line(facts, scene.line())


def _hosting(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return from_line(facts, places.hosting_ip(scene.dice))


def _device(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return from_device(facts, scene.device())


def _attempts(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, attempts=facts.attempts + 1 + scene.dice.count(1.3))


def _no_proof(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, address_proof=scene.dice.weighted({"no match": 2, "not given": 3}))


def _young_mail(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, email_age_days=int(scene.dice.spread(9, 1.2)))


def _other_spelling(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    """A nickname, a middle name, a dropped second surname: what people type is not what is printed."""
    first, *rest = facts.applicant_name.split(" ")
    typed = scene.dice.pick(
        (f"{first[0]}. {' '.join(rest)}", " ".join([first, *rest]).lower(), f"{first} {rest[-1][:-1]}")
    )
    return replace(facts, applicant_name=typed)


def _hurry(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, session_seconds=int(scene.dice.spread(58, 0.45)))


def _expired(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return facts


_ODDITIES: dict[str, Oddity] = {
    "face": _face, "doubtful": _doubtful, "photo": _poor_photo, "alive": _alive, "elsewhere": _elsewhere,
    "hosting": _hosting, "device": _device, "attempts": _attempts, "no proof": _no_proof, "young mail": _young_mail,
    "spelling": _other_spelling, "hurry": _hurry,
}  # fmt: skip
_FLAGS = {
    "face rule": {"face", "liveness"},
    "document rule": {"authenticity", "blurry", "glare", "no_zone", "birth_differs"},
    "name rule": {"name_differs"},
    "location rule": {"foreign_ip", "hosting_ip", "foreign_document"},
    "retry rule": {"attempts", "hurry"},
    "contact rule": {"young_email", "address_proof"},
    "watch list": {"watchlist"},
}


def _flag(facts: IdentityFacts, dice: Dice) -> str:
    marks = set(facts.marks())
    fitting = [flag for flag, reasons in _FLAGS.items() if reasons & marks]
    return "random sample" if not fitting or dice.chance(0.06) else dice.pick(fitting)


# Everyday life and honest people who look odd -----------------------------------------------------------------------


def _someone(stage: Stage, dice: Dice) -> tuple[Scene, str]:
    """A known customer for some later purpose, or a newcomer in the first hour."""
    if dice.chance(0.4):
        customer = stage.people.newcomer(stage.calendar.start, stage.calendar.end - timedelta(hours=2), dice)
        return Scene(customer, customer.opened_at + dice.minutes(4, 90), dice), "new account"
    at = stage.calendar.moment(dice)
    purpose = dice.weighted({"limit increase": 4, "re-verification": 3, "seller onboarding": 1.5})
    return Scene(stage.people.someone(at, dice), at, dice), purpose


def _everyday(stage: Stage, dice: Dice) -> Scenes:
    """One verification; some people need a second go, a few hold a second account for their shop."""
    scene, purpose = _someone(stage, dice)
    facts = everyday_check(scene.customer, purpose, scene.at, dice)
    yield scene, facts
    if dice.chance(0.1):
        scene = replace(scene, at=scene.at + dice.minutes(5, 600))
        yield scene, replace(facts, attempts=facts.attempts + 1, capture_quality=dice.share(0.8, 10))
    elif dice.chance(0.03):
        scene = replace(scene, at=scene.at + dice.days(0.1, 20))
        again = everyday_check(scene.customer, "seller onboarding", scene.at, dice)
        yield scene, replace(again, account_id=f"acc_{dice.token(8)}", account_age_days=0)


def _traveller(stage: Stage, dice: Dice) -> Scenes:
    """Verified from abroad, often because the phone was lost there."""
    scene, _ = _someone(stage, dice)
    facts = from_line(everyday_check(scene.customer, "re-verification", scene.at, dice), scene.foreign_line())
    yield scene, from_device(facts, scene.device()) if dice.chance(0.45) else facts


def _newcomer(stage: Stage, dice: Dice) -> Scenes:
    """New to everything: a fresh mail address, no proof of address yet, a high first limit."""
    customer = stage.people.newcomer(stage.calendar.start, stage.calendar.end - timedelta(hours=2), dice)
    scene = Scene(customer, customer.opened_at + dice.minutes(3, 120), dice)
    facts = everyday_check(customer, "new account", scene.at, dice)
    facts = _young_mail(facts, scene) if dice.chance(0.6) else facts
    yield scene, _no_proof(facts, scene) if dice.chance(0.5) else facts


def _family(stage: Stage, dice: Dice) -> Scenes:
    """Parents and grown children verify one after the other on one device."""
    household = stage.people.family(dice)
    at = stage.calendar.moment(dice)
    for member in (one for one in household if one.opened_at < at):
        facts = everyday_check(member, dice.pick(("re-verification", "limit increase")), at, dice)
        yield Scene(member, at, dice), from_line(from_device(facts, household[0].devices[-1]), member.line)
        at += dice.minutes(4, 300)


def _renamed(stage: Stage, dice: Dice) -> Scenes:
    """A new name on one side and the old one on the other: married, divorced, transliterated, changed by deed."""
    scene, purpose = _someone(stage, dice)
    facts = everyday_check(scene.customer, purpose, scene.at, dice)
    family = dice.pick(stage.people.customers).family
    typed = dice.pick((f"{scene.customer.given} {family}", f"{scene.customer.given} {scene.customer.family}-{family}"))
    facts = replace(facts, applicant_name=typed)
    yield scene, _no_proof(facts, scene) if dice.chance(0.45) else facts


def _glare(stage: Stage, dice: Dice) -> Scenes:
    """A good document under a kitchen lamp: low scores, several tries, the zone unreadable or misread."""
    scene, purpose = _someone(stage, dice)
    facts = _poor_photo(everyday_check(scene.customer, purpose, scene.at, dice), scene)
    reading = dice.weighted({"good": 5, "misread": 2, "none": 2})
    if reading == "misread" and facts.mrz:
        facts = replace(facts, mrz=misread(scene.customer.document, dice))
    elif reading == "none":
        facts = replace(facts, mrz="")
    yield scene, replace(facts, glare=dice.share(0.28, 10), attempts=facts.attempts + dice.count(1.4))


# Fraud --------------------------------------------------------------------------------------------------------------


def _applicant(stage: Stage, dice: Dice, *, youngest: int = 18) -> Scene:
    """A new account that a ring opened minutes or weeks ago."""
    at = stage.calendar.moment(dice, night=dice.chance(0.2))
    ring = stage.underworld.ring(at, dice)
    age = dice.minutes(5, 200) if dice.chance(0.6) else dice.days(1, 60)
    return Scene(ring.account(at - age, dice, youngest=youngest), at, dice, ring)


def _purpose(scene: Scene) -> str:
    young = scene.at - scene.customer.opened_at < timedelta(hours=6)
    return (
        "new account"
        if young
        else scene.dice.weighted({"limit increase": 5, "re-verification": 1, "seller onboarding": 1.5})
    )


def _synthetic(stage: Stage, dice: Dice) -> Scenes:
    """A person put together: the document agrees with itself and belongs to nobody."""
    scene = _applicant(stage, dice)
    for _ in range(dice.whole(1, 3)):
        yield scene, everyday_check(scene.customer, _purpose(scene), scene.at, dice)
        assert scene.ring is not None
        at = scene.at + dice.hours(0.3, 120)
        scene = replace(scene, at=at, customer=scene.ring.account(at - dice.minutes(5, 300), dice))


def _forged(stage: Stage, dice: Dice) -> Scenes:
    """A document that contradicts itself, some of them in one digit only."""
    scene = _applicant(stage, dice)
    facts = everyday_check(scene.customer, _purpose(scene), scene.at, dice)
    forged = forge(scene.customer.document, dice)
    facts = showing(facts, forged)
    if forged.defect == "printed name" or dice.chance(0.5):
        facts = replace(facts, applicant_name=forged.printed_name)
    if forged.defect == "printed birth date":
        facts = replace(facts, stated_birth_date=forged.birth_date)
    yield scene, facts


def _one_document(stage: Stage, dice: Dice) -> Scenes:
    """One document, real or well made, opens account after account under slightly different stories."""
    scene = _applicant(stage, dice)
    assert scene.ring is not None
    document = scene.customer.document
    for _ in range(dice.whole(2, 5)):
        facts = showing(everyday_check(scene.customer, _purpose(scene), scene.at, dice), document)
        typed = document.printed_name if dice.chance(0.75) else scene.customer.name
        yield scene, replace(facts, applicant_name=typed, stated_birth_date=document.birth_date)
        at = scene.at + dice.hours(0.5, 160)
        scene = replace(scene, at=at, customer=scene.ring.account(at - dice.minutes(5, 300), dice))


def _mule(stage: Stage, dice: Dice) -> Scenes:
    """A real person lends a face and a document to whoever holds the phone."""
    scene = _applicant(stage, dice)
    facts = everyday_check(scene.customer, _purpose(scene), scene.at, dice)
    yield scene, replace(facts, face_match=dice.share(0.85, 12))


def _takeover(stage: Stage, dice: Dice) -> Scenes:
    """Somebody wants back into an account that was never theirs, with a picture of the holder's document."""
    at = stage.calendar.moment(dice, night=dice.chance(0.3))
    ring = stage.underworld.ring(at, dice)
    scene = Scene(stage.people.someone(at, dice), at, dice, ring)
    facts = everyday_check(
        scene.customer, dice.pick(("re-verification", "re-verification", "limit increase")), at, dice
    )
    facts = from_device(facts, scene.device()) if dice.chance(0.9) else facts
    yield scene, replace(facts, capture_quality=facts.capture_quality * dice.between(0.75, 1))


def _refunder(stage: Stage, dice: Dice) -> Scenes:
    """The next account of somebody whose last one was closed for refund claims: same person, new spelling."""
    at = stage.calendar.moment(dice)
    ring = stage.underworld.ring(at, dice)
    old: Customer = stage.people.someone(at, dice)
    new = replace(ring.account(at - dice.minutes(5, 400), dice), given=old.given, family=old.family, birth_date=old.birth_date,
                  country=old.country, address=old.address)  # fmt: skip
    document = (
        old.document
        if dice.chance(0.5)
        else issue(old.document.country, old.given, old.family, old.sex, old.birth_date, at.date(), dice)
    )
    yield Scene(new, at, dice, ring), showing(everyday_check(new, "new account", at, dice), document)


_ODD_LIFE = {
    "face": 0.12, "doubtful": 0.10, "photo": 0.12, "alive": 0.07, "elsewhere": 0.07, "hosting": 0.05, "device": 0.16,
    "attempts": 0.15, "no proof": 0.12, "young mail": 0.07, "spelling": 0.12, "hurry": 0.09,
}  # fmt: skip
_PLOTS: dict[str, Plot] = {
    "synthetic_identity": Plot(0.036, _synthetic, {"face": 0.3, "doubtful": 0.45, "no proof": 0.45, "hurry": 0.3, "attempts": 0.2, "hosting": 0.15}, fraud=True),
    "forged_document": Plot(0.034, _forged, {"face": 0.25, "doubtful": 0.5, "photo": 0.35, "attempts": 0.4, "elsewhere": 0.3, "no proof": 0.3}, fraud=True),
    "shared_document": Plot(0.026, _one_document, {"face": 0.45, "doubtful": 0.25, "alive": 0.2, "attempts": 0.3, "hurry": 0.4, "no proof": 0.3}, fraud=True),
    "money_mule": Plot(0.016, _mule, {"elsewhere": 0.35, "hurry": 0.35, "no proof": 0.4, "hosting": 0.15}, fraud=True),
    "account_takeover": Plot(0.016, _takeover, {"face": 0.55, "alive": 0.35, "elsewhere": 0.5, "photo": 0.3, "attempts": 0.3}, fraud=True),
    "refund_abuse": Plot(0.008, _refunder, {"spelling": 0.4, "no proof": 0.3, "elsewhere": 0.2}, fraud=True),
    "traveller": Plot(0.05, _traveller, _ODD_LIFE | {"elsewhere": 0, "no proof": 0.2}),
    "new_good_customer": Plot(0.07, _newcomer, _ODD_LIFE | {"device": 0}),
    "family_device": Plot(0.05, _family, _ODD_LIFE | {"device": 0, "elsewhere": 0.02}),
    "name_change": Plot(0.06, _renamed, _ODD_LIFE | {"spelling": 0}),
    "document_glare": Plot(0.09, _glare, _ODD_LIFE | {"photo": 0}),
    "everyday": Plot(0.544, _everyday, _ODD_LIFE),
}  # fmt: skip
