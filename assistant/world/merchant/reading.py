"""What a reader makes of a shop's books: the figures that a note or a reason names, and what speaks for the shop."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from assistant.world import places
from assistant.world.calendar import ago, since_when
from assistant.world.goods import GOODS
from assistant.world.merchant.facts import MerchantFacts

__all__ = ["comforts", "figures"]

_KINDS = {"gift_cards": "gift cards", "home": "household goods", "sport": "sports gear"}


def figures(facts: MerchantFacts, at: datetime) -> dict[str, str]:
    orders = facts.orders_30d
    delivered = round((facts.delivered_share or 0) * orders)
    grown = facts.volume_30d / facts.volume_previous_30d if facts.volume_previous_30d else 0
    return {
        "shop": facts.merchant_name,
        "city": places.town_of(facts.registered_address),
        "years": str(facts.days_on_platform // 365),
        "wares": GOODS[facts.merchant_category].wares,
        "merchant_kind": _KINDS.get(facts.merchant_category, facts.merchant_category),
        "owner_check": facts.owner_check,
        "registry": facts.registry_check,
        "bank_name": facts.bank_name_match,
        "website": facts.website_check,
        "cb_rate": f"{facts.chargeback_rate_90d:.1%}" if facts.chargeback_rate_90d else "",
        "vol_before": _thousands(facts.volume_previous_30d),
        "vol_now": _thousands(facts.volume_30d),
        "growth": f"{grown:.1f}" if grown < 5 else f"{grown:.0f}",
        "payout_days": str(facts.payout_account_age_days),
        "payout_ago": ago(facts.payout_account_age_days),
        "payout_since": since_when(facts.payout_account_age_days, at),
        "payout_place": places.SPOKEN.get(facts.payout_country, ""),
        "payout_code": facts.payout_country,
        "platform_since": since_when(facts.days_on_platform, at),
        "business_days": str(facts.business_age_days),
        "month_orders": str(orders),
        "delivered": f"{facts.delivered_share:.0%}" if facts.delivered_share is not None else "",
        "open_parcels": str(orders - delivered),
        "refund_count": str(round((facts.refund_rate_30d or 0) * orders)),
        "complaints": _counted(round((facts.complaint_rate_30d or 0) * orders), "complaint"),
        "complaint_count": str(round((facts.complaint_rate_30d or 0) * orders)),
        "declined": f"{facts.declined_share_30d:.0%}" if facts.declined_share_30d is not None else "",
        "new_buyers": f"{facts.new_buyer_share:.0%}" if facts.new_buyer_share is not None else "",
        "ticket": f"{facts.average_ticket:.0f}" if facts.average_ticket else "",
        "forecast": _thousands(facts.forecast) if facts.forecast else "",
        "payouts": str(facts.payouts_30d),
        "ip_place": places.SPOKEN.get(facts.ip_country, ""),
        "ip_code": facts.ip_country,
    }


def comforts(facts: MerchantFacts) -> tuple[str, ...]:
    usual = GOODS[facts.merchant_category].usual_euros / places.in_euros(Decimal(1), facts.currency)
    trading = facts.sells and facts.orders_30d >= 12
    calm = facts.volume_previous_30d * 0.6 < facts.volume_30d < facts.volume_previous_30d * 1.5
    seen = {
        "owner_known": facts.owner_check == "verified",
        "registered": facts.registry_check == "match",
        "old_payout": facts.payout_account_age_days >= 90,
        "history": facts.days_on_platform >= 240,
        "delivers": trading and (facts.delivered_share or 0) >= 0.85,
        "no_disputes": trading and facts.chargeback_rate_90d == 0,
        "few_refunds": trading and (facts.refund_rate_30d or 0) < 0.05,
        "calm": trading and (facts.complaint_rate_30d or 0) < 0.03,
        "bank_fits": facts.bank_name_match == "match",
        "shop_fine": facts.website_check == "pass",
        "steady": trading and calm and (facts.average_ticket or 0) < 2 * usual,
    }
    return tuple(comfort for comfort, there in seen.items() if there)


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _thousands(volume: int) -> str:
    """As said in passing: 850, 9.4k, 120k."""
    if volume < 1000:
        return str(volume)
    return f"{volume / 1000:.1f}k" if volume < 20_000 else f"{volume / 1000:.0f}k"
