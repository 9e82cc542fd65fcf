"""What is sold on the marketplace: per category the usual price of an order, and things with a price each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DIGITAL", "GOODS", "ROUND", "Goods", "spoken"]


@dataclass(frozen=True)
class Goods:
    """`wares` is what a shop of the category calls its stock."""

    usual_euros: float
    wares: str
    euros: Mapping[str, float]


GOODS: dict[str, Goods] = {
    "electronics": Goods(235, "headphones", {
        "wireless earbuds": 90, "smart watch": 190, "noise-cancelling headphones": 240, "tablet, 11 inch": 360,
        "games console": 480, "robot vacuum": 330, "mirrorless camera": 780, "laptop, 14 inch": 920,
        "phone case": 19, "power bank": 38, "mechanical keyboard": 120}),
    "fashion": Goods(82, "jackets", {
        "wool coat": 190, "running shoes": 95, "leather handbag": 150, "denim jacket": 80, "linen shirt": 48,
        "party dress": 70, "scarf": 24}),
    "grocery": Goods(46, "coffee", {
        "weekly box": 58, "coffee beans, 2 kg": 36, "wine case": 85, "baby formula, 6 tins": 95, "snack bundle": 22}),
    "gift_cards": Goods(64, "vouchers", {"gift card": 60, "gaming voucher": 40, "streaming voucher": 30}),
    "travel": Goods(310, "rooms", {
        "two nights, double room": 260, "return flight": 340, "airport transfer": 55, "rail pass": 190,
        "holiday flat, one week": 720}),
    "games": Goods(24, "games", {"season pass": 30, "coin pack": 10, "strategy game": 45, "skin bundle": 16}),
    "home": Goods(125, "lamps", {
        "standing lamp": 110, "cookware set": 160, "double duvet": 95, "side table": 140, "air fryer": 120,
        "set of towels": 38}),
    "beauty": Goods(44, "serums", {"serum set": 45, "perfume, 50 ml": 80, "hair straightener": 95, "hand cream": 12}),
    "tickets": Goods(92, "tickets", {
        "cinema, two seats": 24, "museum, day pass": 15,
        "concert, two seats": 130, "football, two seats": 95, "theatre, stalls": 60, "festival weekend": 220}),
    "tools": Goods(108, "drills", {
        "cordless drill": 130, "torque wrench set": 90, "pressure washer": 190, "circular saw": 150, "bit set": 28}),
    "toys": Goods(38, "toys", {"building set": 48, "wooden railway": 62, "board game": 34, "doll's house": 110}),
    "sport": Goods(96, "shoes", {
        "road bike wheelset": 420, "yoga set": 45, "tent, three people": 180, "trail shoes": 110,
        "football boots": 85, "water bottle": 16}),
    "charity": Goods(18, "gifts", {"one-off gift": 25, "monthly gift": 12}),
    "books": Goods(23, "books", {"cookbook": 28, "crime trilogy": 30, "school atlas": 34, "notebook set": 14}),
}  # fmt: skip
DIGITAL = frozenset({"gift_cards", "games", "tickets", "charity", "travel"})
"""What is never sent as a parcel."""
ROUND = frozenset({"gift_cards", "charity"})
"""What is sold at face values."""
_PLURAL = ("earbuds", "headphones", "shoes", "boots", "beans", "formula", "seats", "stalls", "two nights", "football")


def spoken(item: str) -> str:
    """The thing as people write of it: no sizes, and an article where it needs one."""
    short = item.split(",")[0]
    if any(word in item for word in _PLURAL):
        return {"two nights": "two nights in a hotel"}.get(short, f"{short} tickets" if "seat" in item else short)
    return f"{'an' if short[0] in 'aeiou' else 'a'} {short}"
