"""Loads a versioned prompt, proves that it is unaltered, and renders it for one sheet.

Promise: the text a writer gets is the released file of that name and version, and everything in it that came from a
case is one line, cannot look like a chat token or an evidence id, and cannot close the block that marks it as quoted.
The prompt is bounded (`BUDGET_BYTES`, and a byte-level tokenizer never makes more tokens than bytes); how much a group
leaves out is there for the prompt to say. The order of the sheet is taken as importance: first items are kept.
What the evidence says is the business of the sheet, what is written from it the business of writer and verifier.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Literal

from jinja2 import Environment, StrictUndefined, TemplateError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.case import Evidence, Fact, Sheet
from assistant.errors import BadInput, NotFound

__all__ = ["BUDGET_BYTES", "Prompt", "PromptTemplate", "load", "percent", "plain", "read", "released", "shipped"]

BUDGET_BYTES, DOCUMENT_BYTES = 4800, 600
"""What the evidence may take, and the document checks by themselves. With the fixed text about 6,000 tokens at the very
worst; 1,300 in English."""
STATEMENT_CHARACTERS = 300
PER_GROUP = 8
GROUPS = ("raises", "lowers", "decided", "rules", "neutral", "quoted")

_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("[［【〔⟦", "("),
        **dict.fromkeys("]］】〕⟧", ")"),
        **dict.fromkeys("<＜﹤", "‹"),
        **dict.fromkeys(">＞﹥", "›"),
        **dict.fromkeys("|｜￨", "¦"),
    }
)
_JOINERS = "\u200c\u200d"
_STRAY_JOINER = re.compile(rf"(?:^|(?<=[\x00-\x7f]))[{_JOINERS}]+|[{_JOINERS}]+(?=[\x00-\x7f]|$)")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prompt(_Value):
    """What a writer is given. `hash` is that of the prompt file; the sheet has a hash of its own.

    `personal` is for masking alone: what must not leave the machine, wherever it stands in `system` or `user`.
    """

    name: str
    version: str
    hash: str
    system: str
    user: str
    sheet: Sheet
    personal: tuple[Fact, ...] = Field(default=(), repr=False)


class _FrontMatter(_Value):
    name: str
    version: str
    status: Literal["draft", "active", "retired"]
    audience: Literal["analyst", "support", "customer"]
    description: str


class _Line(_Value):
    id: str
    text: str
    polarity: str
    kind: str


class _Group(_Value):
    lines: tuple[_Line, ...]
    left_out: int


class PromptTemplate(_Value):
    """One released version of a prompt."""

    name: str
    version: str
    status: Literal["draft", "active", "retired"]
    audience: Literal["analyst", "support", "customer"]
    description: str
    hash: str
    system_source: str
    user_source: str
    source: str = Field(default="", repr=False)
    """The whole file, so that a copy of it can be kept."""

    def render(self, sheet: Sheet, personal: tuple[Fact, ...] = ()) -> Prompt:
        """The prompt for one sheet. A sheet for another audience is refused: it may say what these must not read.

        `personal` holds the case's own personal data, which is never rendered."""
        if sheet.audience != self.audience:
            raise BadInput(
                f"prompt {self.name}@{self.version} is for the {self.audience}, the sheet is for the {sheet.audience}; "
                "use a prompt for that audience"
            )
        groups = _group(sheet)
        values = {
            "kind": plain(sheet.kind, 60),
            "probability": None if sheet.probability is None else percent(sheet.probability),
            "band": sheet.band,
            "allowed_actions": [plain(action, 60) for action in sheet.allowed_actions],
            "policy_action": plain(sheet.policy_action, 60),
            "marker": _marker(sheet, groups),
            **groups,
        }
        jinja = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
        try:
            system, user = (
                jinja.from_string(source).render(values).strip() for source in (self.system_source, self.user_source)
            )
        except TemplateError as error:
            raise BadInput(
                f"prompt {self.name}@{self.version} does not render: {error.message}; it may use {', '.join(values)}"
            ) from error
        return Prompt(
            name=self.name,
            version=self.version,
            hash=self.hash,
            system=system,
            user=user,
            sheet=sheet,
            personal=personal,
        )


def load(spec: str, folder: Path | None = None) -> PromptTemplate:
    """The prompt `name@version`, for example `draft@v1`, from the prompts that travel with the program.

    Raises NotFound for a name or version that is not in the manifest, and BadInput for a file that is not the one
    that was released under that version.
    """
    folder = folder or shipped()
    manifest = _manifest(folder)
    known = ", ".join(released(folder))
    name, _, version = spec.partition("@")
    if version not in manifest.get(name, {}):
        raise NotFound(f"there is no prompt {spec!r}; there are: {known}")
    path = folder / name / f"{version}.md"
    try:
        # Line ends are made equal first, so that a checkout on Windows does not look altered.
        text = path.read_bytes().replace(b"\r\n", b"\n").decode()
    except OSError as error:
        raise NotFound(f"the manifest lists {spec} but {path} cannot be read; restore the file") from error
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != manifest[name][version]:
        raise BadInput(
            f"{path} is not the file that was released as {spec} (its sha256 is {found}); restore it, "
            "make the change as a new version and list that in manifest.toml"
        )
    return _parse(path, (name, version), text, found)


