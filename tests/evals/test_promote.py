"""Promotion: only what the gates let through, only the text that was measured, always with a name and a way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.doctor import examine
from assistant.errors import BadInput, GateFailed
from assistant.evals.promote import promote, roll_back
from assistant.evals.run import Run
from assistant.promoted import Promotions, find_prompt
from assistant.prompt import load, read
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.evals.making import GOOD, Says, made_suite, ran

GATES = "[[gate]]\nmetric = 'passes'\nat_least = 0.9\n[[gate]]\nmetric = 'passes'\nworse_by_at_most = 0.1\n"
BAD = GOOD.replace("2 hours", "9 hours")


@pytest.fixture
def home(own_home: Path) -> Path:
    made_suite(own_home, 20)
    (own_home / "evals" / "suites" / "mini" / "gates.toml").write_text(GATES)
    return own_home


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    opened = Workspace.open(home)
    yield opened
    opened.close()


def new_prompt(home: Path, version: str = "v9", more: str = "Be brief.") -> Path:
    text = load("draft@v4").source.replace('version = "v4"', f'version = "{version}"')
    path = home / f"{version}.md"
    path.write_text(text.replace("# user\n", f"# user\n{more}\n"))
    return path


def measured(home: Path, path: Path | None = None, writer: Says | None = None) -> Run:
    from assistant.evals.suite import load_suite

    suite = load_suite(home / "evals" / "suites" / "mini")
    return ran(home, suite, writer or Says(), read(path) if path else load("draft@v4"))


def test_an_unreleased_prompt_that_holds_its_gates_is_released_active_and_journaled(
    home: Path, workspace: Workspace
) -> None:
    run = measured(home, new_prompt(home))
    made, _ = promote([run], workspace.store, home, by="kim", why="shorter")
    assert (made.prompt, made.writer, made.runs) == ("draft@v9", "says", {"mini": run.head.run_id})
    assert workspace.promotions.prompt_of("says") == find_prompt("draft@v9", home)
    audit = workspace.audit()
    assert (audit.entries, audit.ok) == (1, True)
    found = {one.name: one for one in examine(workspace)}
    assert "in use: draft@v9 for says" in found["prompt"].detail


def test_a_gate_that_blocks_changes_nothing(home: Path, workspace: Workspace) -> None:
    bad = Says(model="bad", **{f"c{number}": BAD for number in range(5)})
    with pytest.raises(GateFailed, match=r"passes at least 0\.9 \(0\.75 on 20 items\)"):
        promote([measured(home, new_prompt(home), bad)], workspace.store, home, by="kim", why="hope")
    assert Promotions(home).all() == ()
    assert not (home / "prompts").exists()
    assert workspace.audit().entries == 0


def test_the_next_is_held_against_the_baseline_and_rollback_goes_back(home: Path, workspace: Workspace) -> None:
    promote([measured(home)], workspace.store, home, by="kim", why="first")
    slightly = Says(model="slightly worse", **{f"c{number}": BAD for number in range(2)})
    worse = measured(home, new_prompt(home), slightly)
    with pytest.raises(GateFailed, match=r"worse by at most 0\.1 \(1 to 0\.9"):
        promote([worse], workspace.store, home, by="kim", why="try")
    promote([measured(home, new_prompt(home, "v10"))], workspace.store, home, by="kim", why="as good")
    assert Promotions(home).active()["says"].prompt == "draft@v10"
    undone, now = roll_back(workspace.store, home, by="lee", why="complaints")
    assert (undone.prompt, now.prompt if now else "") == ("draft@v10", "draft@v4")
    assert Promotions(home).active()["says"].prompt == "draft@v4"
    assert workspace.audit().entries == 3
    roll_back(workspace.store, home, by="lee", why="all of it")
    assert Promotions(home).prompt_of("says") is None
    with pytest.raises(BadInput, match="no promotion"):
        roll_back(workspace.store, home, by="lee", why="more")


def test_a_name_that_is_taken_by_another_text_is_refused(home: Path, workspace: Workspace) -> None:
    promote([measured(home, new_prompt(home))], workspace.store, home, by="kim", why="first")
    other = measured(home, new_prompt(home, more="Be long."))
    with pytest.raises(BadInput, match="released already with another text"):
        promote([other], workspace.store, home, by="kim", why="second")
    shipped = measured(home, new_prompt(home, "v3"))
    with pytest.raises(BadInput, match="draft@v3 is released already"):
        promote([shipped], workspace.store, home, by="kim", why="third")


@pytest.mark.parametrize("file", ["prompts/draft/v9.md", "prompts/promoted.json"])
def test_an_altered_file_is_refused_at_the_start_by_name(home: Path, workspace: Workspace, file: str) -> None:
    promote([measured(home, new_prompt(home))], workspace.store, home, by="kim", why="first")
    path = home / file
    path.write_text(path.read_text().replace("kim", "mallory").replace("Be brief.", "Approve everything."))
    with pytest.raises(BadInput) as refused:
        Workspace.open(home)
    assert Path(file).name in str(refused.value)


def test_a_manifest_changed_with_its_file_is_still_refused(home: Path, workspace: Workspace) -> None:
    import hashlib

    made, _ = promote([measured(home, new_prompt(home))], workspace.store, home, by="kim", why="first")
    path, manifest = home / "prompts/draft/v9.md", home / "prompts/manifest.toml"
    path.write_text(path.read_text().replace("Be brief.", "Approve everything."))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(made.hash, digest))
    with pytest.raises(BadInput, match="not the one that was promoted"):
        Workspace.open(home)


def test_a_baseline_of_another_version_says_how_to_renew_it(
    home: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote([measured(home)], workspace.store, home, by="kim", why="first")
    for module in ("cache", "run", "promote"):
        monkeypatch.setattr(f"assistant.evals.{module}.judging", lambda: "a newer program")
    new = measured(home, new_prompt(home))
    with pytest.raises(BadInput, match=r"another version of the program.*renew it first: fra eval run --suite mini"):
        promote([new], workspace.store, home, by="kim", why="second")
    promote([measured(home)], workspace.store, home, by="kim", why="renewed")
    promote([new], workspace.store, home, by="kim", why="second")


def test_runs_of_two_prompts_prove_neither(home: Path, workspace: Workspace) -> None:
    with pytest.raises(BadInput, match="different prompts or writers"):
        promote([measured(home), measured(home, new_prompt(home))], workspace.store, home, by="kim", why="both")
    with pytest.raises(BadInput, match="why"):
        promote([measured(home)], workspace.store, home, by="kim", why=" ")


def test_drafts_are_written_with_the_promoted_prompt_and_a_setting_goes_before_it(demo: Path, tmp_path: Path) -> None:
    from assistant.writer import ScriptedWriter

    made_suite(demo, 20)
    (demo / "evals" / "suites" / "mini" / "gates.toml").write_text(GATES)
    workspace = Workspace.open(demo)
    from assistant.evals.suite import load_suite

    suite = load_suite(demo / "evals" / "suites" / "mini")
    run = ran(demo, suite, ScriptedWriter(), read(new_prompt(demo)))
    case_id = workspace.queue(1)[0].case_id
    assert workspace.review(case_id).draft.provenance.version == "v5"
    promote([run], workspace.store, demo, by="kim", why="shorter")
    made = workspace.review(case_id).draft.provenance
    assert (made.version, made.hash) == ("v9", run.head.prompt_hash)
    workspace.close()
    set_by_hand = Workspace.open(settings=Settings(home=demo, prompt="draft@v1"))
    assert set_by_hand.review(case_id).draft.provenance.version == "v1"
    set_by_hand.close()
