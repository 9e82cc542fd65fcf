"""True sentences in many wordings: the verifier must leave them alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.case import Check

PAYMENT = [
    "The model puts the probability of fraud at 91% (high) [E1]",
    "The model rates this case high risk, with a 91.3% probability of fraud [E1][E2]",
    "At 91%, the model's score lies in the high band [E4]",
    "What raises the risk: the card was first seen 2 hours before this case"
    " and 4 different cards were used on the device. [E1][E2]",
    "Of 5 similar decided cases, 4 were fraud and 1 was legitimate [P1][P2][P3][P4][P5]",
    "The card was first seen 2 hours before this case [E1]",
    "The card is brand-new: it first appeared about two hours before the order [E1]",
    "The card had been known for only 120 minutes when the order was placed [E1]",
    "The card surfaced just under two hours earlier, which is shorter than in 96% of cases [E1]",
    "The card is newer than in 96% of cases [E1]",
    "Four different cards were used on this device within 24 hours [E2]",
    "Four cards on one device in a day is more than in 98% of cases [E2]",
    "The device saw 4 cards in the 24 hours before, more than in 97.6% of cases [E2]",
    "The order ships to France while the IP address is in Morocco [E3]",
    "Shipping country (FR) and IP country (MA) do not match [E3]",
    "There is a mismatch between the delivery country FR and the IP country MA [E3]",
    "The IP country MA is not the same as the shipping country FR [E3]",
    "The amount of EUR 129 is 3.4 times what the account usually spends [E4]",
    "At 129 euros, the order is more than three times the account's average [E4]",
    "EUR 129.00 is well above the account's average [E4]",
    "The order amount is €129.00 [F1]",
    "It is an electronics order for EUR 129.00 [F1][F2]",
    "The account is 412 days old, older than in 71% of cases [E5]",
    "What speaks against fraud: the account was created 412 days before this case [E5]",
    "An account that is over 400 days old is reassuring [E5]",
    "The account has existed for more than a year, which lowers the risk [E5]",
    "The email address has been used in seven earlier orders and none of them led to a chargeback [E6]",
    "Seven earlier orders with this email had no chargeback, which speaks against fraud [E6]",
    "The billing address does not match the bank's records, which is suspicious [E7]",
    "The bank has a different address on file than the billing address [E7]",
    "The billing address failed to match the one on file with the bank [E7]",
    "The phone number was verified by text message on 3 September 2026 [E8]",
    "It is reassuring that the phone number was verified on September 3 [E8]",
    "The order was placed at 03:12 on 1 November 2026 [F5]",
    "The card ends in 4242 and the email is j.doe@example.com [F3][F4]",
    "Case p-00311 turned out to be fraud and was blocked on 2 October 2026 [P1]",
    "The closest case, p-00311, was fraud on the same device [P1]",
    "Four of the five similar cases turned out to be fraud [P1][P2][P3][P4][P5]",
    "4 of 5 comparable cases were fraudulent [P1][P2][P3][P4][P5]",
    "Most of the similar cases were fraud [P1][P2][P3][P4][P5]",
    "Three precedents share the device with this case and all three were fraud [P1][P2][P4]",
    "Two earlier cases on the same device, p-00311 and p-00287, were fraud [P1][P2]",
    "One similar case was legitimate: p-00199, approved on 12 September [P5]",
    "A case with the same shipping address was approved and turned out to be legitimate [P5]",
    "Two of the similar cases were blocked, one was refunded [P1][P3][P4]",
    "The precedents lean towards fraud: four against one [P1][P2][P3][P4][P5]",
    "Blocking costs least at this probability under the policy [R1]",
    "By the policy, blocking is the cheapest action here [R1]",
    "Policy rules out a refund only above EUR 500.00 [R2]",
    "The customer says the order is a gift [N1]",
    "The new card raises the risk, while the age of the account lowers it [E1][E5]",
    "The country mismatch and the four cards on the device both point to fraud [E2][E3]",
    "Against this stands an account created 412 days ago [E5]",
    "Two signals stand out: the new card and the mismatch of the countries [E1][E3]",
    "This does not prove fraud, but the card is new and the amount is 3.4 times the average [E1][E4]",
]
IDENTITY = [
    "The model puts the probability of fraud at 46% (medium) [D1]",
    "The check digit of the document number is wrong [D1]",
    "The document number's check digit in the MRZ is incorrect [D1]",
    "The MRZ fails its check digit for the document number, which raises the risk [D1]",
    "The passport expired 34 days before this application [D2][F1]",
    "The document had been out of date for 34 days, a bit over a month [D2]",
    "The document is no longer valid: it expired about a month before this case [D2]",
    "The photo check passed with a score of 0.93, which is reassuring [D3]",
    "Name on the document and name on the account agree [E2]",
    "The name of the account is the same as the name on the document, which speaks for a legitimate applicant [E2]",
    "The device was used for six applications in three days [E1]",
    "The same device was behind 6 applications in the last 72 hours [E1]",
    "The document is from Spain, the phone number from Romania [E3]",
    "The date of birth in the MRZ and the one on the front do not agree [D4]",
    "Two of three similar cases were legitimate [P1][P2][P3]",
    "A wrong check digit was also seen in case i-00098, which turned out to be fraud and was rejected [P3]",
    "Both similar cases that were approved turned out to be legitimate [P1][P2]",
    "Document number XK4471290 belongs to a passport [F1][F2]",
    "According to the note, the applicant is renewing the passport at an embassy [N1]",
    "Asking for documents costs least [R1]",
]
MERCHANT = [
    "The model puts the probability of fraud at 7% (low) [E3]",
    "The payout account was changed only three days before this case [E1]",
    "A payout account changed 3 days ago is a warning sign [E1]",
    "About 12% of payments were disputed in the last 30 days [E2]",
    "12.4% of payments were disputed, higher than in 95% of cases [E2]",
    "There were no chargebacks in the six months before, which lowers the risk [E3]",
    "The merchant has had no chargebacks for half a year [E3]",
    "Sales of $48,250 in one day are more than five times the daily average [E4]",
    "Daily sales reached about USD 48k, 5.2 times the merchant's average [E4]",
    "The business has been in the company register since 18 March 2014 [E5]",
    "The business has been listed in the company register since 2014, which speaks against fraud [E5]",
    "The bank account is in another name [E6]",
    "The payout amounts to USD 18,400 [F1]",
    "The business sells jewellery [F2]",
    "Of two similar cases, one was fraud and one was legitimate [P1][P2]",
    "In case m-00045 the payout account was changed as well; it was fraud and was rejected [P1]",
    "A reserve costs least under the policy [R1]",
]
LATER = {
    "payment": [
        "Only two hours separate the card's first appearance from this order [E1]",
        "Using four cards on a single device inside one day is a pattern that raises the risk [E2]",
        "Goods go to France, yet the connection came from Morocco [E3]",
        "The buyer is spending roughly 3.4 times more than usual [E4]",
        "On the other hand, the account is well over a year old [E5]",
        "The same email placed 7 orders before and never caused a chargeback [E6]",
        "The bank holds a different billing address [E7]",
        "A text message confirmed the phone number on 3 September [E8]",
        "With a fraud probability of 91%, the model sees a high risk [E1][E4]",
        "Fraud was confirmed in four of the five most similar cases [P1][P2][P3][P4][P5]",
        "The only legitimate precedent, p-00199, shared just the shipping address [P5]",
        "Three of them happened on the same device and were all fraud [P1][P2][P4]",
        "One of the fraud cases had been approved at first [P2]",
        "Blocking has the lowest expected cost [R1]",
        "The long history of the account and the orders without chargebacks speak against fraud [E5][E6]",
        "The order came in shortly after 3 am [F5]",
        "Taken together, the new card, the four cards on the device and the country mismatch make fraud likely"
        " [E1][E2][E3]",
    ],
    "identity": [
        "The passport was no longer valid when it was submitted: it had expired 34 days earlier [D2]",
        "The MRZ check digit does not add up for the document number [D1]",
        "The selfie matched the document photo with a score of 0.93 [D3]",
        "Six applications came from this device within three days, more than in 99% of cases [E1]",
        "Document and account carry the same name, which lowers the risk [E2]",
        "The birth dates on the front and in the MRZ disagree [D4]",
        "Of the three precedents two were legitimate, but the one with a wrong check digit was fraud [P1][P2][P3]",
    ],
    "merchant": [
        "Nearly one in eight payments was disputed over the past month [E2]",
        "Three days before this review the merchant switched its payout account [E1]",
        "One day's sales of USD 48,250 exceed the daily average more than five times [E4]",
        "No chargebacks were recorded during the last six months, a reassuring sign [E3]",
        "The firm has been registered since March 2014 [E5]",
        "The payout would go to a bank account under a different name [E6]",
    ],
}
"""Written after the checks: five of these 30 were false alarms at first, "nearly one in eight" still is."""
TRUE = [
    *(("payment", line) for line in PAYMENT),
    *(("identity", line) for line in IDENTITY),
    *(("merchant", line) for line in MERCHANT),
    *((about, line) for about, lines in LATER.items() for line in lines),
]
ALLOWED_FALSE_ALARMS = 2


def test_true_sentences_raise_at_most_two_false_alarms(failures: Callable[..., list[Check]]) -> None:
    assert len(TRUE) >= 60
    alarms = {line: [(one.check, one.why) for one in failures(line, about)] for about, line in TRUE}
    alarms = {line: found for line, found in alarms.items() if found}
    assert len(alarms) <= ALLOWED_FALSE_ALARMS, alarms


@pytest.mark.parametrize("line", [PAYMENT[i] for i in (0, 3, 4)])
def test_what_the_scripted_writer_says_passes(line: str, failures: Callable[..., list[Check]]) -> None:
    assert failures(line) == []
