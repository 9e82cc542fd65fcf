"""A second world for tests only: what a model meets when it is carried to another market, or when a year has passed.

Other countries, and with them other languages, names and towns; other people and devices, because the seed is another;
other frauds in front, which hide other things, and more of them; half a year later.
"""

from __future__ import annotations

from datetime import date

from assistant.world import Setting

SEED = 101
END = date(2027, 5, 24)
SHIFTED = Setting(
    homes={"PL": 12, "MX": 12, "BR": 10, "IT": 10, "AT": 8, "JP": 8, "NL": 6, "DK": 5, "NZ": 4, "GR": 4, "CH": 4},
    often={
        "card_testing": 0.4, "stolen_card_reshipping": 0.6, "account_takeover": 1.7, "money_mule": 2.0,
        "refund_abuse": 2.2, "forged_document": 0.5, "shared_document": 0.4, "synthetic_identity": 1.6,
        "merchant_bust_out": 1.3, "everyday": 0.4, "traveller": 2.0, "family_device": 1.8, "seasonal_merchant": 2.0,
        "bulk_buyer": 0.5,
    },
    shows={"new device": 0.75, "elsewhere": 0.75, "hosting": 2.0, "dear": 0.6, "doubtful": 0.7, "new payout": 0.7},
)  # fmt: skip