def read(path: Path) -> PromptTemplate:
    """A prompt file that is not released, under the name and version that it gives itself. Raises BadInput."""
    try:
        text = path.read_bytes().replace(b"\r\n", b"\n").decode()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read as a prompt ({error}); give a text file in UTF-8") from error
    return _parse(path, None, text, hashlib.sha256(text.encode()).hexdigest())


def released(folder: Path | None = None) -> tuple[str, ...]:
    """Every prompt in the manifest, as `name@version`."""
    manifest = _manifest(folder or shipped())
    return tuple(f"{name}@{version}" for name, versions in manifest.items() for version in versions)


def percent(probability: float) -> str:
    """`0.914` as `91%`; one decimal near the ends, where a whole percent would claim certainty."""
    return f"{probability:.0%}" if 0.01 <= probability <= 0.99 else f"{probability:.1%}"


def plain(text: str, limit: int = STATEMENT_CHARACTERS) -> str:
    """`text` as one line that holds no control character, chat token or bracketed id; a cut is stated in the text.

    Digits and letters stay as they are, so a number that is copied from the result can still be checked.
    """
    spaced = "".join(
        " " if char.isspace() or unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text
    )
    visible = "".join(
        char for char in spaced if char in _JOINERS or unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")
    )
    # Persian, Indic scripts and emoji need joiners; between Latin letters they only hide words from a check.
    flat = " ".join(_STRAY_JOINER.sub("", visible).split()).translate(_LOOKALIKES)
    if len(flat) <= limit:
        return flat
    return f"{flat[:limit].rstrip()} … (cut, {len(flat)} characters in all)"


def shipped() -> Path:
    """Where the prompts that travel with the program lie: in the wheel inside the package, in a checkout beside it."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_prompts", here.parent / "prompts"):
        if (folder / "manifest.toml").is_file():
            return folder
    raise NotFound(f"the prompts are missing from {here.parent}; install the program again")


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "manifest.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}); restore it") from error


def _parse(path: Path, called: tuple[str, str] | None, text: str, digest: str) -> PromptTemplate:
    parts = re.fullmatch(r"\+\+\+\n(.*?)\n\+\+\+\n+# system\n(.*?)\n# user\n(.*)", text, re.DOTALL)
    if parts is None:
        raise BadInput(
            f"{path} needs front matter between two +++ lines, then '# system', then '# user'; add what lacks"
        )
    try:
        front = _FrontMatter.model_validate(tomllib.loads(parts[1]))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        why = (
            "; ".join(f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors())
            if isinstance(error, ValidationError)
            else str(error)
        )
        raise BadInput(
            f"the front matter of {path} is wrong: {why}; it has {', '.join(_FrontMatter.model_fields)}"
        ) from error
    if called and (front.name, front.version) != called:
        raise BadInput(f"{path} calls itself {front.name}@{front.version}; name and version must be those of the file")
    return PromptTemplate(**front.model_dump(), hash=digest, system_source=parts[2], user_source=parts[3], source=text)


def _group(sheet: Sheet) -> dict[str, _Group]:
    """Shares the budget by rank: every group's first item, then every group's second, until it is spent.

    Document checks stand in the group of their polarity and once more by themselves, the raising ones first: behind the
    signs and facts of a real case they would be cut."""
    waiting: dict[str, list[Evidence]] = {name: [] for name in GROUPS}
    for item in sheet.evidence:
        waiting[_group_name(item)].append(item)
    kept: dict[str, list[_Line]] = {name: [] for name in GROUPS}
    left = BUDGET_BYTES
    for rank in range(PER_GROUP):
        for name in GROUPS:
            if rank >= len(waiting[name]) or len(kept[name]) < rank:
                continue
            line = _line(waiting[name][rank])
            if (size := _size(line)) <= left:
                kept[name].append(line)
                left -= size
    groups = {
        name: _Group(lines=tuple(lines), left_out=len(waiting[name]) - len(lines)) for name, lines in kept.items()
    }
    return groups | {"documents": _documents(sheet)}


def _documents(sheet: Sheet) -> _Group:
    items = sorted(
        (item for item in sheet.of_kind("document") if not item.untrusted), key=lambda item: item.polarity != "raises"
    )
    lines: list[_Line] = []
    for line in map(_line, items):
        if sum(map(_size, (*lines, line))) > DOCUMENT_BYTES:
            break
        lines.append(line)
    return _Group(lines=tuple(lines), left_out=len(items) - len(lines))


def _line(item: Evidence) -> _Line:
    return _Line(id=item.id, text=plain(item.statement), polarity=item.polarity, kind=item.kind)


def _size(line: _Line) -> int:
    return len(f"[{line.id}] {line.text} {line.polarity}\n".encode())


def _group_name(item: Evidence) -> str:
    if item.untrusted or item.kind == "note":
        return "quoted"
    if item.kind == "precedent":
        return "decided"
    if item.kind in ("rule", "article"):
        return "rules"
    return item.polarity


def _marker(sheet: Sheet, groups: dict[str, _Group]) -> str:
    """Twelve hex digits that nobody can know who does not know the whole sheet, and that no line holds."""
    text = "\n".join(line.text for group in groups.values() for line in group.lines)
    digest = hashlib.sha256(sheet.hash.encode()).hexdigest()
    while digest[:12] in text:
        digest = hashlib.sha256(digest.encode()).hexdigest()
    return digest[:12]
