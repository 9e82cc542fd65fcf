"""What a reader makes of a verification: the figures that a note or a reason names, and what speaks for the applicant.

The check digits of a zone are worked out here as a careful reviewer does, who has no other way to know.
"""

from __future__ import annotations

import math
from datetime import datetime

from assistant.world import places
from assistant.world.calendar import ago, since_when
from assistant.world.documents import zone_holds
from assistant.world.identity.facts import IdentityFacts

__all__ = ["comforts", "figures"]


def figures(facts: IdentityFacts, at: datetime) -> dict[str, str]:
    return {
        "document": {"id card": "ID card"}.get(facts.document_type, facts.document_type),
        "document_place": places.SPOKEN.get(facts.document_country, ""),
        "document_code": facts.document_country,
        "home_place": places.SPOKEN.get(facts.residence_country, ""),
        "home_code": facts.residence_country,
        "face": f"{facts.face_match:.2f}",
        "liveness": facts.liveness,
        "authenticity": f"{facts.authenticity:.2f}",
        "quality": f"{facts.capture_quality:.2f}",
        "glare": f"{facts.glare:.0%}",
        "printed": facts.printed_name,
        "typed": facts.applicant_name,
        "ip_place": places.SPOKEN.get(facts.ip_country, ""),
        "ip_code": facts.ip_country,
        "km": str(facts.ip_distance_km),
        "mail_days": str(facts.email_age_days) if facts.email_age_days > 1 else "",
        "mail_ago": ago(facts.email_age_days),
        "contact_ago": ago(facts.contact_age_days),
        "attempts": str(facts.attempts),
        "session": str(facts.session_seconds),
        "device_days": str(facts.device_age_days),
        "device_ago": ago(facts.device_age_days),
        "device_since": since_when(facts.device_age_days, at),
        "account_since": since_when(facts.account_age_days, at),
        "years": _picture_years(facts, at),
        "city": places.town_of(facts.home_address),
    }


def comforts(facts: IdentityFacts) -> tuple[str, ...]:
    names = facts.printed_name == facts.applicant_name and facts.printed_birth_date == facts.stated_birth_date
    seen = {
        "face_high": facts.face_match >= 0.8,
        "genuine": facts.authenticity >= 0.8,
        "zone_holds": zone_holds(facts.mrz),
        "alive": facts.liveness == "pass",
        "names_agree": names,
        "history": facts.account_age_days >= 120,
        "own_device": facts.device_age_days >= 40,
        "home_line": facts.ip_country == facts.residence_country and facts.ip_distance_km < 40,
        "proof": facts.address_proof == "match",
        "sharp": facts.capture_quality >= 0.8,
        "small_limit": places.in_euros(facts.amount, facts.currency) <= 600,
    }
    return tuple(comfort for comfort, there in seen.items() if there)


def _picture_years(facts: IdentityFacts, at: datetime) -> str:
    """How old the picture on a passport is, where it is old enough to speak of. Passports are valid for ten years."""
    if facts.document_type != "passport" or facts.document_country in {"DE", "SE", "ES"}:
        return ""
    years = 10 - math.ceil((facts.document_expiry - at.date()).days / 365.25)
    return str(years) if years >= 5 else ""
