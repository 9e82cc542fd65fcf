"""What a column is, by its name and its values.

Promise: `role_of` gives the most likely role of a column and, where the guess may be wrong in a way that matters, the
doubt in words. A name alone makes no entity: the values must look like ones that name a thing. Which column is the
time, the id, the amount or the label is left to `single_roles`, what was filled in later to `hindsight`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from assistant.dataset.answers import says_fraud, says_it_in_words
from assistant.dataset.profile import Profile, is_number
from assistant.roles import ADDRESS_ROLES, Role

__all__ = ["Clue", "is_card_number", "role_of"]


@dataclass(frozen=True)
class Clue:
    """A guess, why, and what is doubtful about it (or nothing). `percent`: a score written as 0 to 100."""

    role: Role
    why: str = ""
    doubt: str = ""
    percent: bool = False


_VERDICTS = {"pass", "fail", "passed", "failed", "match", "mismatch", "no match", "clear", "consider", "caution",
             "warn", "suspected", "unidentified"}  # fmt: skip
_CONSTANT = Clue("ignore", why="one value in every row")
_TELLING = (
    r"fraud|chargeback|is bad|label|ground truth|outcome|verdict|resolution|disposition|loss|recovered|write ?off|"
    r"(case|review|final) result|past due|overdue|unpaid|delinquen\w+|default|arrears|paid instalments|case age|"
    r"disputed?|cancel reason|cancell?ation( reason)?"
)
_LATER_STATE = Clue("ignore", doubt="it may have changed after the case opened, and tell how it ended")


def role_of(column: Profile) -> Clue:
    """The role of a column that is none of the single ones."""
    if clue := _of_a_payment(column):
        return clue
    if column.has(_TELLING) and not column.has("score", "rate", "share"):
        return Clue("ignore", doubt="it may tell the outcome, which nobody knew when the case opened")
    if column.has("status", "current", "final") and len(column.distinct) <= 12 and not column.has("marital"):
        return _LATER_STATE
    if re.search(r" (target|class) $", column.words) and len(column.distinct) <= 12:
        return _LATER_STATE
    if _tells_in_words(column):
        return Clue("ignore", doubt="some of its words tell the outcome, which nobody knew when the case opened")
    if column.is_list and (column.is_numeric or column.mostly(re.compile(r"\d{4}-\d\d-\d\d([T ].*)?").fullmatch)):
        return Clue("ignore", why="lists of numbers or times")
    for guess in (_by_value, _by_name, _by_shape):
        if clue := guess(column):
            return _CONSTANT if clue.role == "category" and _is_constant(column) else clue
    return Clue("category")


def _tells_in_words(column: Profile) -> bool:
    """Whether one of a few words says that it was fraud: tags such as `fraud_confirmed`. A rule may well suspect it."""
    few = len(column.distinct) <= 40 and not column.has(
        "rules?", "flag(s|ged)?", "reasons?", "alerts?", "score", "type"
    )
    return few and any(says_it_in_words([value]) and says_fraud(value) for value in column.distinct if len(value) < 60)


def _is_constant(column: Profile) -> bool:
    return len(column.distinct) == 1 and len(column.filled) == len(column.cells) >= 20


_RESULT = r"( (result|response|status|check|code|outcome|match|reason))*"
_MOST_CODES = 60
_LATER = "it may have come after the case opened; if it was known then, make it "
_DISPUTE = "it tells how a payment ended; where the case is the dispute itself, make it dispute_"
_PAYMENT: tuple[tuple[str, Role, str], ...] = (
    (rf"(avs|address verification){_RESULT}", "avs", ""),
    (rf"(cvv|cvv ?2|cvc|cvc ?2|csc|security code){_RESULT}", "cvv", ""),
    (rf"(3 ?ds|3 ?d ?s?ecure|three ?ds|three d ?secure|eci){_RESULT}", "three_d_secure", ""),
    (r"liability( shift(ed)?)?", "liability_shift", ""),
    (r"(auth|authori[sz]ation|issuer|processor|gateway) (result|response|status|decline)( (code|reason))?|"
     r"authori[sz]ation", "authorisation", ""),
    (r"(issuer |card )?(response|decline) (code|reason)", "authorisation", ""),
    (r"((capture|settlement)( (status|state))?|captured|settled)", "ignore", f"{_LATER}capture"),
    (r"(dispute|chargeback|retrieval) (reason|code|reason code)", "ignore", f"{_DISPUTE}reason"),
    (r"(dispute|chargeback|representment) (deadline|due|due date|respond by)", "ignore", f"{_DISPUTE}deadline"),
    (r"(amount refunded|refund(ed)?( amount| total| value)?)", "ignore", f"{_LATER}refund"),
    (r"(id )?(document|doc|id) (type|kind)", "document_type", ""),
    (r"mcc|merchant category( code)?", "merchant_category", ""),
)  # fmt: skip


def _of_a_payment(column: Profile) -> Clue | None:
    """The results and states of card payments and documents: names that end in "status" or "reason" and yet say what
    was known at once, and names that sound like facts and yet came later. A code with hundreds of values is none."""
    for pattern, role, doubt in _PAYMENT:
        if column.named(rf"((card|payment|transaction|order|merchant) )?(?:{pattern})"):
            if len(column.distinct) > _MOST_CODES and role not in {"ignore", "merchant_category"}:
                return None
            return Clue(role, doubt=doubt)
    return None


def _by_value(column: Profile) -> Clue | None:
    if column.mostly(_is_ip):
        return Clue("ip")
    if column.mostly(re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch):
        return Clue("email")
    if column.mostly(re.compile(r"[A-Z0-9<\s]{28,}").fullmatch) and column.mostly(lambda text: "<" in text):
        return Clue("mrz")
    if column.mostly(re.compile(r"(Mozilla|Opera|Dalvik|okhttp|curl|python-requests)[/ ]").match):
        return Clue("user_agent")
    if column.mostly(is_card_number):
        return Clue("card", doubt="these look like full card numbers: replace them with a token before you import")
    if column.is_country and column.has(r"country|countries|cc|nation|geo|issuing state|location"):
        return Clue(_country_role(column))
    return None


def _country_role(column: Profile) -> Role:
    if column.has("billing", "bill to", "invoice"):
        return "billing_country"
    if column.has("shipping", "shipping to", "delivery"):
        return "shipping_country"
    return "country"


_ID = r"(id|no|nr|num|number|key|ref|reference|hash|token|code)"
_HASH = r"( (hash|token|md5|sha ?256))?"
_PLACE = r"(address|street|line)( line)?( \d)?"
_BY_NAME: tuple[tuple[str, Role, str], ...] = (
    (r"gender|sex|race|ethnic\w*|religion|nationality|marital( status)?|disab\w+", "protected", ""),
    (r"(\w+ )?age( (band|group|range|bracket))?|birth year|year of birth", "protected", ""),
    (r"ip( address| addr)?", "ip", ""),
    (r"e ?mail( address)? domain|domain", "category", ""),
    (rf"(e ?mail( address)?|mail){_HASH}", "email", ""),
    (r"user ?agent|ua|browser( agent)?", "user_agent", ""),
    (r"zip( code)?|postal( code)?|post ?code|plz|area code", "category", ""),
    (r"last ?(4|four)( digits)?", "category", ""),
    (rf"(phone( number| no)?|mobile( number)?|telephone|tel|msisdn|cell){_HASH}", "phone", ""),
    (r"(card )?bin", "category", "a BIN is shared by many cards; if each customer here has their own, make it card"),
    (r"(card|account|device|merchant|user|customer|entity) (type|brand|category|tier|os)", "category", ""),
    (r"(face|facial|selfie|biometric)( (match|similarity|comparison))?( (score|result))?", "face_match", ""),
    (r"authenticity( (score|result|check))?", "authenticity", ""),
    (r"(beneficial|ultimate) owner( name| id| ref)?|ubo( name| id| ref)?|owner( full| legal)? name|owner (id|ref)",
     "beneficial_owner", ""),
    (rf"(payout|settlement|beneficiary|receiving|recipient) (bank )?(account|iban)( {_ID})?", "payout_account", ""),
    (r"payout( amount| value)?", "payout", ""),
    (r"web ?site( url| address)?|home ?page|(site|store|shop|merchant|business|company) (url|domain|site)|url", "site",
     ""),
    (rf"(credit |debit )?(card|cc|pan)( {_ID}| fingerprint)?|payment (method|instrument)s? fingerprint", "card", ""),
    (rf"device( {_ID}| fingerprint)?|fingerprint|imei|idfa|mac( address)?|cookie( id)?", "device", ""),
    (rf"(passport|document|doc|licen[cs]e|national id|identity card|id card|ssn|tax id)( {_ID})?{_HASH}",
     "document_number", ""),
    (r"siren|siret|vat (id|no|number)|company (id|no|number)|registration (no|number)", "document_number", ""),
    (rf"(merchant|seller|vendor|shop|store)( name| {_ID})?", "merchant", ""),
    (r"(billing|bill to|invoice) country( code)?", "billing_country", ""),
    (r"(shipping|shipping to|delivery) country( code)?", "shipping_country", ""),
    (r"(ip |issuing |issuer )?country( code)?", "country", ""),
    (rf"(billing|bill to|invoice) {_PLACE}", "billing_address", ""),
    (rf"(shipping|shipping to|delivery) {_PLACE}", "shipping_address", ""),
    (rf"((\w+ )?(address|street)( line)?( \d)?|address(es)? {_PLACE}){_HASH}", "address", ""),
    (r"(company|business|legal|trading|trade|dba) name", "merchant", ""),
    (r"user name", "account", ""),
    (r"(account|card) ?holder", "name", ""),
    (r"(product|item|file|plan|campaign|bank|host|domain|city|event|device|app|job|department|rule) name",
     "category", ""),
    (r"((first|last|full|given|family|sur|maiden|middle|customer|holder|cardholder|account|beneficiary|payee) )*"
     r"(name|surname|forename|lastname|firstname|fullname)", "name", ""),
    (r"(applicant|customer|person|user|holder|owner|name) (first|last|given|family|middle)", "name", ""),
    (rf"(customer|applicant|user|account|entity|client|member|payer|payee|holder|policy|iban|wallet|username)( {_ID})?",
     "account", ""),
    (r"(liveness|kyc|avs|cvv|cvc)( \w+)*|\w+ (check|match|verified|verification)( result)?", "check", ""),
    (r"(agent |reviewer |analyst |internal |case )?(note|notes|remark|remarks)", "note", ""),
    (r"description|message|comment|comments|text|memo|narrative|free text|subject|body", "free_text", ""),
)  # fmt: skip
_FEW: frozenset[Role] = frozenset(
    {
        *ADDRESS_ROLES, "device", "card", "account", "document_number", "payout_account", "beneficial_owner", "phone",
        "name",
    }
)  # fmt: skip
"""Roles whose column names hundreds of things in a real file."""


def _by_name(column: Profile) -> Clue | None:
    if column.is_numeric and column.has(r"(number|count|num|n|total|\w+s) (of|on|per|with|by|in)", "days", "hours"):
        return None  # "accounts per device" counts, and names nothing
    for pattern, role, doubt in _BY_NAME:
        # "billing phone" ends in what it is; "phone model" does not
        if not re.search(rf" (?:{pattern}) $", column.words):
            continue
        if (
            role in {"device", "card", "account", "merchant"}
            and 0 < len(column.distinct) <= 5
            and len(column.filled) > 50
        ):
            return Clue("category", doubt=f"only {len(column.distinct)} values, so it names no {role}")
        if role in _FEW and _is_no_name(column):
            return None
        if (
            role == "email"
            and column.distinct
            and not column.has("hash", "token")
            and "@" not in "".join(column.distinct)
        ):
            return None
        if role == "payout" and column.distinct and not column.is_numeric:
            return None
        return Clue(role, doubt=doubt, percent=role in {"face_match", "authenticity"} and _is_percent(column))
    return None


def _is_no_name(column: Profile) -> bool:
    """Whether the values are scores or verdicts, whatever the column is called: `scores.doc`, `breakdown.device`."""
    if column.has("score", "scores", "rating"):
        return True
    return _is_one_of_few(column, 12)


def _is_one_of_few(column: Profile, most: int) -> bool:
    return len(column.filled) > 50 and len(column.distinct) <= most


def _has_at(text: str) -> bool:
    return "@" in text


def _by_shape(column: Profile) -> Clue | None:
    kinds, count = len(column.distinct), len(column.filled)
    if _is_constant(column):
        return _CONSTANT
    # one odd word in a column that only adds to the picture must not reject the case
    is_code = column.has("code", "type", "id", "no", "nr", "number", "ref", "key") and not column.has("number of")
    if column.distinct and column.is_numeric and _all_numeric(column) and not is_code:
        if column.has(r"\w*scores?", "probability", "confidence"):
            if column.mostly(re.compile(r"[01]([.,]\d+)?").fullmatch):
                return Clue("check", doubt="a score of another system: ignore it if it was made after the case opened")
            if _is_percent(column):
                doubt = "a score of another system, 0 to 100: ignore it if it was made after the case opened"
                return Clue("check", doubt=doubt, percent=True)
        return Clue("number")
    if column.mostly(lambda text: text.lower() in _VERDICTS):
        return Clue("check")
    if kinds and sum(map(len, column.distinct)) / kinds > 40 and column.mostly(lambda text: " " in text):
        return Clue("free_text")
    if kinds > 50 and kinds > 0.5 * count:
        return Clue("category", doubt="nearly every row has another value: if it names a thing, give it that role")
    return None


def _all_numeric(column: Profile) -> bool:
    return all(is_number(text) or text in column.odd_words for text in column.distinct)


def _is_percent(column: Profile) -> bool:
    """Whether scores are written as 0 to 100: all lie there, and some lie above 1 or carry the sign."""
    bare = [text.removesuffix("%").strip() for text in column.distinct]
    if not bare or not all(re.fullmatch(r"\d{1,3}([.,]\d+)?", text) for text in bare):
        return False
    most = max(float(text.replace(",", ".")) for text in bare)
    return 1 < most <= 100 or (most <= 1 and any("%" in text for text in column.distinct))


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return not text.isdecimal()


def is_card_number(text: str) -> bool:
    """Whether this could be a full card number: its length, its first digit and its check digit."""
    digits = re.sub(r"[ -]", "", text)
    if not (digits.isascii() and digits.isdecimal() and 13 <= len(digits) <= 19 and digits[0] in "3456"):
        return False
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
