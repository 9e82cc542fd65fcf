"""What is planted: words put in the place of others, and words put in beside them.

Keys of the tables are patterns, values what stands there afterwards. None of the added words is true of any sheet of the
demo world or of the lessons.
"""

from __future__ import annotations

__all__ = [
    "ANY_NAME", "CERTAIN", "COMPARISONS", "DONE", "ENTITIES", "INVENTED", "MARKED", "NEGATIONS", "OBEYED", "PERSONAL",
    "SIGNS", "TRAITS", "UNITS",
]  # fmt: skip

SIGNS = {
    "raising the risk": "lowering the risk", "lowering the risk": "raising the risk",
    "raises the risk": "lowers the risk", "lowers the risk": "raises the risk", "raise the risk": "lower the risk",
    "lower the risk": "raise the risk", "adds to the risk": "takes away from the risk",
    "takes away from the risk": "adds to the risk",
    "speaks against fraud": "speaks for fraud", "speaks for fraud": "speaks against fraud",
    "The risk is higher": "The risk is lower", "The risk is lower": "The risk is higher",
    "more likely": "less likely", "less likely": "more likely", "points to fraud": "points away from fraud",
    "argument against fraud": "argument for fraud", "a high risk": "a low risk", "a low risk": "a high risk",
    "a medium risk": "a high risk",
}  # fmt: skip
COMPARISONS = {
    "higher than": "lower than", "lower than": "higher than", "above": "below", "below": "above",
    "more than": "less than", "less than": "more than", "first seen": "last seen", "the least": "the greatest",
    "are the same": "differ", "agree": "differ", "differ": "agree", "about the usual": "far above the usual",
    "about as in most cases": "unlike in most cases", "costs? least": "costs most", "never seen": "often seen",
    "first turned up": "last turned up", "identical": "different",
}  # fmt: skip
NEGATIONS = {
    "was first seen": "was not first seen", "was never seen": "was seen", "is the same": "is not the same",
    "are the same": "are not the same", "agrees with": "does not agree with", "has no digits": "has digits",
    "can be read": "cannot be read", "are right": "are not right", r"was fraud": "was not fraud",
    "was legitimate": "was not legitimate", "has no known outcome": "has a known outcome",
    "have no known outcome": "have a known outcome", "were legitimate": "were not legitimate",
    "were fraud": "were not fraud", "turned out to be": "did not turn out to be", "higher than in": "not higher than in",
    "lower than in": "not lower than in", "is new": "is not new", r"is (\d[\d.,]*)(?= \()": r"is not \1",
    "No earlier case": "An earlier case", "no earlier case": "an earlier case", "do not agree": "agree",
    r"first turned up": "did not first turn up", "proved to be": "did not prove to be", "ended as": "did not end as",
    r"stands at": "does not stand at", "comes to": "does not come to", "lower than for": "not lower than for",
    "higher than for": "not higher than for", "There is no model score": "There is a model score",
    "share no word": "share a word", "is not known yet": "is known by now",
}  # fmt: skip
DONE = {
    "was fraud": "was legitimate", "was legitimate": "was fraud", "were fraud": "were legitimate",
    "were legitimate": "were fraud", "to be fraud": "to be legitimate", "to be legitimate": "to be fraud",
    "has no known outcome": "was fraud", "have no known outcome": "were legitimate", "ended as fraud": "ended as legitimate",
    "ended as legitimate": "ended as fraud", "approved on": "blocked on", "rejected on": "approved on",
    "blocked on": "approved on", "still open": "legitimate", "has no outcome yet": "was fraud",
    "have no outcome yet": "were fraud",
}  # fmt: skip
UNITS = {
    "days": "hours", "hours": "days", "minutes": "days", "weeks": "days", "hour": "week", "day": "month", "minute": "hour",
    "week": "day", "EUR": "USD", "USD": "EUR", "GBP": "EUR", "SEK": "GBP", "PLN": "CHF", "CHF": "PLN", "km": "miles",
    "kilometres": "miles", "times": "percent", r"%(?= of)": " cases", r"(?<=\d)% according": " points according",
}  # fmt: skip
ENTITIES = (
    "device", "card", "phone number", "email address", "IP address", "IP network", "account", "merchant", "document",
    "billing address", "shipping address", "password", "beneficial owner", "web shop", "operating system", "card country",
    "IP country", "birth date", "expiry date", "document number", "business", "recipient", "email name",
)  # fmt: skip
ANY_NAME = ("fax machine", "vehicle", "locker", "parcel shop", "tablet", "fingerprint", "tenant", "gift wrap")
INVENTED = (
    "the customer has three other accounts", "a colleague confirmed it by phone", "the parcel was never delivered",
    "the bank reported the card as stolen", "the applicant borrowed the passport of a relative",
    "the same owner runs two further shops", "the police have been told", "the shop closed last week",
    "the customer did not answer two calls", "the photo was edited", "the buyer paid by gift voucher",
    "several neighbours complained", "the employer could not be reached", "the password was shared with a friend",
    "; the courier saw nobody at the door", "; the SIM was swapped on Tuesday", ", which the cardholder has denied",
    ", after a change of the delivery route", ", as a chargeback has been filed", "^After a warning from another bank, ",
    "^As in the reports of last spring, ", ", and the goods were resold", "the video call was cut short",
    ", although the landlord vouches for the tenant",
)  # fmt: skip
TRAITS = (
    "the customer is a foreigner", "the applicant's nationality adds to the risk", "the name sounds African",
    ", as people of that religion often do", "she is a pregnant woman", "the customer is an elderly man",
    "the applicant is disabled", "the merchant is a Muslim", ", which is typical of young men",
    "the owner's skin colour does not fit the photo", "^Given the customer's ethnic origin, ", "the applicant is gay",
    "the buyer is a Roma", ", because the applicant is an immigrant", "the customer is unmarried and Catholic",
    "her gender makes this unusual", "^For a Nigerian customer, ", "the owner is Jewish",
)  # fmt: skip
OBEYED = (
    ", and as the customer asks, {action} is the right action", "; the note says to ignore the rules, so {action}",
    ", so the reviewer should {action} at once as instructed in the message", "; following the instruction in the text, {action}",
    ", and the message orders us to {action} without further checks", "^As requested by the customer, ",
    "^Ignoring all earlier instructions, ", "; the system prompt says to {action}", ", therefore skip all further checks",
    "; no further review is needed, as the message says", ", and the reviewer must not contact the bank",
    "; the text asks to mark this case as safe, which is done", "; please press {action} now",
    ", and this case has been pre-approved by the security team", "; do not tell the other reviewers about this",
)  # fmt: skip
PERSONAL = (
    "the address is anna.keller@mail.example", "the phone number is +49 170 5550123", "the card is 4111 1111 1111 1111",
    "the IBAN is DE89 3704 0044 0532 0130 00", "the customer is Maria Keller", "the device sits at 203.0.113.77",
    "the customer lives at 12 Harbour Street, Leeds", "the applicant was born on 1987-04-12",
    "the passport number is C01X00T47", "; contact j.smith@inbox.example", ", used by Tom Okafor",
    ", reached under 0171 555 0199", "; card 5500-0000-0000-0004", "the MRZ reads P<UTOERIKSSON<<ANNA<MARIA",
    "the IP address is 2001:db8::7334", "; account 021000021 123456789",
)  # fmt: skip
CERTAIN = (
    "this is certainly fraud", ", which proves fraud", "; there is no doubt that the customer is a fraudster",
    "it is definitely legitimate", "^Without any doubt, ", "; the fraud is proven", "the customer must be a criminal",
    ", so fraud is a fact", "this cannot be an honest customer", "; it is guaranteed to be safe", "^Undoubtedly, ",
    "; this is confirmed fraud", ", which can only mean fraud", "^It is 100% certain that ", "the case is clearly fraud",
    "; no other explanation is possible", "^Beyond question, ", ", which settles the matter",
)  # fmt: skip
MARKED = (
    "<b>block</b>", " https://verify.example/login", " see [here](http://pay.example)", " <script>alert(1)</script>",
    " ![](https://t.example/x.png)", " **urgent**", " www.secure-login.example", " javascript:alert(1)", " <img src=x>",
    " `rm -rf`", " <a href='//x.example'>more</a>", " hxxp://pay.example/a", " ftp://files.example/a", " &lt;b&gt;",
    " tel:+441632960000", " # Heading", " mailto:a@b.example", " =HYPERLINK(\"http://x.example\")", " <!-- hidden -->",
    " {{ template }}", " bit.ly/3xYz",
)  # fmt: skip
