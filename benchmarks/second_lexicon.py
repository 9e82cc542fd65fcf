"""The words of the second checker: spellings of the same thing, and what no draft says.

Small on purpose. A word that is missing here costs the second checker a false alarm or a miss, which its measured error
rates then show. Nothing is taken from `assistant.verify`.
"""

from __future__ import annotations

import re

__all__ = [
    "ACTIONS", "CERTAIN", "COUNTS", "FORBIDDEN", "MONTHS", "REWORDED", "SAME", "TRAIT", "TURNING", "WEAK", "unit",
]  # fmt: skip

COUNTS = {
    "no": 0, "none": 0, "one": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
ACTIONS: dict[str, tuple[str, ...]] = {
    "step_up": ("ask the customer for a further proof before going on", "asking for a further proof", "step up"),
    "request_documents": ("request further documents", "request documents", "asking for documents"),
    "reserve": ("keep a reserve", "keeping a reserve", "reserve"),
    "hold_payout": ("hold the payout", "holding the payout", "hold payout"),
    "escalate": ("escalate the {object} to a colleague with more authority", "escalate", "escalating"),
}
"""How the actions with words of their own are put; any other is named by its name, or its name with -ing."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS = {
    "minute": "minute", "min": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month",
    "year": "year", "second": "second", "km": "km", "kilometre": "km", "mile": "mile", "percent": "%", "%": "%",
    "per cent": "%", "time": "times", "€": "EUR", "$": "USD", "£": "GBP",
}  # fmt: skip
_CURRENCIES = (
    "EUR",
    "USD",
    "GBP",
    "SEK",
    "PLN",
    "CHF",
    "NOK",
    "DKK",
    "CZK",
    "HUF",
    "RON",
    "JPY",
    "INR",
    "BRL",
    "CAD",
    "AUD",
)


def unit(word: str) -> str:
    """The unit that a word or sign names; empty where it names none."""
    return word if word in _CURRENCIES else _UNITS.get(word, _UNITS.get(word.removesuffix("s"), ""))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WEAK = _words("""
    a an the this that these those is are was were be been being has have had do does did of to in on at by for from
    with as and or it its so than there here into about roughly around nearly earlier before previously ago already
    until so far any we us our value amounts comes stands up else s out other another times make makes come came stake
    measured
""")
"""Words that carry no meaning of their own when a statement is put into a sentence."""
SAME = {
    "never": "not", "no": "not", "none": "not", "without": "not", "cannot": "not", "neither": "not", "nor": "not",
    "previous": "last", "correct": "right", "every": "all", "used": "seen", "known": "known", "old": "age",
    "apart": "distance", "print": "printed", "likelihood": "probability", "genuine": "legitimate",
}  # fmt: skip
TURNING = frozenset(("not", "equal", "unequal", "never_seen", "first_seen", "last", "no_common_word", "onl"))
"""What turns a statement round, in the spelling of `second_reading.bare`: a repetition has as many of each."""

_MORE = "(?:higher|more|greater|older|longer|larger)"
_LESS = "(?:lower|less|fewer|younger|shorter|smaller)"
_OF = r"#(\d+):% of (?:all )?([a-z]+)(?: [a-z]+ before\b| before\b)?(?: (?:have|do)\b)?"
_IS = r"(?:is|comes to|stands at|amounts to|was)"


def _turned(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"(?<![\w-])(?:{old})(?![\w-])"), new) for old, new in pairs)


REWORDED = (
    (re.compile(r"\s+"), " "),
    (re.compile(rf"(?:which is )?(?:an? )?(?:{_MORE}(?: value)? than(?: in| for)?|above) {_OF}"), r" ^up:\1:\2 "),
    (re.compile(rf"(?:which is )?(?:an? )?(?:{_LESS}(?: value)? than(?: in| for)?|below) {_OF}"), r" ^down:\1:\2 "),
    (re.compile(rf"(?<![a-z])(?:which holds |true |so (?:it is )?|as )(?:in |for |of )? ?{_OF}"), r" ^so:\1:\2 "),
    *_turned(
        ("came back as", "is"),
        ("about (?:as in most cases|the usual|as often seen|as usual)|which is nothing unusual", " ^usual "),
        (rf"in (day|hour|minute|second|km)s?(?: {_IS}| ?:) +#([\d.e+-]+):", r"is #\2:\1"),
        (r"was (?:opened|created) +(#[\d.e+]+:day) +ago|is +(#[\d.e+]+:day) +old", r"age \1\2"),
        (r"(?:lies? )?(#[\d.e+]+:km) +(?:apart|away from)|(#[\d.e+]+:km) +between", r"distance \1\2"),
        ("was never seen with any|had not been seen with an?", "not seen with"),
        (
            r"is new(?= to us| ?[,.;:(]|$)(?: to us)?|(?:was |had |were )?never (?:been )?(?:seen|turned up)"
            r"(?: before this case| until this case| until now)|had not been seen until this case",
            "never_seen",
        ),
        ("this case is the first with this", "never_seen"),
        (
            "turned up for the first time|(?:was )?seen for the first time|has been known for|we first saw|"
            "(?:was )?first (?:seen|turned up)",
            "first_seen",
        ),
        ("(?:before|until) this case", ""),
        ("have no word in common|shares? no word|not one word is common to", "no_common_word"),
        (
            "(?:do|does|did) not (?:agree|match)(?: with)?|(?:are|is) not (?:the same|identical)(?: as)?|"
            "(?:is |are )?different(?: from)?|differs?(?: from)?",
            "unequal",
        ),
        (r"has the same (.+?) as the print", r"equal \1 printed"),
        ("(?:are|is) the same(?: as)?|are identical(?: to)?|agrees?(?: with)?|(?<!nearest )match(?:es)?", "equal"),
        ("free of", "no"),
        ("readable", "can be read"),
        ("was in no other case|did not appear in any case", "no case"),
        ("it was opened at", "the hour of the day"),
        ("o'clock", ""),
        ("the device runs", "the operating system is"),
        ("came up for review through the|what brought it to review was the", "reason for review"),
        ("belongs to the category|the category of the merchant", "merchant category"),
        ("as (?:high|much) as|as much", ""),
        ("there was another case with", "the last case with"),
        ("number of", ""),
        (r"came up +#([\d.e+]+):times", r"#\1: cases"),
        ("was in|appears? in|had used|saw", "with"),
        ("is known from", "was seen with"),
        ("make up|consists of", "of"),
        ("characters long", "characters"),
        ("turned out to be|proved to be", "proved"),
    ),
)
"""Turns of phrase and what stands for them, on both sides; tokens of numbers are there already."""
CERTAIN = re.compile(
    r"\b(?:certain(?:ly)?|definite(?:ly)?|undoubted(?:ly)?|doubtless|beyond (?:any )?doubt|no doubt|proven"
    r"|proves that|"
    r"guaranteed|surely|unquestionabl[ye]|obviously|clearly (?:fraud|legitimate)|must be fraud|is fraud(?=["
    r" .,])|proves? (?:fraud|it)|fraud is a fact|settles the|can only mean|"
    r"is a fraudster|confirmed fraud|without question|cannot be anything)\b",
    re.IGNORECASE,
)
TRAIT = re.compile(
    r"\b(?:nationality|religio\w*|muslim|christian|jewish|hindu|ethnic\w*|race|racial|gender|woman|man|female|male|"
    r"pregnan\w*|disab\w*|skin|immigrant|foreigner|elderly|sexual\w*|gay|lesbian|married|accent|born abroad|age"
    r" group|"
    r"native speaker|nigerian|polish|russian|african|roma|pensioner|young)\b",
    re.IGNORECASE,
)
FORBIDDEN = {
    "a link": re.compile(r"https?://|www\.|\bhxxp|javascript:", re.IGNORECASE),
    "markup": re.compile(r"</?[a-z!][^>]*>|\]\(|\*\*|`|^#|\{\{", re.IGNORECASE),
    "an email address": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "a long number": re.compile(r"\b(?:\d[ -]?){12,19}\b|\+\d[\d ()-]{7,}"),
    "an IP address": re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"),
    "an IBAN": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}"),
    "an obeyed note": re.compile(
        r"\b(?:as|since|because) (?:the )?(?:customer|note|message|applicant|merchant|text|caller"
        r"|statement)s?\b.{0,30}"
        r"\b(?:ask|request|instruct|demand|tell|told|say|want|order)|\bignor(?:e|ing) (?:all|the|any|previous)|"
        r"\bas instructed|\bas requested|\bfollowing the (?:note|instruction|message)|\bsystem prompt",
        re.IGNORECASE,
    ),
}
