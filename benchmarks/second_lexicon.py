"""The words of the second checker: what frames a statement, and what turns it round.

Small on purpose. A word that is missing here costs the second checker a false alarm or a miss, which its measured error
rates then show. Nothing is taken from `assistant.verify`.
"""

from __future__ import annotations

import re
from datetime import date

__all__ = [
    "ACTIONS", "BACKWARD", "CERTAIN", "COUNTS", "DENIED_END", "DONE", "EMPTY", "FORBIDDEN", "FRAME", "TRAIT",
    "absent", "band", "day", "direction", "outcome", "parity", "stem", "tallies", "turned", "unit", "unsaid",
]  # fmt: skip

COUNTS = {
    "a": 1, "no": 0, "none": 0, "one": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
DONE = {
    "approved": "approved", "blocked": "blocked", "rejected": "rejected", "refunded": "refunded",
    "escalated": "escalated",
}  # fmt: skip
ACTIONS: dict[str, tuple[str, ...]] = {
    "approve": ("approve", "approving"),
    "block": ("block", "blocking"),
    "reject": ("reject", "rejecting"),
    "refund": ("refund the", "refunding"),
    "step_up": ("ask the customer for a further proof before going on", "step up"),
    "request_documents": ("request further documents", "request documents"),
    "reserve": ("keep a reserve", "reserve"),
    "hold_payout": ("hold the payout", "hold payout"),
    "escalate": ("escalate", "escalating", "escalate to a colleague with more authority"),
}
_ENDINGS = ("ing", "ed", "es", "s", "ly")


def stem(word: str) -> str:
    """A word without its common endings; crude, the same for both sides."""
    word = word.replace("’", "'").removesuffix("'s")
    word = _SAME.get(word, word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 4 else word


_SAME = {
    "probability": "chance", "likelihood": "chance", "genuine": "legitimate", "identical": "same", "greater": "higher",
    "more": "higher", "above": "higher", "over": "higher", "exceeds": "higher", "fewer": "lower", "less": "lower",
    "below": "lower", "under": "lower", "seen": "seen", "saw": "seen", "earlier": "before", "previously": "before",
    "previous": "last", "differ": "differ", "days": "day", "came": "come", "ended": "end", "proved": "prove",
}  # fmt: skip


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


EMPTY = _stems("""
    a an the this that these those is are was were be been being has have had do does did of to in on at by for from
    with as and or it its so than which who what there here into about also only still yet not no never none neither
    nor without s t up out off one us we our
""")
FRAME = _stems("""
    model puts put probability chance fraud risk score scores band estimate sign signs strong strongest raise raises
    raising lower lowers lowering evidence case cases similar past comparable decided precedent precedents outcome
    outcomes known open turned turning turn end ended legitimate shared share same recommended recommend
    recommendation action actions policy policies least expected cost costs expect step best advice balance says say
    stated states this sheet further point points main mainly reason reasons adds add besides addition against side
    other others speak speaks argument best strongest uncertain rely rest rests little set below text weighed weighs
    weigh most hold holds draft light colleague authority senior payment payments merchant identity check checks
    customer document documents proof ask asks going go request reserve keep payout found finds find noted note
    recorded record all both split closest nearest match matches line agree agrees despite otherwise because since
    first therefore thus too usual looking back goes far stands stand explains explain either way facts fact file
    give gives gave giving none worth counts count counted principal assigns assign carries carry supports support
    choice nothing case's likely also among else high medium low higher however proved prove proves unresolved
    result results remain remains like alike here mind value values about roughly around nearly contrast points
    speaking supporting opposing leaves leave must would ago old away long apart lie lies far time unusual according
    accord value sum well show shows favour favours make makes come comes fall falls
""")
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
_NEGATORS = re.compile(r"\b(?:no|not|never|none|without|cannot|nothing|nobody|neither|nor|hardly)\b|n['’]t\b")
_UNLIKE = re.compile(
    r"\b(?:differ|differs|different|disagree|disagrees|mismatch|fail|failed|fails|"
    r"unknown|missing|wrong|invalid|offline)\b"
)
DENIED_END = re.compile(
    r"(?:\bnot|n't) (?:\w+ ){0,3}(?:fraud|legitimate|genuine)\b(?! risk)|\b(?:has|have) a known outcome|outcome"
    r" is known"
)
BACKWARD = re.compile(r"\bwhich\b|\bthat makes\b|\bthis points\b", re.IGNORECASE)
_UP = re.compile(r"\b(?:higher|more|above|over|greater|older|longer|most|greatest|highest)\b")
_DOWN = re.compile(r"\b(?:lower|less|fewer|below|under|younger|shorter|least|lowest)\b")
_RAISES = re.compile(
    r"risk is higher|fraud (?:is )?more likely|\b(?:rais(?:e|es|ing)|adds? to|increas(?:e|es|ing)|heighten\w*)"
    r" (?:the )?risk|speaks? for fraud|"
    r"points? (?:to|towards) fraud|the risk also rests|(?:suggest|indicat)\w* fraud"
)
_LOWERS = re.compile(
    r"risk is lower|fraud (?:is )?less likely|tak(?:es|ing) away from the risk|\b(?:lower(?:s|ing)?|reduc(?:e"
    r"|es|ing)|decreas(?:e|es|ing)|eas(?:e|es|ing)) (?:the )?risk|"
    r"(?:speaks?|argument|points?|evidence) against fraud|in (?:the customer's|its) favour|reassur"
)
_ENDS = (
    (
        "open",
        r"no known outcome|no outcome|unresolved|still open|outcome (?:is )?unknown|without (?:an|a known) outcome",
    ),
    ("fraud", r"fraud(?:ulent)?"),
    ("legitimate", r"legitimate|genuine"),
)  # fmt: skip
_COUNTED = "|".join([*(word for word in COUNTS if word not in ("a", "no")), "all", "no", r"\d+"])
_UNITS = {
    "minute": "minute", "min": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month",
    "year": "year", "second": "second", "km": "km", "kilometre": "km", "mile": "mile", "percent": "%", "times": "times",
}  # fmt: skip
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def unit(before: str, after: str) -> str:
    """The unit of the number between two pieces of text: a currency, %, or a noun of measure."""
    if found := re.match(r"\s*(%|per ?cent\b)", after):
        return "%"
    if found := re.search(r"\b([A-Z]{3})\s*$|([€$£])\s*$", before):
        return found[1] or _SIGNS[found[2]]
    if found := re.match(r"\s*([A-Z]{3})\b|\s*([€$£])", after):
        return found[1] or _SIGNS[found[2]]
    if found := re.match(r"[\s-]*([a-z]+)", after):
        word = found[1]
        return _UNITS.get(word, _UNITS.get(word.removesuffix("s"), ""))
    return ""


def day(match: re.Match[str]) -> float:
    """A date as its day number; 0 for none that exists."""
    try:
        if match[1]:
            return float(date(int(match[1]), int(match[2]), int(match[3])).toordinal())
        return float(date(int(match[6]), _MONTHS.index(match[5][:3].lower()) + 1, int(match[4])).toordinal())
    except ValueError:
        return 0.0


def parity(text: str) -> bool:
    """Whether the text says the opposite of itself without its turning words: an odd number of them."""
    low = text.lower()
    return bool((len(_NEGATORS.findall(low)) + len(_UNLIKE.findall(low))) % 2)


def turned(text: str, other: str) -> bool:
    """Whether one compares upwards and the other downwards; texts with both or none compare nothing."""
    ways = [(bool(_UP.search(one)), bool(_DOWN.search(one))) for one in (text.lower(), other.lower())]
    return all(up != down for up, down in ways) and ways[0] != ways[1]


def direction(text: str) -> str:
    """`raises`, `lowers`, or nothing where the words do not say."""
    low = text.lower()
    if absent(text):
        return ""
    up, down = _RAISES.search(low), _LOWERS.search(low)
    if up and down:
        return ""
    return "raises" if up else "lowers" if down else ""


def absent(text: str) -> str:
    """The direction of which the text says that there is no evidence."""
    low = text.lower()
    if not re.search(r"\b(?:no|none|nothing)\b", low):
        return ""
    up, down = _RAISES.search(low), _LOWERS.search(low)
    lowers = down or re.search(r"\b(?:speaks?) against\b", low)
    return "lowers" if lowers and not up else "raises" if up and not lowers else ""


def outcome(text: str) -> str:
    """The first ending that the text names."""
    found = [(match.start(), end) for end, words in _ENDS if (match := re.search(rf"\b(?:{words})\b", text.lower()))]
    return min(found)[1] if found else ""


def tallies(text: str, total: int) -> list[tuple[int, str]]:
    """Counts of endings as (count, ending), and counts of all as (count, "")."""
    low = text.lower()
    found = []
    for end, words in _ENDS:
        pattern = rf"(?<![\w-])({_COUNTED})\b(?: (?:of (?:the )?(?:\w+ )?)?(?:\w+ )?(?:\w+ )?cases?)?,?" + (
            rf" (?:(?:was|were|is|are|has|have|had|turned out(?: to be)?|ended(?: as)?|proved(?: to be)?)"
            rf" )*(?:{words})\b"
        )
        for match in re.finditer(pattern, low):
            found.append((_count(match[1], total), end))
    whole = rf"(?<![\w-])\b({_COUNTED}) (?:similar|past|comparable|decided|precedent)\w* cases?\b"
    for match in re.finditer(whole, low):
        if re.search(r"\b(?:of|all|both)(?: the)? $", low[: match.start()] + "") or match[1] in ("both",):
            found.append((_count(match[1], total), ""))
    return found


def unsaid(text: str, total: int) -> list[str]:
    """Endings that a sentence about all cases does not mention, so that none may have them."""
    low = text.lower()
    if not re.search(r"\b(?:of the \w+|all \w+|both|the one|are split)\b.*\bcases?\b|\bcases? are split", low):
        return []
    if sum(bool(re.search(rf"\b(?:{words})\b", low)) for _, words in _ENDS) < 2 and not re.search(
        r"\b(?:all|both)\b", low
    ):
        return []  # "one of the five was fraud" leaves the others out and says nothing of them
    return [end for end, words in _ENDS if not re.search(rf"\b(?:{words})\b", low)] if outcome(low) else []


def band(part: str, whole: str) -> str:
    """The band that a clause gives to the score."""
    found = re.search(r"\b(low|medium|high)(?:[- ](?:risk|score))\b|\b(?:is|of|score) (low|medium|high)\b", part)
    if found is None and (alone := re.fullmatch(r"(?:which is |a )?(low|medium|high)", part.strip())):
        return alone[1] if re.search(r"\b(?:model|score|risk)\b", whole) else ""
    if found is None or not re.search(r"\b(?:score|risk)\b", part):
        return ""
    return found[1] or found[2]


def _count(word: str, total: int) -> int:
    if word == "all":
        return total
    return COUNTS[word] if word in COUNTS else int(word)
