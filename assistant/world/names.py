"""What people and shops are called in the demo world: word lists and the few rules that join them.

Given names are common ones of the year of birth; surnames and brands are put together from parts, so that nobody real
is meant.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.world.chance import Dice
from assistant.world.phrasebook import load_phrases, words

__all__ = ["ascii_letters", "brand", "email", "full_name", "given_name", "renamed", "site_of", "surname"]

_COINED = """Alvenna Brightwen Corvello Dapplin Evanta Farrowen Glimora Hestia Inkwell Jorvik Kestrelle Lindqva Morvane
    Nettlebee Orrin Pavonia Quillmark Rosmere Solvanto Thornbee Umbrello Varsole Westrel Yarrowby Zolene Cordwain
    Amberlo Bastide Cinderpath Driftmoor Elmira Foxlow Greymantle Hollowell Ivoria Junobell Kindlewood Larchmont
    Velora Quandra Brimola Tessaro Karrow Mendola Lumira Fennick Zephane Dovello Sarnia Ibrisa Nomado Tecktora
    Ardino Junipa Castilo Gelura Ruskin Maviro Pendora Eskola Brumel Nerrada Skarna Ullano Drema Paduna Kinnova Opalia
    Wrenfield Zillah Oakmoor Calvo Tindra Selkie Marabel Havenly Pomello Rovanda"""
_THINGS = """Wren Pinecone Skylark Hazel Toadstool Pocket Ladder Cartwheel Juniper Otter Mill Quill Spindle Cobble Ferry
    Gable Trellis Basket Plum Hive Larder Inkpot Cricket Moth Walnut Cedar Drum Thistle Sundial Weaver Latch Hedgehog
    Lantern Kettle Finch Harbour Anchor Thimble Button Acorn Barrow Compass Magpie Lighthouse Saddle Pebble
    Sparrow Chestnut Hatbox Windmill Marble Ribbon Badger Bramble Parasol Teapot Paddle Clover Beacon Orchard"""
_LOOKS = "Copper Little North Blue Red Paper Old Quiet Golden Green Second Tall Bright Salt Iron Velvet Honest Lucky"
_NOUNS: dict[str, str] = {
    "electronics": "Electronics;Audio;Digital;Devices",
    "fashion": "Apparel;Studio;Clothing;Threads",
    "grocery": "Pantry;Market;Foods",
    "gift_cards": "Vouchers;Gifts",
    "travel": "Travel;Stays;Journeys",
    "games": "Games;Play;Credits",
    "home": "Home;Interiors;Living",
    "beauty": "Beauty;Skin;Botanics",
    "tickets": "Tickets;Live;Events",
    "tools": "Tools;Hardware;Supply",
    "toys": "Toys;Kids",
    "sport": "Sport;Outdoor;Cycles",
    "charity": "Relief Fund;Foundation",
    "books": "Books;Press",
}
_MOODS = "sunny quiet lucky tiny happy blue salty dusty early golden silent royal sleepy rusty cosy wild"
_CREATURES = "otter comet biker reader panda gardener falcon maker drummer turtle baker skater badger knitter angler"
_HOBBIES = "knits bakes runs paints climbs sails rides sings reads gardens fishes hikes plays swims"
_FREE_MAIL = ("mail.example.com", "inbox.example.net", "post.example.org", "freemail.example", "quickmail.example",
              "webpost.example", "letterbox.example.org")  # fmt: skip
_THROWAWAY = ("tempbox.example", "tenminutes.example", "dropmail.example.net", "mail.example.com", "freemail.example")
_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae",
                            "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe", "Æ": "Ae"})  # fmt: skip


def given_name(naming: str, sex: str, born: int, dice: Dice) -> str:
    """A name that was given in the year."""
    era = 0 if born < 1970 else 1 if born < 1990 else 2
    return dice.pick(words(load_phrases("names")[naming]["women" if sex == "F" else "men"][era]))


def surname(naming: str, dice: Dice) -> str:
    parts = load_phrases("names")[naming]

    def one() -> str:
        return dice.pick(words(parts["stems"])) + dice.pick(words(parts["endings"]))

    family = one()
    if dice.chance(parts.get("second", 0)):
        family += f" {one()}"
    elif dice.chance(parts.get("double", 0)):
        family += f"-{one()}"
    return re.sub(r"(.)\1\1", r"\1\1", family)  # Tull and ley make Tulley


def full_name(naming: str, dice: Dice) -> str:
    """Somebody of any age."""
    return f"{given_name(naming, dice.pick('FM'), dice.whole(1950, 2005), dice)} {surname(naming, dice)}"


def renamed(given: str, family: str, other: str, naming: str, dice: Dice) -> str:
    """What somebody is called after a marriage, a divorce or a visit to the registry, by the custom of the country."""
    first, *rest = family.split(" ")
    if naming == "es":  # a marriage changes nothing; surnames may change places, and many leave the second away
        if not rest:
            return f"{given} {first} {other.split(' ')[0]}"
        return f"{given} {rest[0]} {first}" if dice.chance(0.4) else f"{given} {first}"
    if naming == "pt":
        return f"{given} {family} {other.split(' ')[-1]}"
    if naming in {"en", "de", "nl", "sv", "pl"} and dice.chance(0.3):
        return f"{given} {first.split('-')[0]}-{other.split('-')[0]}"
    return f"{given} {other}"


def ascii_letters(text: str) -> str:
    """The text in plain Latin letters, umlauts spelt out as ICAO 9303 asks."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLINGS))
    return plain.encode("ascii", "ignore").decode()


