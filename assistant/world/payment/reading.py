"""What a reader makes of a payment: the figures that a note or a reason names, and what speaks for the customer."""

from __future__ import annotations

from datetime import datetime

from assistant.world import places
from assistant.world.calendar import ago, since_when
from assistant.world.goods import GOODS, spoken
from assistant.world.money import written
from assistant.world.payment.facts import PaymentFacts

__all__ = ["comforts", "figures"]

_REFUSALS = {"05": "05 do not honour", "51": "51 insufficient funds", "61": "61 over limit", "54": "54 expired card",
             "N7": "N7 cvv", "1A": "1A declined, no sca"}  # fmt: skip
_AVS_CODES = {"match": "Y", "partial": "A", "no match": "N", "not supported": "U"}
_CVV_CODES = {"pass": "M", "fail": "N", "not given": "P"}
_ECI = {"frictionless": "05", "challenge passed": "05", "attempted": "06"}
_KINDS = {"gift_cards": "gift cards", "home": "household things", "sport": "sports gear", "games": "games"}


def figures(facts: PaymentFacts, at: datetime) -> dict[str, str]:
    usual = GOODS[facts.merchant_category].usual_euros if facts.merchant_category else 200
    card_days = facts.card_age_days or 0
    return {
        "device_since": since_when(facts.device_age_days, at),
        "device_days": str(facts.device_age_days),
        "device_ago": ago(facts.device_age_days),
        "card_since": since_when(card_days, at) if facts.card else "",
        "card_ago": ago(card_days) if facts.card else "",
        "card_tail": facts.card[-4:],
        "card_place": places.SPOKEN.get(facts.card_country, ""),
        "card_code": facts.card_country,
        "account_since": since_when(facts.account_age_days, at),
        "account_days": str(facts.account_age_days) if facts.account_age_days > 1 else "",
        "account_ago": ago(facts.account_age_days),
        "mail_since": since_when(facts.email_age_days, at),
        "orders": str(facts.orders_before) if facts.orders_before else "",
        "tries": str(facts.declined_24h),
        "rc": facts.authorisation,
        "avs_code": _AVS_CODES.get(facts.avs_result, ""),
        "cvv_code": _CVV_CODES.get(facts.cvv_result, ""),
        "eci": _ECI.get(facts.three_d_secure, "07") if facts.card else "",
        "refusal": _REFUSALS.get(facts.authorisation, facts.authorisation),
        "ip_place": places.SPOKEN.get(facts.ip_country, ""),
        "ip_code": facts.ip_country,
        "home_place": places.SPOKEN.get(facts.billing_country, ""),
        "home_code": facts.billing_country,
        "km": str(facts.ip_distance_km),
        "times": str(round(facts.euros / usual)),
        "merchant_kind": _KINDS.get(facts.merchant_category, facts.merchant_category) or "transfers",
        "pw_ago": ago(facts.password_age_days),
        "session": str(facts.session_seconds),
        "refunds": str(facts.refunds_90d),
        "pieces": str(facts.item_count or ""),
        "ship_town": places.town_of(facts.shipping_address) if facts.shipping_address else "",
        "receiver": facts.recipient_account[-4:],
        "claimed": written(facts.refund_asked, facts.currency, "en") if facts.refund_asked else "",
        "an_item": spoken(facts.main_item) if facts.main_item else "",
        "thing": spoken(facts.main_item).removeprefix("a ").removeprefix("an ") if facts.main_item else "",
        "years": str(facts.account_age_days // 365),
        "shop": facts.merchant,
        "city": places.town_of(facts.shipping_address or facts.billing_address),
        "other": facts.recipient_name.split(" ")[0],
        "signer": facts.recipient_name.split(" ")[0],
    }


def comforts(facts: PaymentFacts) -> tuple[str, ...]:
    usual = GOODS[facts.merchant_category].usual_euros if facts.merchant_category else 200
    seen = {
        "challenge": facts.three_d_secure == "challenge passed",
        "own_device": facts.device_age_days >= 40,
        "old_card": (facts.card_age_days or 0) >= 40,
        "history": facts.orders_before >= 4 and facts.account_age_days >= 90,
        "home_line": facts.ip_kind == "residential" and facts.ip_distance_km < 40,
        "issuer_liable": facts.liability_shift == "issuer",
        "own_address": facts.shipping_address != "" and facts.shipping_address == facts.billing_address,
        "address_known": facts.avs_result == "match",
        "code_right": facts.cvv_result == "pass" and facts.payment_type == "card purchase",
        "old_mail": facts.email_age_days > 700,
        "little": facts.euros < 40,
        "usual_amount": facts.euros < 1.5 * usual and facts.payment_type == "card purchase",
        "not_shipped": facts.courier_status == "not shipped",
    }
    return tuple(comfort for comfort, there in seen.items() if there)
