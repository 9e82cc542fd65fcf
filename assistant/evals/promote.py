"""Promotion: a prompt becomes the one of its writer only on the proof of runs whose gates hold.

Promise: what is promoted is what was measured, word for word; who did it and why stands in the journal in the same
moment; going back is one step. The runs that proved it are the baselines of the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import BadInput, GateFailed, NotFound
from assistant.evals.cache import judging
from assistant.evals.compare import Comparison, compare
from assistant.evals.gate import Gate, Verdict, check, load_gates, shipped_gates
from assistant.evals.run import Run, find_run
from assistant.evals.suite import find_suite
from assistant.promoted import Promotion, Promotions, find_prompt, release
from assistant.store import Store

__all__ = ["Tried", "baseline", "promote", "roll_back", "try_gates"]


@dataclass(frozen=True)
class Tried:
    """The gates on one run, against the baseline where there is one."""

    run: Run
    comparison: Comparison | None
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        return all(one.ok for one in self.verdicts)


def baseline(run: Run, home: Path) -> Run | None:
    """The run that proved the prompt which this run's writer has now, on the same suite; None before the first.

    Raises BadInput where it cannot be compared with: made by another version of the program, or gone."""
    active = Promotions(home).active().get(run.head.writer)
    if active is None or run.head.suite not in active.runs or active.runs[run.head.suite] == run.head.run_id:
        return None
    name = active.runs[run.head.suite]
    try:
        found = find_run(name, home)
    except NotFound:
        found = None
    if found is not None and found.head.judging == judging() and found.head.suite_hash == run.head.suite_hash:
        return found
    if active.hash == run.head.prompt_hash:
        return None  # the same prompt, measured again: this is how a baseline is renewed
    why = "is gone" if found is None else "is of another version of the program or the suite"
    raise BadInput(
        f"the baseline {name} {why}; renew it first: fra eval run --suite {run.head.suite} --prompt {active.prompt}, "
        "then fra eval promote with that run"
    )


def try_gates(run: Run, home: Path, gates: Sequence[Gate]) -> Tried:
    """Whether a run may be promoted by these gates."""
    if run.head.judging != judging():
        raise BadInput(
            f"run {run.head.run_id} was judged by another version of the program ({run.head.program}); "
            f"make it again: fra eval run --suite {run.head.suite} --prompt {run.head.spec}"
        )
    before = baseline(run, home)
    found = compare(before, run) if before else None
    return Tried(run, found, tuple(check(gates, run, found)))


def promote(
    runs: Sequence[Run], store: Store, home: Path, *, by: str, why: str, gates: Path | None = None
) -> tuple[Promotion, list[Tried]]:
    """Makes the prompt of these runs that of their writer. Without `gates`, those that lie with each suite count.

    Raises GateFailed where one blocks; then nothing has changed."""
    if not by.strip() or not why.strip():
        raise BadInput(f"{'who promotes' if why.strip() else 'why'} is not said; give --by and --why")
    first = runs[0].head
    for one in runs[1:]:
        if (one.head.prompt_hash, one.head.writer, one.head.model) != (first.prompt_hash, first.writer, first.model):
            raise BadInput(f"{first.run_id} and {one.head.run_id} are of different prompts or writers; promote one")
    tried = [try_gates(one, home, load_gates(gates or _gates_of(one, home))) for one in runs]
    blocking = [f"{one.gate} ({one.why})" for each in tried for one in each.verdicts if not one.ok]
    if blocking:
        raise GateFailed(f"{first.spec} was not promoted: {'; '.join(blocking)}")
    promotions = Promotions(home)
    before = promotions.all()
    kept = promotions.active().get(first.writer)
    proofs = dict(kept.runs) if kept and kept.hash == first.prompt_hash else {}
    made = Promotion(
        writer=first.writer,
        prompt=release(runs[0].prompt, home),
        hash=first.prompt_hash,
        runs=proofs | {one.head.suite: one.head.run_id for one in runs},
        by=by.strip(),
        why=why.strip(),
        at=datetime.now(UTC),
    )
    with store.journal.deed(made.by, "promote", made.prompt, made.model_dump(mode="json", exclude={"by"})):
        promotions.save((*before, made))
    return made, tried


def roll_back(store: Store, home: Path, *, by: str, why: str, writer: str = "") -> tuple[Promotion, Promotion | None]:
    """Takes back the newest promotion (of a writer); gives it, and the one that counts now, if any."""
    promotions = Promotions(home)
    before = promotions.all()
    undone = next((one for one in reversed(before) if writer in ("", one.writer)), None)
    if undone is None:
        raise BadInput(f"there is no promotion{f' of {writer}' if writer else ''} to take back")
    left = tuple(one for one in before if one is not undone)
    now = next((one for one in reversed(left) if one.writer == undone.writer), None)
    if now is not None:
        find_prompt(now.prompt, home)
    body = {"writer": undone.writer, "why": why.strip(), "now": now.prompt if now else ""}
    with store.journal.deed(by.strip(), "rollback", undone.prompt, body):
        promotions.save(left)
    return undone, now


def _gates_of(run: Run, home: Path) -> Path:
    path = shipped_gates(find_suite(run.head.suite, home))
    if not path.is_file():
        raise BadInput(f"no gates lie with the suite {run.head.suite}; name a file: --gate gates.toml")
    return path
