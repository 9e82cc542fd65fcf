"""Drafts as a model really writes them, to be labelled by readers: `python -m benchmarks.organic write 1 --half DIR`.

`write` has three checkpoints (the untuned model, one stopped at a third of its training, the shipped adapter) draft
sheets that they have not seen, `sheets` prints what a reader may see, and `figures` lays the readers' labels beside
the verifier's: agreement of the readers, errors missed, true sentences refused. Set 1 is for figures and is frozen
before the checks are looked at; set 2 is for mending.
"""

from __future__ import annotations

import argparse
import gzip
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict
from rich.progress import track
from sklearn.metrics import cohen_kappa_score
from transformers import AutoModelForCausalLM, AutoTokenizer

from assistant.case import Sentence, Sheet
from assistant.drafting import ACTION, CHANGE, read_sentence
from assistant.prompt import Prompt, load, percent
from assistant.verify import verify_sentence
from assistant.writer import lora, weights
from assistant.writer.generation import repeats_itself
from assistant.writer.lessons import A_SHEET, lessons
from assistant.writer.local import chat_tokens, messages_of
from assistant.writer.transformer import fastest_type
from benchmarks.true_drafts import demo_sheets
from benchmarks.verifier import share

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "verify" / "organic"
CHECKPOINTS = ("untuned", "half-trained", "final")
OF_EACH = 50
"""Sheets of held-out lessons, and as many of the demo world, for each checkpoint."""
AT_ONCE = 10
MOST_TOKENS = 320
PART = 25
WRONG = frozenset({"false", "not-cited", "obeys", "garbled"})
"""What a reader may call a sentence that should not be shown; the other labels are `ok` and `unsure`."""


class Organic(BaseModel):
    """One draft as it came from the model."""

    model_config = ConfigDict(frozen=True)

    id: str
    checkpoint: str
    source: str
    sheet: Sheet
    text: str

    @property
    def sentences(self) -> list[Sentence]:
        """What is read as statements: neither the action nor what would change it, and no repetition of a line."""
        lines = dict.fromkeys(line.strip() for line in self.text.splitlines())
        kept = [line for line in lines if line and not ACTION.match(line) and not CHANGE.match(line)]
        read = [read_sentence(line, f"s{number}", 600) for number, line in enumerate(kept[:8], start=1)]
        return [one for one in read if one is not None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["write", "sheets", "figures"])
    parser.add_argument("set", type=int, choices=[1, 2])
    parser.add_argument("--only", nargs="*", default=CHECKPOINTS, choices=CHECKPOINTS, help="checkpoints to write with")
    parser.add_argument("--half", type=Path, help="folder of an unfinished `fra writer train`")
    parser.add_argument("--home", type=Path, default=Path.home() / ".cache" / "fra-organic")
    parser.add_argument("--out", type=Path, help="where the readers' sheets are written")
    parser.add_argument("--show", type=int, default=0, help="print so many misses and false alarms")
    arguments = parser.parse_args()
    if arguments.what == "write":
        write(arguments.set, arguments.only, arguments.half, arguments.home)
    elif arguments.what == "sheets":
        for_readers(kept(arguments.set), arguments.out)
    else:
        figures(arguments.set, arguments.show)


