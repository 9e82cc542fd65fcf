"""The oddities that send a verification to a person: edits of an everyday one, and the rules that notice them."""

from __future__ import annotations

from dataclasses import replace

from assistant.world.identity.facts import IdentityFacts, from_device, from_line
from assistant.world.plot import Oddities
from assistant.world.stage import Scene

__all__ = ["FLAGS", "ODDITIES", "no_proof", "photo", "young_mail"]


def face(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, face_match=scene.dice.share(0.58, 10))


def doubtful(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, authenticity=scene.dice.share(0.57, 10))


def photo(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    dice = scene.dice
    return replace(
        facts,
        capture_quality=dice.share(0.42, 12),
        glare=dice.share(0.2, 10),
        authenticity=facts.authenticity * dice.between(0.72, 1),
        face_match=facts.face_match * dice.between(0.8, 1),
    )


def alive(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, liveness=scene.dice.weighted({"unsure": 3, "fail": 1.4}))


def duplicate(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, face_search="possible duplicate")


def contact(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    """A new mail address or phone number on the account, hours or days ago."""
    return replace(facts, contact_age_days=min(scene.dice.count(0.9), facts.account_age_days))


def elsewhere(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return from_line(facts, scene.line())


def hosting(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return from_line(facts, scene.hosting_line())


def device(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return from_device(facts, scene.device(), scene.at, min(facts.account_age_days, scene.dice.count(0.3)))


def attempts(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, attempts=facts.attempts + 1 + scene.dice.count(1.3))


def no_proof(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, address_proof=scene.dice.weighted({"no match": 2, "not given": 3}))


def young_mail(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, email_age_days=int(scene.dice.spread(9, 1.2)))


def other_spelling(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    """A nickname, a middle name, a dropped second surname: what people type is not what is printed."""
    first, *rest = facts.applicant_name.split(" ")
    typed = scene.dice.pick(
        (f"{first[0]}. {' '.join(rest)}", " ".join([first, *rest]).lower(), f"{first} {rest[-1][:-1]}")
    )
    return replace(facts, applicant_name=typed)


def hurry(facts: IdentityFacts, scene: Scene) -> IdentityFacts:
    return replace(facts, session_seconds=max(int(scene.dice.spread(58, 0.45)), 24))


ODDITIES: Oddities[IdentityFacts] = {
    "face": face, "doubtful": doubtful, "photo": photo, "alive": alive, "elsewhere": elsewhere,
    "hosting": hosting, "device": device, "attempts": attempts, "no proof": no_proof, "young mail": young_mail,
    "duplicate": duplicate, "contact": contact, "spelling": other_spelling, "hurry": hurry,
}  # fmt: skip
FLAGS = {
    "face match": frozenset({"face"}),
    "liveness": frozenset({"liveness"}),
    "possible duplicate": frozenset({"duplicate"}),
    "document check": frozenset({"authenticity"}),
    "photo quality": frozenset({"blurry", "glare"}),
    "zone not read": frozenset({"no_zone"}),
    "data mismatch": frozenset({"name_differs", "birth_differs"}),
    "new device": frozenset({"new_device"}),
    "country mismatch": frozenset({"foreign_ip", "foreign_document"}),
    "VPN or hosting": frozenset({"hosting_ip"}),
    "many attempts": frozenset({"attempts"}),
    "short session": frozenset({"hurry"}),
    "contact data": frozenset({"young_email", "new_contact"}),
    "proof of address": frozenset({"address_proof"}),
    "watch list": frozenset({"watchlist"}),
}
"""Which rule fires on which marks. Each is named after what it saw."""