def email(given: str, family: str, born: int, dice: Dice, *, throwaway: bool = False) -> str:
    """An address at a reserved domain. People and fraudsters use the same free-mail hosts."""
    first, last = (re.sub(r"[ ']", "", ascii_letters(part).lower()) for part in (given, family))
    mood, creature, hobby = (dice.pick(words(kind)) for kind in (_MOODS, _CREATURES, _HOBBIES))
    moulds = {
        f"{first}.{last}": 4.0, f"{first}{last}{dice.digits(2)}": 1.5, f"{first[0]}.{last}": 2.0,
        f"{first[0]}{last}": 1.0, f"{first}_{last}": 1.0, f"{last}.{first}": 1.0, f"{last}{born % 100:02d}": 0.8,
        f"{first}.{last}{born % 100:02d}": 1.2, f"{first}{born}": 0.8, f"{last}family": 0.4,
        f"{first}{hobby}": 0.5, f"the.{mood}.{creature}": 0.25, f"{mood}{creature}{dice.digits(2)}": 0.3,
        f"{creature}_{first}": 0.4, f"{first}{dice.digits(4)}": 6.0 if throwaway else 1.2,
    }  # fmt: skip
    return f"{dice.weighted(moulds)}@{dice.pick(_THROWAWAY if throwaway else _FREE_MAIL)}"


def brand(category: str, naming: str, dice: Dice) -> str:
    """What a shop is called: a coined word, two things, a thing with a colour, or somebody's name."""
    noun, things = dice.pick(words(_NOUNS[category])), dice.sample(words(_THINGS), 2)
    mould = dice.weighted({"coined": 3, "pair": 2, "look": 3, "owner": 3, "plain": 1.5})
    return {
        "coined": f"{dice.pick(words(_COINED))} {noun}",
        "pair": f"{things[0]} & {things[1]}",
        "look": f"{dice.pick(words(_LOOKS))} {things[0]} {noun}",
        "owner": f"{surname(naming, dice)} {noun}",
        "plain": f"The {things[0]} {noun}",
    }[mould]


def site_of(name: str) -> str:
    """The web address of a shop with this name."""
    return "-".join(re.findall(r"[a-z]+", ascii_letters(name).lower())) + ".example"