def kept(number: int) -> list[Organic]:
    """The drafts of a set. A lesson's sheet stands there twice with the same draft, which counts once."""
    drafts: dict[tuple[str, str], Organic] = {}
    for path in sorted(FOLDER.glob(f"drafts-{number}-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                draft = Organic.model_validate_json(line)
                drafts.setdefault((draft.checkpoint, draft.sheet.hash), draft)
    return list(drafts.values())


def write(number: int, checkpoints: Sequence[str], half: Path, home: Path) -> None:
    """Writes the drafts of a set; each checkpoint has sheets of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    most = OF_EACH * len(CHECKPOINTS)
    prompt = load("draft@v2")
    sheets = (one.prompt.sheet for one in lessons(1000 + number, held_out=True))
    taught = [prompt.render(sheet) for sheet in islice(sheets, 0, A_SHEET * most, A_SHEET)]
    demo = [prompt.render(sheet) for sheet in demo_sheets(50 + number, most)]
    for checkpoint in checkpoints:
        here = slice(OF_EACH * CHECKPOINTS.index(checkpoint), OF_EACH * (CHECKPOINTS.index(checkpoint) + 1))
        prompts = [*((one, "held-out lesson") for one in taught[here]), *((one, "demo world") for one in demo[here])]
        model, tokenizer = load_checkpoint(checkpoint, half, home)
        texts = written(model, tokenizer, [one for one, _ in prompts], checkpoint)
        with gzip.open(FOLDER / f"drafts-{number}-{checkpoint}.jsonl.gz", "wt", encoding="utf-8") as file:
            for at, ((one, source), text) in enumerate(zip(prompts, texts, strict=True)):
                key = f"{number}-{checkpoint[0]}{at:03}"
                draft = Organic(id=key, checkpoint=checkpoint, source=source, sheet=one.sheet, text=text)
                file.write(draft.model_dump_json() + "\n")


def load_checkpoint(name: str, half: Path, home: Path) -> tuple[Any, Any]:
    """The model with the adapter of a checkpoint merged into it."""
    folder = weights.prepare(home, weights.silent, weights.EMBEDDED if name == "final" else weights.BASE)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
    if name == "half-trained":
        lora.attach(model, 7)
        state = torch.load(half / "checkpoint.pt", weights_only=True)
        print(f"half-trained: step {state['done']}")
        with torch.no_grad():
            for key, tensor in lora.state(model).items():
                tensor.copy_(state["adapter"][key])
    return model.to(fastest_type()).eval(), tokenizer


@torch.inference_mode()
def written(model: Any, tokenizer: Any, prompts: Sequence[Prompt], name: str) -> list[str]:
    """Greedy texts, several at once, each ended where it repeats itself."""
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    tokens = [chat_tokens(tokenizer, messages_of(prompt)) for prompt in prompts]
    order = sorted(range(len(tokens)), key=lambda at: len(tokens[at]))
    texts = [""] * len(tokens)
    for start in track(range(0, len(order), AT_ONCE), description=name):
        places = order[start : start + AT_ONCE]
        batch = tokenizer.pad({"input_ids": [tokens[at] for at in places]}, return_tensors="pt")
        done = model.generate(**batch, max_new_tokens=MOST_TOKENS, do_sample=False, pad_token_id=tokenizer.pad_token_id)
        for at, row in zip(places, done[:, batch["input_ids"].shape[1] :].tolist(), strict=True):
            texts[at] = str(tokenizer.decode(until_it_repeats(row), skip_special_tokens=True))
    return texts


def until_it_repeats(tokens: list[int]) -> list[int]:
    return next((tokens[:size] for size in range(1, len(tokens)) if repeats_itself(tokens[:size])), tokens)


def for_readers(drafts: Sequence[Organic], folder: Path) -> None:
    """What a reader sees: sheet and sentences, in an order that says nothing about where a draft came from."""
    folder.mkdir(parents=True, exist_ok=True)
    mixed = sorted(drafts, key=lambda one: one.id[::-1])
    for part in range(0, len(mixed), PART):
        blocks = []
        for one in mixed[part : part + PART]:
            lines = [f"=== draft {one.id} ===", *sheet_lines(one.sheet), "SENTENCES"]
            lines += [
                f"  {one.id}.{s.id}: {s.text}  cites: {', '.join(s.citations) or 'nothing'}" for s in one.sentences
            ]
            blocks.append("\n".join(lines))
        (folder / f"part-{part // PART + 1:02}.txt").write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def sheet_lines(sheet: Sheet) -> list[str]:
    """A sheet as a reader sees it."""
    score = (
        "no score" if sheet.probability is None else f"probability of fraud {percent(sheet.probability)}, {sheet.band}"
    )
    lines = [f"SHEET ({sheet.kind}; {score})"]
    for item in sheet.evidence:
        marks: list[str] = [item.kind, *([item.polarity] if item.polarity != "neutral" else [])]
        marks += ["quoted words of outsiders"] if item.untrusted else []
        lines.append(f"  [{item.id}] ({', '.join(marks)}) {item.statement}")
    lines.append(f"  allowed actions: {', '.join(sheet.allowed_actions)}; policy says: {sheet.policy_action}")
    return lines


def labels(number: int, reader: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"labels-{number}-{reader}*.toml")):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))["labels"]
    return found


def figures(number: int, show: int) -> None:
    """The readers beside each other, and the verifier beside what both of them say; or beside the only one."""
    counted = {f"{draft.id}.{sentence.id}" for draft, sentence in _sentences(kept(number))}
    first, second = ({key: label for key, label in labels(number, one).items() if key in counted} for one in "ab")
    if second:
        both = sorted(first.keys() & second.keys())
        bad = [[one[key] in WRONG for key in both] for one in (first, second)]
        same = share(sum(a == b for a, b in zip(*bad, strict=True)), len(both))
        print(f"{len(both)} sentences read twice; the same verdict {same}; κ {cohen_kappa_score(*bad):.2f}")
    second = second or first
    sure = {
        key: first[key] in WRONG
        for key in first.keys() & second.keys()
        if "unsure" not in (first[key], second[key]) and (first[key] in WRONG) == (second[key] in WRONG)
    }
    rows: dict[str, Counter[str]] = {}
    shown: Counter[str] = Counter()
    for draft, sentence in _sentences(kept(number)):
        key = f"{draft.id}.{sentence.id}"
        if key not in sure:
            continue
        before = next((one for one in draft.sentences if one.id == f"s{int(sentence.id[1:]) - 1}"), None)
        why = "; ".join(
            f"{check.check}: {check.why}" for check in verify_sentence(sentence, draft.sheet, before) if not check.ok
        )
        for row in (draft.checkpoint, draft.source, "all"):
            count = rows.setdefault(row, Counter())
            count["wrong"] += sure[key]
            count["true"] += not sure[key]
            count["missed"] += sure[key] and not why
            count["refused"] += not sure[key] and bool(why)
        kind = "miss" if sure[key] and not why else "false alarm" if why and not sure[key] else ""
        if kind and shown[kind] < show:
            shown[kind] += 1
            print(f"{kind} {key} ({first[key]}, {second[key]}): {sentence.text} {sentence.citations} {why}")
    print("| drafts | wrong sentences missed | true sentences refused |\n|---|---|---|")
    for row, count in rows.items():
        print(f"| {row} | {share(count['missed'], count['wrong'])} | {share(count['refused'], count['true'])} |")


def _sentences(drafts: Sequence[Organic]) -> Iterator[tuple[Organic, Sentence]]:
    for draft in drafts:
        for sentence in draft.sentences:
            yield draft, sentence


if __name__ == "__main__":
    main()
