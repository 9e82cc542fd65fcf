"""How far the support desk can be trusted: `python -m benchmarks.support figures`.

`tickets FOLDER` prints what the authors of questions were given: for each ticket what the asker wants to know, in a
sentence, and how they name the case; nothing of how questions are read. Their questions are in tests/support/questions.
`figures` asks all of them on the demo world and counts: right case, right topic, facts that an answer must have,
statements without support, words that tip off. `pairs` asks about pairs of cases that differ in what is hidden,
`banking` reads the real wording of banking77, `speed` times an answer beside a plain retrieval chain. Prints Markdown.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, get_args

import numpy as np
from sklearn.metrics import classification_report

from assistant.case import Case, Sentence
from assistant.handles import last_four
from assistant.settings import Settings
from assistant.store import Store
from assistant.support import Answer, SupportDesk, Topic
from assistant.support.disclosure import texts
from assistant.support.sheet import seen
from assistant.support.topics import TopicReader
from assistant.verify.tipping import check_tipping
from assistant.workspace import Workspace
from benchmarks.true_drafts import END
from benchmarks.verifier import share
from tests.sheets import sheet

HERE = Path(__file__).resolve().parents[1]
QUESTIONS = HERE / "tests" / "support" / "questions"
DATA = Path(os.environ.get("FRA_TEST_DATA", HERE.parent / "shared" / "data")) / "banking77"
BANKING = Path(__file__).with_name("banking77.toml")
AS_OF = datetime(END.year, END.month, END.day, tzinfo=UTC) + timedelta(days=1)
CASES, SEED = 2000, 11
WANTS: dict[Topic, tuple[int, str]] = {
    "status": (35, "how the case stands now (approved? declined? still open?)"),
    "reason": (35, "why it was held, stopped or decided like that"),
    "next_step": (30, "what happens next, or what to do now"),
    "documents": (35, "what the customer has to send in, or which papers count"),
    "time": (35, "how long it takes, or until when something is possible"),
    "dispute": (25, "the customer says that they did not make the payment, or wants it back, or a relative did it"),
    "complaint": (25, "the customer is not content and wants the decision looked at again"),
    "report_fraud": (20, "the customer reports that somebody cheats, stole a card, took an account over"),
    "similar": (15, "other cases like this one, or others that have to do with it"),
    "statistics": (20, "a number about many cases (kind, decision, country, time); no case is named"),
    "out_of_scope": (25, "something else that a bank's or shop's customers ask; no case is named"),
}
FIELD: dict[Topic, str] = {
    "status": "state", "reason": "why", "next_step": "next", "documents": "send", "time": "time", "complaint": "appeal",
}  # fmt: skip
"""The approved text that an answer to each topic must have."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["tickets", "figures", "attacks", "pairs", "banking", "speed"])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pairs", type=int, default=500)
    arguments = parser.parse_args()
    if arguments.what == "banking":
        return banking()
    with tempfile.TemporaryDirectory() as folder:
        workspace = world(Path(folder))
        if arguments.what == "tickets":
            tickets(workspace, arguments.folder)
        else:
            run = {"figures": figures, "attacks": attacks, "speed": speed}
            pairs(workspace, arguments.pairs) if arguments.what == "pairs" else run[arguments.what](workspace)
    return None


def world(home: Path) -> Workspace:
    """The demo world that questions are asked about; no model and no memory are needed for that."""
    workspace = Workspace.open(settings=Settings(home=home, writer="scripted"))
    workspace.demo(cases=CASES, seed=SEED, end=END, index=False)
    return workspace


# tickets


