"""What people, shops and machines are called in the demo world: word lists and the few rules that join them.

Given names are common ones; surnames and brands are put together from parts, so that nobody real is meant.
"""

from __future__ import annotations

import re
import unicodedata

from assistant.world.chance import Dice

__all__ = ["ascii_letters", "brand", "email", "full_name", "given_name", "surname", "user_agent"]

_GIVEN: dict[str, tuple[str, str]] = {
    "en": (
        "Amelia Beth Carys Daisy Erin Freya Grace Holly Imogen Jodie Keira Leah Megan Nadia Orla Priya Rosie Tara",
        "Aaron Ben Callum Darren Eoin Femi George Harvey Idris Jamal Kieran Liam Marcus Nikhil Owen Rhys Samir Toby",
    ),
    "de": (
        "Anke Birgit Clara Dörte Elif Franziska Greta Heike Ines Jana Lena Mareike Ronja Svenja",
        "Arne Bernd Cem Dirk Emil Falk Gerd Henning Jörg Kilian Lars Malte Ruben Sönke",
    ),
    "fr": (
        "Adèle Brune Chloé Élodie Fatou Gaëlle Hélène Inès Jade Léonie Maëlys Noémie Solène",
        "Adrien Bastien Cyril Damien Étienne Félix Gaspard Hugo Ismaël Jules Loïc Mathis Rémi",
    ),
    "es": (
        "Alba Belén Carmen Dolores Elena Inés Lucía Marisol Nuria Paloma",
        "Álvaro Bruno Diego Emilio Gonzalo Íñigo Javier Manuel Rubén Tomás",
    ),
    "pt": ("Ana Beatriz Catarina Inês Joana Lívia Mariana Rita", "André Bruno Caio Duarte Gonçalo João Nuno Tiago"),
    "nl": ("Anouk Femke Hanneke Lotte Maaike Sanne", "Bas Daan Joost Koen Ruben Sjoerd"),
    "it": ("Alessia Chiara Elisa Giada Ilaria Serena", "Davide Fabio Lorenzo Matteo Nicolò Pietro"),
    "sv": ("Astrid Ebba Hanna Maja Tuva", "Anton Elis Gustav Nils Viggo"),
    "ja": ("Aoi Emi Haruka Mio Yuna", "Daichi Haruto Kenji Ren Sora"),
}
_SURNAMES: dict[str, tuple[str, str]] = {
    "en": (
        "Ashel Brack Cald Dray Farn Garth Hax Kel Lorn Mard Nor Pell Ren Stam Thorv Wex Ibb Tull Oak Hes Whilt Crad",
        "combe ley by stow wick ridge er ows",
    ),
    "de": ("Brund Dorv Eisch Grün Hurl Krell Lüd Mühv Reinz Schürn Tann Wuld", "ner hofer mann ecker ing stätter"),
    "fr": ("Beau Char Dur Fon Gar Lam Mont Rous Val Ver", "vert celin tel nier rand guet lière"),
    "es": ("Alcor Barv Cald Estr Murv Quilt Serz Valt", "dero era ales illo osa anda"),
    "pt": ("Almv Carv Fervel Lour Mourd Sanv Vild", "inho eira edo osa arães"),
    "nl": ("Van der Broek|Ter Haal|De Wild|Ver Hoev|Oost", "e en ema stra"),
    "it": ("Balz Corv Forv Marz Pellv Sanz", "dini etti ucci azzo elli"),
    "sv": ("Lyd Bräk Sjöv Elv Norrf", "qvist ström lund dahl"),
    "ja": ("Asa Kuro Mina Taka Yone", "gawa zaki moto naga"),
}  # fmt: skip
_BRAND_ONSETS = """Vel Quan Brim Orlo Tessa Karro Mendo Lumi Fenn Zeph Harro Pilo Dova Sarn Ibri Noma Teck Wollo Ardi
    Junip Casti Yarro Gelu Rusk Mavi Tolo Pend Esko Bruma Nerr Fioli Skarn Ulla Hoxa Drem Padu Kinno Opal Wren Zill"""
_BRAND_ENDINGS = """rra dit lo vant nique sto via ral wick ndo met ka bury line gate tine mora field ssen pique dale ter
    ro nest"""
