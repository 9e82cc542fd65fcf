"""`fra import` at growing sizes: `python -m benchmarks.imports --rows 10000 100000 1000000`.

Each size is a CSV of payments made from a seed and imported by the real command, in a process and a home folder of its
own. Prints Markdown rows: rows/s of the whole command and of its first and last fifth, peak memory of the process,
and what a row takes in the database. With `--again` the same file is imported a second time, and nothing may change.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

HEADER = (
    "payment_id,created_at,amount,currency,customer_id,email,phone,card_hash,device_id,ip_address,user_agent,"
    "merchant_id,billing_country,shipping_address,category,message,is_fraud,labelled_at"
)
SCHEMA = """
source = "payments"
kind = "payment"
[label]
fraud = ["1"]
legitimate = ["0"]
source = "chargeback"
[columns]
payment_id = { role = "id" }
created_at = { role = "time" }
amount = { role = "amount" }
currency = { role = "currency" }
customer_id = { role = "account" }
email = { role = "email" }
phone = { role = "phone" }
card_hash = { role = "card" }
device_id = { role = "device" }
ip_address = { role = "ip" }
user_agent = { role = "user_agent" }
merchant_id = { role = "merchant" }
billing_country = { role = "country" }
shipping_address = { role = "address" }
category = { role = "category" }
message = { role = "free_text" }
is_fraud = { role = "label" }
labelled_at = { role = "label_time" }
"""
LABELLED = 0.1
START = datetime(2026, 1, 1, tzinfo=UTC)
SPAN_S = 240 * 86400
AGENTS = tuple(f"Mozilla/5.0 (X11; Linux x86_64; rv:{number}.0) Gecko/20100101" for number in range(100, 140))
COUNTRIES = ("DE", "FR", "PL", "ES", "IT", "NL", "US", "GB", "SE", "CZ")
CATEGORIES = ("shoes", "phones", "travel", "games", "books", "garden")
WORDS = ("please", "ring", "twice", "leave", "at", "door", "gift", "urgent", "second", "floor", "call", "before")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--again", action="store_true", help="import the file a second time")
    parser.add_argument("--folder", type=Path, help="where files and homes are made; a temporary folder by default")
    arguments = parser.parse_args()
    print(
        "| rows | what | seconds | rows/s | CPU seconds | rows/s in the first and last fifth "
        "| peak memory | database, bytes a row |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for rows in arguments.rows:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            measure(Path(folder), rows, again=arguments.again)


def measure(folder: Path, rows: int, *, again: bool) -> None:
    write(folder / "payments.csv", rows, seed=rows)
    (folder / "payments.toml").write_text(SCHEMA)
    for key in ("imported", "unchanged")[: 1 + again]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result, seconds, batches = run(folder, runs_before=int(key == "unchanged"))
        assert result["rows"] == result[key] == rows, result
        database = sum(file.stat().st_size for file in (folder / "home").glob("fra.db*")) / rows
        # the largest of all children so far, and sizes grow
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"| {rows:,} | {key} | {seconds:.1f} | {rows / seconds:,.0f} | {cpu:.1f} | {pace(batches)} "
            f"| {after.ru_maxrss / 1024:,.0f} MiB | {database:,.0f} |",
            flush=True,
        )


def run(folder: Path, runs_before: int) -> tuple[dict[str, int], float, list[tuple[float, int]]]:
    """The result of the command, its seconds, and how many rows were in at which second."""
    command = [sys.executable, "-c", "from assistant.cli import main; main()", "import", str(folder / "payments.csv")]
    command += ["--schema", str(folder / "payments.toml"), "--json"]
    batches: list[tuple[float, int]] = []
    started = time.perf_counter()
    environment = os.environ | {"FRA_HOME": str(folder / "home")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            time.sleep(0.2)
            if (now := rows_in(folder / "home" / "fra.db", runs_before)) and now != (batches[-1][1] if batches else 0):
                batches.append((time.perf_counter() - started, now))
        assert process.returncode == 0
        assert process.stdout
        return json.load(process.stdout), time.perf_counter() - started, batches


def rows_in(database: Path, runs_before: int) -> int:
    """What the import after so many others has said of itself so far."""
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            query = "SELECT imported + unchanged FROM imports ORDER BY seq LIMIT 1 OFFSET ?"
            found = connection.execute(query, (runs_before,)).fetchone()
    except sqlite3.Error:  # not made yet
        return 0
    return int(found[0]) if found else 0


def pace(batches: list[tuple[float, int]]) -> str:
    """Rows/s of the first and of the last fifth of the batches."""
    part = len(batches) // 5
    if not part:
        return "too few batches"
    ends = (batches[0], batches[part]), (batches[-1 - part], batches[-1])
    first, last = ((after[1] - before[1]) / (after[0] - before[0]) for before, after in ends)
    return f"{first:,.0f} and {last:,.0f}"


def write(path: Path, rows: int, seed: int) -> None:
    """Payments of customers of whom few buy often, with cards, devices and addresses that stay with them a while."""
    chance = random.Random(seed)
    customers = max(10, rows // 4)
    with path.open("w") as file:
        file.write(HEADER + "\n")
        for number in range(rows):
            file.write(",".join(_row(number, rows, customers, chance)) + "\n")


def _row(number: int, rows: int, customers: int, chance: random.Random) -> list[str]:
    opened = START + timedelta(seconds=int(SPAN_S * number / rows) + chance.randrange(60))
    customer = int(customers * chance.random() ** 2)
    device = customer if chance.random() < 0.8 else chance.randrange(customers)
    labelled = chance.random() < LABELLED
    known = opened + timedelta(days=chance.uniform(3, 60))
    return [
        f"pay-{chance.getrandbits(48):012x}",
        f"{opened:%Y-%m-%dT%H:%M:%SZ}",
        f"{chance.lognormvariate(3.5, 1.1):.2f}",
        "EUR" if chance.random() < 0.9 else "USD",
        f"c{customer}",
        f"user{customer}@example.com",
        f"+4930{customer:08}",
        f"{(customer * 7919 + chance.randrange(2)) * 2654435761 % 2**64:016x}",
        f"d-{device * 40503 % 2**32:08x}",
        f"198.{18 + device % 2}.{device // 2 % 256}.{chance.randrange(1, 255)}",
        chance.choice(AGENTS),
        f"m-{int(2000 * chance.random() ** 3)}",
        chance.choice(COUNTRIES),
        f"{customer % 190} Example Street {customer // 190}",
        chance.choice(CATEGORIES),
        " ".join(chance.choices(WORDS, k=8)) if chance.random() < 0.3 else "",
        str(int(chance.random() < 0.05)) if labelled else "",
        f"{known:%Y-%m-%dT%H:%M:%SZ}" if labelled else "",
    ]


if __name__ == "__main__":
    main()
