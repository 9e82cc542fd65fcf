"""Identity cases: their columns, an everyday verification, and the oddities that send one to a person.

As with payments, an oddity is an edit of an everyday verification, and honest and dishonest plots share them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from assistant.world import networks, places
from assistant.world.browsers import on_computer, on_phone
from assistant.world.calendar import days_since
from assistant.world.chance import Dice
from assistant.world.documents import Document
from assistant.world.networks import IpAddress
from assistant.world.people import Customer, Device
from assistant.world.story import Column

__all__ = ["IdentityFacts", "clamp", "everyday_check", "from_device", "from_line", "showing"]

_ROUND_RATES = {"JPY": 150, "SEK": 10, "BRL": 5}
"""Limits come in round steps, in every currency."""


@dataclass(frozen=True)
class IdentityFacts:
    """One verification that a machine did not pass by itself. The amount is the limit that was asked for."""

    amount: Annotated[Decimal, Column("amount", "limit asked for")]
    currency: Annotated[str, Column("currency")]
    purpose: Annotated[str, Column("category", "purpose")]
    flagged_by: Annotated[str, Column("category", "reason for review")]
    account_id: Annotated[str, Column("account", "account")]
    account_age_days: Annotated[int, Column("number", "account age in days")]
    document_type: Annotated[str, Column("document_type", "document type")]
    document_country: Annotated[str, Column("country", "document country")]
    document_number: Annotated[str, Column("document_number", "document number")]
    document_expiry: Annotated[date, Column("expiry_date", "document expiry")]
    printed_name: Annotated[str, Column("name", "name printed on the document")]
    printed_birth_date: Annotated[date, Column("birth_date", "birth date printed on the document")]
    mrz: Annotated[str, Column("mrz", "machine-readable zone")]
    applicant_name: Annotated[str, Column("name", "applicant name")]
    stated_birth_date: Annotated[date, Column("birth_date", "stated birth date")]
    email: Annotated[str, Column("email")]
    email_age_days: Annotated[int, Column("number", "age of the email address in days")]
    phone: Annotated[str, Column("phone")]
    contact_age_days: Annotated[int, Column("number", "age of the contact data in days")]
    phone_kind: Annotated[str, Column("category", "kind of phone number")]
    home_address: Annotated[str, Column("address", "home address")]
    residence_country: Annotated[str, Column("country", "country of residence")]
    nationality: Annotated[str, Column("protected")]
    device_id: Annotated[str, Column("device", "device")]
    device_age_days: Annotated[int, Column("number", "age of the device on this account in days")]
    user_agent: Annotated[str, Column("user_agent")]
    ip: Annotated[str, Column("ip", "IP address")]
    ip_country: Annotated[str, Column("country", "IP country")]
    ip_kind: Annotated[str, Column("category", "kind of connection")]
    ip_distance_km: Annotated[int, Column("number", "distance between the IP address and the home address in km")]
    face_match: Annotated[float, Column("face_match", "face match score")]
    liveness: Annotated[str, Column("check", "liveness check")]
    face_search: Annotated[str, Column("check", "face search in other accounts")]
    authenticity: Annotated[float, Column("authenticity", "document authenticity score")]
    capture_quality: Annotated[float, Column("check", "photo quality score")]
    glare: Annotated[float, Column("number", "share of the photo lost to glare")]
    address_proof: Annotated[str, Column("check", "proof of address")]
    watchlist: Annotated[str, Column("check", "watch list check")]
    attempts: Annotated[int, Column("number", "number of attempts so far")]
    session_seconds: Annotated[int, Column("number", "length of the session in seconds")]

    def marks(self) -> tuple[str, ...]:
        noticed = {
            "face": self.face_match < 0.62,
            "liveness": self.liveness != "pass",
            "duplicate": self.face_search == "possible duplicate",
            "authenticity": self.authenticity < 0.7,
            "blurry": self.capture_quality < 0.5,
            "glare": self.glare > 0.12,
            "name_differs": self.printed_name != self.applicant_name,
            "birth_differs": self.printed_birth_date != self.stated_birth_date,
            "no_zone": not self.mrz and self.document_type != "driving licence",
            "foreign_ip": self.ip_country != self.residence_country,
            "hosting_ip": self.ip_kind == "hosting",
            "young_email": self.email_age_days < 14,
            "attempts": self.attempts >= 3,
            "address_proof": self.address_proof == "no match",
            "watchlist": self.watchlist != "clear",
            "foreign_document": self.document_country != self.residence_country,
            "new_contact": self.contact_age_days < 3 <= self.account_age_days,
            "new_device": self.device_age_days < 2 <= self.account_age_days,
            "hurry": self.session_seconds < 60,
        }
        return tuple(mark for mark, seen in noticed.items() if seen)

    def situation(self) -> set[str]:
        abroad = self.ip_country != self.residence_country
        holds = {
            "old": self.account_age_days >= 730,
            "known": self.account_age_days >= 150,
            "sampled": self.flagged_by.endswith("sample"),
            "marries": self.nationality not in {"ES", "IT", "GR"},
            "new": self.account_age_days < 14,
            "wifi": abroad and self.ip_kind in {"residential", "office"},
            "phone": bool(self.phone),
            "handset": on_phone(self.user_agent),
            "desktop": on_computer(self.user_agent),
            "held": not self.flagged_by.endswith("sample"),
            "failed_before": self.attempts >= 3,
            "filled_at_once": self.session_seconds < 30,
            "resubmitted": self.attempts >= 2,
            "no_bill": self.address_proof == "not given",
            "sharp": self.capture_quality >= 0.75 and self.glare <= 0.12,
            "unproven": self.address_proof != "match",
            "bill": self.address_proof != "not given",
        }
        spoken = {
            self.residence_country,
            self.purpose.replace("-", "").replace(" ", "_"),
            self.document_type.replace(" ", "_"),
        }
        return spoken | {word for word, holding in holds.items() if holding} | {self._name_typed()}

    def _name_typed(self) -> str:
        """How the name on the form is another one than the printed."""
        printed, typed = self.printed_name.lower(), self.applicant_name.lower()
        if printed == typed:
            return "same_name" if self.printed_name == self.applicant_name else "small_letters"
        if typed[1:2] == ".":
            return "initial"
        if set(typed.split()) < set(printed.split()):
            return "fewer_names"
        return "slip" if printed.startswith(typed) or typed.startswith(printed) else "other_name"

    def things(self) -> tuple[tuple[str, str], ...]:
        found = (
            ("document number", self.document_number), ("device", self.device_id), ("phone number", self.phone),
            ("address", self.home_address), ("customer", self.account_id),
        )  # fmt: skip
        return tuple((noun, thing) for noun, thing in found if thing)

    def spans(self) -> tuple[tuple[str, str], ...]:
        return (
            ("account_age_days", self.account_id), ("email_age_days", f"{self.account_id} {self.email}"),
            ("device_age_days", f"{self.account_id} {self.device_id}"),
        )  # fmt: skip

    def capped(self) -> tuple[tuple[str, str], ...]:
        return ("device_age_days", "account_age_days"), ("contact_age_days", "account_age_days")

    def counts(self) -> tuple[tuple[str, str], ...]:
        return ()

    def loud(self) -> tuple[str, ...]:
        marks = self.marks()
        checks = dict.fromkeys(("watchlist", "duplicate", "authenticity"), True)
        failed = {"name_differs": self._name_typed() == "other_name"} | {
            "face": self.face_match < 0.5,
            "liveness": self.liveness == "fail",
        }
        heard = checks | failed | {"foreign_ip": True, "hosting_ip": True, "new_device": "new_contact" in marks}
        return tuple(mark for mark, counts in heard.items() if counts and mark in marks)


def everyday_check(customer: Customer, purpose: str, at: datetime, dice: Dice) -> IdentityFacts:
    """What this customer would send in on an unremarkable day."""
    home, document = customer.home, customer.document
    device = dice.pick([one for one in customer.devices if one.since <= at] or customer.devices[:1])
    line = customer.line if dice.chance(0.7) else networks.carrier_ip(home.code, dice)
    limit = dice.weighted({500: 3, 1000: 4, 2000: 3, 5000: 2, 10000: 0.6}) * _ROUND_RATES.get(home.currency, 1)
    facts = IdentityFacts(
        amount=places.cash(limit, home.currency),
        currency=home.currency,
        purpose=purpose,
        flagged_by="",
        account_id=customer.account,
        account_age_days=days_since(customer.opened_at, at),
        applicant_name=customer.name,
        stated_birth_date=customer.birth_date,
        email=customer.email,
        email_age_days=days_since(customer.email_since, at),
        phone=customer.phone,
        contact_age_days=int(min(dice.spread(400, 1.2), days_since(customer.opened_at, at))),
        phone_kind=customer.phone_kind,
        home_address=customer.address,
        residence_country=customer.country,
        nationality=document.nationality,
        device_id=device.id,
        device_age_days=days_since(max(device.since, customer.opened_at), at),
        user_agent=device.software.on(at.date()),
        ip=line.text,
        ip_country=line.country,
        ip_kind=line.kind,
        ip_distance_km=0,
        document_type="",
        document_country="",
        document_number="",
        document_expiry=document.expiry,
        printed_name="",
        printed_birth_date=document.birth_date,
        mrz="",
        face_match=dice.share(0.82, 9),
        liveness=dice.weighted({"pass": 8.6, "unsure": 1.1, "fail": 0.3}),
        face_search=dice.weighted({"nothing found": 9.7, "possible duplicate": 0.3}),
        authenticity=dice.share(0.83, 9),
        capture_quality=dice.share(0.76, 8),
        glare=dice.share(0.06, 10),
        address_proof=dice.weighted({"match": 5, "not given": 4, "no match": 0.9}),
        watchlist=dice.weighted({"clear": 9.6, "possible match": 0.4}),
        attempts=1 + dice.count(0.6),
        session_seconds=int(min(max(dice.spread(170, 0.6), 25), 3000)),
    )
    return clamp(showing(facts, document))


def showing(facts: IdentityFacts, document: Document) -> IdentityFacts:
    """The same verification with this document in front of the camera."""
    return replace(
        facts,
        document_type=document.form.replace("_", " "),
        document_country=document.country,
        nationality=document.nationality,
        document_number=document.number,
        document_expiry=document.expiry,
        printed_name=document.printed_name,
        printed_birth_date=document.birth_date,
        mrz=document.zone,
    )


def from_device(facts: IdentityFacts, device: Device, at: datetime, age_days: int = 0) -> IdentityFacts:
    agent = device.software.on(at.date())
    return replace(facts, device_id=device.id, user_agent=agent, device_age_days=age_days)


def from_line(facts: IdentityFacts, line: IpAddress) -> IdentityFacts:
    return replace(facts, ip=line.text, ip_country=line.country, ip_kind=line.kind)


def clamp(facts: IdentityFacts) -> IdentityFacts:
    """Scores as a vendor reports them: two digits, never quite certain."""

    def score(value: float) -> float:
        return round(min(max(value, 0.02), 0.99), 2)

    return replace(
        facts,
        face_match=score(facts.face_match),
        authenticity=score(facts.authenticity),
        capture_quality=score(facts.capture_quality),
        glare=round(min(max(facts.glare, 0.0), 0.9), 2),
    )