_BRAND_NOUNS: dict[str, str] = {
    "electronics": "Electronics|Audio|Digital|Devices",
    "fashion": "Apparel|Studio|Clothing|Threads",
    "grocery": "Pantry|Market|Foods",
    "gift_cards": "Vouchers|Gifts",
    "travel": "Travel|Stays|Journeys",
    "games": "Games|Play|Credits",
    "home": "Home|Interiors|Living",
    "beauty": "Beauty|Skin|Botanics",
    "tickets": "Tickets|Live|Events",
    "tools": "Tools|Hardware|Supply",
    "toys": "Toys|Kids",
    "sport": "Sport|Outdoor|Cycles",
    "charity": "Relief Fund|Foundation",
    "books": "Books|Press",
}
_MOODS = "sunny quiet lucky tiny happy blue salty dusty early golden silent royal"
_CREATURES = "otter comet biker reader panda gardener falcon maker drummer turtle baker skater"
_FREE_MAIL = ("mail.example.com", "inbox.example.net", "post.example.org", "freemail.example", "quickmail.example",
              "webpost.example", "letterbox.example.org")  # fmt: skip
_THROWAWAY = ("tempbox.example", "tenminutes.example", "dropmail.example.net", "mail.example.com", "freemail.example")
_AGENTS: dict[str, tuple[str, ...]] = {
    "phone": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS {a}_{b} like Mac OS X) AppleWebKit/605.1 Version/{a} Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android {c}; K) AppleWebKit/537.36 Chrome/{d}.0.0.0 Mobile Safari/537.36",
        "MarketWallet/{e}.{b} (Android {c})",
        "MarketWallet/{e}.{b} (iOS {a}.{b})",
    ),
    "computer": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/{d}.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/{a}.{b} Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:{d}.0) Gecko/20100101 Firefox/{d}.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{d}.0) Gecko/20100101 Firefox/{d}.0",
    ),
}  # fmt: skip
_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae",
                            "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe", "Æ": "Ae"})  # fmt: skip


def given_name(language: str, sex: str, dice: Dice) -> str:
    women, men = _GIVEN[language]
    return dice.pick((women if sex == "F" else men).split())


def surname(language: str, dice: Dice) -> str:
    stems, endings = _SURNAMES[language]
    family = dice.pick(stems.split("|") if "|" in stems else stems.split()) + dice.pick(endings.split())
    if language in {"es", "pt"} and dice.chance(0.6):
        family += " " + dice.pick(stems.split()) + dice.pick(endings.split())
    elif language in {"en", "fr"} and dice.chance(0.05):
        family += "-" + dice.pick(stems.split()) + dice.pick(endings.split())
    return re.sub(r"(.)\1\1", r"\1\1", family)  # Tull and ley make Tulley


def full_name(language: str, dice: Dice) -> str:
    return f"{given_name(language, dice.pick('FM'), dice)} {surname(language, dice)}"


def ascii_letters(text: str) -> str:
    """The text in plain Latin letters, umlauts spelt out as ICAO 9303 asks."""
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLINGS))
    return plain.encode("ascii", "ignore").decode()


def email(given: str, family: str, dice: Dice, *, throwaway: bool = False) -> str:
    """An address at a reserved domain. People and fraudsters use the same free-mail hosts."""
    first, last = (ascii_letters(part).lower().replace(" ", "").replace("'", "") for part in (given, family))
    handle = f"{dice.pick(_MOODS.split())}{dice.pick(('', '.', '_'))}{dice.pick(_CREATURES.split())}{dice.digits(2)}"
    local = dice.weighted({
        handle: 1.6,
        f"{first}.{last}": 4, f"{first}{last}{dice.digits(2)}": 3, f"{first[0]}.{last}": 2,
        f"{last}.{first}{dice.whole(60, 99)}": 2, f"{first}{dice.digits(4)}": 2 if not throwaway else 6,
    })  # fmt: skip
    return f"{local}@{dice.pick(_THROWAWAY if throwaway else _FREE_MAIL)}"


def brand(category: str, dice: Dice) -> str:
    coined = dice.pick(_BRAND_ONSETS.split()) + dice.pick(_BRAND_ENDINGS.split())
    return f"{coined} {dice.pick(_BRAND_NOUNS[category].split('|'))}"


def user_agent(platform: str, dice: Dice) -> str:
    template = dice.pick(_AGENTS[platform])
    return template.format(a=dice.whole(15, 18), b=dice.whole(0, 6), c=dice.whole(11, 15), d=dice.whole(118, 134),
                           e=dice.whole(3, 5))  # fmt: skip