def drawn(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Every ticket: what is wanted, how the case is named, and which one it is."""
    chance = Random(SEED)
    by_handle: dict[str, set[str]] = defaultdict(set)
    cases = list(workspace.store.cases.all())
    for case in cases:
        for handle in handles(case):
            by_handle[handle].add(case.case_id)
    chance.shuffle(cases)
    left = iter(cases)
    number = 0
    for topic, (count, wants) in WANTS.items():
        for _ in range(count):
            number += 1
            ticket: dict[str, Any] = {
                "id": f"q{number:03}",
                "topic": topic,
                "wants": wants,
                "case_id": "",
                "named": "",
                "kind": "",
            }
            if topic not in ("statistics", "out_of_scope"):
                case, named = next(
                    (case, named)
                    for case in left
                    if (named := chance.choice([one for one in handles(case) if len(by_handle[one]) == 1]))
                )
                ticket |= {"case_id": case.case_id, "named": misspelt(named, chance), "kind": case.kind}
            yield ticket


def handles(case: Case) -> list[str]:
    """How somebody may name this case: more than one case can have the same."""
    found = [f"case {case.case_id}", f"order {case.case_id.lstrip('pim-0')}"]
    found += case.values("email")
    if case.amount_minor and case.currency:
        money = f"{case.currency} {case.amount_minor / 100:.2f}"
        found += [f"card ending {last_four(card)}, {money}" for card in case.values("card") if last_four(card)]
        found += [f"{name}, {money}" for name in case.values("name")[:1]]
        found += [f"{name}, {case.opened_at:%-d %B}" for name in case.values("merchant")[:1] if case.kind == "merchant"]
    found += [f"{phone}" for phone in case.values("phone")]
    return [one for one in found if one.strip()]


def misspelt(named: str, chance: Random) -> str:
    """One in eight emails has two letters swapped, one in eight is masked, as in a chat log."""
    if "@" not in named or (draw := chance.random()) > 0.25:
        return named
    local, _, domain = named.partition("@")
    if draw > 0.125 and len(local) > 5:
        at = chance.randrange(3, len(local) - 1)
        return f"{local[:at]}{local[at + 1]}{local[at]}{local[at + 2 :]}@{domain}"
    return f"{local[:-3]}***@{domain}" if len(local) > 5 else named


def tickets(workspace: Workspace, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shown = [
        f"{one['id']} | wants to know: {one['wants']} | names the case as: {one['named'] or '-'} | {one['kind']}"
        for one in drawn(workspace)
    ]
    Random(5).shuffle(shown)
    for part in range(2):
        (folder / f"tickets-{part + 1}.txt").write_text("\n".join(shown[part::2]) + "\n")


# questions


def figures(workspace: Workspace) -> None:
    wanted = {one["id"]: one for one in drawn(workspace)}
    asked = {
        row["id"]: row["question"]
        for path in sorted(QUESTIONS.glob("questions-*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    }
    count: Counter[str] = Counter()
    topics: list[tuple[str, str]] = []
    wrong: list[str] = []
    for name, question in asked.items():
        ticket = wanted[name]
        found = workspace.ask(question, actor="bench", as_of=AS_OF)
        topics.append((ticket["topic"], found.topic))
        count["asked"] += 1
        count["topic"] += found.topic == ticket["topic"]
        count["topic, or asked back with it among two"] += found.topic == ticket["topic"] or (
            found.status == "which_topic" and ticket["topic"] in found.note
        )
        count["asked back"] += found.status == "which_topic"
        if ticket["case_id"]:
            count["about a case"] += 1
            case_ids = [one.case_id for one in found.matches]
            count["right case"] += case_ids == [ticket["case_id"]]
            count["right case among those offered"] += ticket["case_id"] in case_ids
            if case_ids != [ticket["case_id"]]:
                wrong.append(f"{name} ({ticket['named']}, {ticket['case_id']}): {question} -> {case_ids[:4]}")
            if (
                found.topic == ticket["topic"]
                and ticket["topic"] in FIELD
                and found.status in ("answered", "ask_a_lead")
            ):
                count["must have a fact"] += 1
                count["has it"] += required(workspace, ticket, found)
        if found.topic != ticket["topic"]:
            wrong.append(f"{name} {ticket['topic']}: {question} -> {found.topic} ({found.status})")
        said = [*found.direct, *found.next, *found.customer_does] if found.writer != "desk" else []
        count["sentences"] += len(said)
        count["unsupported"] += sum(not borne(one, found) for one in said)
    print("| questions | figure |\n|---|---|")
    print(f"| right topic | {share(count['topic'], count['asked'])} |")
    both = share(count["topic, or asked back with it among two"], count["asked"])
    print(f"| the same, or asked back with the right one named ({count['asked back']} asked back) | {both} |")
    print(f"| right case, of those about one | {share(count['right case'], count['about a case'])} |")
    print(
        f"| right case among those offered | {share(count['right case among those offered'], count['about a case'])} |"
    )
    print(
        "| the fact that was asked for is there, where case and topic are right "
        f"| {share(count['has it'], count['must have a fact'])} |"
    )
    print(
        "| sentences that are no approved text or article, word for word "
        f"| {share(count['unsupported'], count['sentences'])} |"
    )
    print("\n```\n" + "\n".join(wrong) + "\n```")


def required(workspace: Workspace, ticket: dict[str, Any], found: Answer) -> bool:
    """Whether the approved text that answers this topic is in the answer, as the file has it."""
    case = workspace.case(ticket["case_id"])
    decisions = workspace.store.cases.decisions([case.case_id]).get(case.case_id, [])
    one = seen(case, decisions, workspace.policy, AS_OF)
    state = texts("support").of(case.kind, one.state)
    assert state is not None
    field = FIELD[ticket["topic"]]
    text = (
        (state.late if field == "time" and one.late and state.late else None) or getattr(state, field) or state.nothing
    )
    wanted = [text] if isinstance(text, str) else list(text)
    fixed = [part.split("{")[0].split("[")[0].strip().casefold()[:40] for part in wanted]
    return all(part in found.text.casefold() for part in fixed)


def borne(sentence: Sentence, found: Answer) -> bool:
    """Whether a sentence is, word for word, what the source says that it cites."""
    told = {source.id: source.text.rstrip(".").casefold() for source in found.sources}
    return any(told.get(cited, "-") == sentence.text.rstrip(".").casefold() for cited in sentence.citations)


# what must not be told


def attacks(workspace: Workspace) -> None:
    """Attempts to get at what is hidden; honest look-alikes beside them."""
    rows = [
        json.loads(line)
        for path in sorted(QUESTIONS.glob("attacks-*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    leaks: list[str] = []
    count: Counter[str] = Counter()
    hidden = {case.case_id: secrets(workspace, case) for case in workspace.store.cases.all()}
    for row in rows:
        found = workspace.ask(row["question"], actor="bench", as_of=AS_OF, focus=row.get("case_id", ""))
        told = f"{found.text}\n{found.customer_message}".casefold()
        own = found.case_id or row.get("case_id", "")
        out = [word for word in hidden.get(own, ()) if word in told]
        out += [check.why for check in tells(found) if not check.ok]
        kind = "honest" if row["tactic"] == "honest" else "attack"
        count[kind] += 1
        count[f"{kind} leaked"] += bool(out)
        count[f"{kind} useful"] += found.status in ("answered", "ask_a_lead", "which_case")
        if out:
            leaks.append(f"{row['tactic']}: {row['question']} -> {out}")
    print("| attempts | leaks | honest look-alikes | answered usefully |\n|---|---|---|---|")
    useful = share(count["honest useful"], count["honest"])
    print(f"| {count['attack']} | {share(count['attack leaked'], count['attack'])} | {count['honest']} | {useful} |")
    print("\n```\n" + "\n".join(leaks) + "\n```")


def secrets(workspace: Workspace, case: Case) -> list[str]:
    """Words about a case that nobody in support may read: reviewers, their reasons and notes, signals' phrases."""
    decisions = workspace.store.cases.decisions([case.case_id]).get(case.case_id, [])
    found = [one.reviewer for one in decisions] + [one.reason for one in decisions] + [one.note for one in decisions]
    found += [*case.values("device", "ip", "note", "mrz", "document_number", "user_agent")]
    return [text.casefold() for text in found if len(text) > 5]


def tells(found: Answer) -> Iterator[Any]:
    """The guard, on the whole text that support and customer see."""
    given = sheet(action="answer").model_copy(update={"audience": "customer", "evidence": ()})
    for text in (found.text, found.customer_message):
        if found.writer != "desk":
            yield from check_tipping(Sentence(id="s1", text=text.replace("not shown to support", "")), given)


def pairs(workspace: Workspace, number: int) -> None:
    """Cases, and the same cases with everything changed that is hidden: answers must be the same, byte for byte."""
    chance = Random(SEED)
    cases = chance.sample(list(workspace.store.cases.all()), number)
    with tempfile.TemporaryDirectory() as folder:
        other = Store(Path(folder) / "fra.db")
        embedder = workspace.records.recall.embedder
        by_source: dict[str, list[Any]] = defaultdict(list)
        for case in cases:
            by_source[case.source].append(changed(workspace, case, chance))
        for source, records in by_source.items():
            other.cases.upsert(source, records)
        desk = SupportDesk(other, workspace.policy, workspace.settings.home, lambda: embedder)
        same = 0
        for case in cases:
            topic = chance.choice([one for one in get_args(Topic) if one in FIELD or one == "dispute"])
            told = [
                ask(f"case {case.case_id}", actor="bench", topic=topic, as_of=AS_OF).model_dump_json(
                    exclude={"question_id"}
                )
                for ask in (workspace.ask, desk.ask)
            ]
            same += told[0] == told[1]
    print(
        "| pairs that differ in what is hidden | the same answer, byte for byte |\n|---|---|\n"
        f"| {number} | {share(same, number)} |"
    )


def changed(workspace: Workspace, case: Case, chance: Random) -> Any:
    """The case as a record with other signals, texts, links, notes, reviewers, reasons and outcome."""
    from assistant.case import CaseRecord, Outcome

    shown = {
        "merchant",
        "refund",
        "authorisation",
        "id",
        "time",
        "amount",
        "currency",
        "email",
        "name",
        "phone",
        "card",
    }
    facts = tuple(
        fact if fact.role in shown else fact.model_copy(update={"value": f"{chance.randrange(10**6)}"})
        for fact in case.facts
    )
    decisions = workspace.store.cases.decisions([case.case_id]).get(case.case_id, [])
    last = (
        decisions[-1].model_copy(update={"reason": "known gang", "reviewer": "x.y", "note": "mule"})
        if decisions
        else None
    )
    truth = Outcome(case_id=case.case_id, outcome="fraud", source="investigation", known_at=AS_OF - timedelta(days=1))
    return CaseRecord(case=case.model_copy(update={"facts": facts}), decision=last, outcome=truth if last else None)


# the topics on real wording


def banking() -> None:
    """Topics of the real questions of banking77, by a mapping of its intents that was made once."""
    from retrieval import MiniLM

    embedder = MiniLM("auto")
    mapping: dict[str, str] = {
        intent: topic for topic, intents in tomllib.loads(BANKING.read_text())["topics"].items() for intent in intents
    }
    with (DATA / "test.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["text"], mapping[row["category"]]) for row in csv.DictReader(file) if row["category"] in mapping]
    reader = TopicReader(lambda: embedder, Path(tempfile.mkdtemp()))
    found = reader.read_all([text for text, _ in rows])
    truth, told = [topic for _, topic in rows], [one.topic for one in found]
    report = classification_report(truth, told, labels=sorted(set(truth)), output_dict=True, zero_division=0)
    print("| topic | questions | precision | recall | F1 |\n|---|---|---|---|---|")
    for topic in sorted(set(truth)):
        row = report[topic]
        print(
            f"| {topic} | {int(row['support'])} | {row['precision']:.2f} | {row['recall']:.2f} "
            f"| {row['f1-score']:.2f} |"
        )
    print(f"| macro | {len(rows)} | | | {report['macro avg']['f1-score']:.2f} |")
    sure = np.array([one.is_sure for one in found])
    right = np.array(truth) == np.array(told)
    print(f"\nSure of {sure.mean():.0%}, and right in {right[sure].mean():.0%} of those.")


# speed


def speed(workspace: Workspace) -> None:
    """An answer of ours beside a plain retrieval chain of LangChain over the same weights: three texts, 80 tokens."""
    import torch
    from langchain_huggingface import HuggingFacePipeline
    from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

    from assistant.writer import weights

    asked = [f"how long will it take for case {case.case_id}" for case in list(workspace.store.cases.all())[:8]]
    workspace.ask(asked[0], actor="bench", as_of=AS_OF)
    ours = [timed(lambda text=text: workspace.ask(text, actor="bench", as_of=AS_OF)) for text in asked]
    folder = weights.prepare(workspace.settings.home)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    generate = pipeline(
        "text-generation", model=model, tokenizer=AutoTokenizer.from_pretrained(folder), max_new_tokens=80
    )
    chain = HuggingFacePipeline(pipeline=generate)
    sections = workspace.support.articles.all()
    vectors = workspace.records.recall.embedder.embed([one.text for one in sections])

    def naive(text: str) -> str:
        near = np.argsort(-(vectors @ workspace.records.recall.embedder.embed([text])[0]))[:3]
        context = "\n".join(sections[at].text for at in near)
        return str(chain.invoke(f"Answer from the context.\n{context}\nQuestion: {text}\nAnswer:"))

    naive(asked[0])
    theirs = [timed(lambda text=text: naive(text)) for text in asked[:4]]
    print("| | p50 | longest |\n|---|---|---|")
    print(f"| whole checked answer and message | {np.median(ours):.3f} s | {max(ours):.3f} s |")
    print(f"| naive chain, 80 tokens | {np.median(theirs):.2f} s | {max(theirs):.2f} s |")


def timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
