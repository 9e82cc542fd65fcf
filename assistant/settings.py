"""One `Settings`, read from `FRA_*` variables. The defaults work offline on a laptop."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.writer.terms import Terms

__all__ = ["Settings"]


class Settings(BaseSettings):
    """Every dial there is. `FRA_HOME=/data/fra` sets `home`, and so on."""

    model_config = SettingsConfigDict(env_prefix="FRA_", frozen=True, extra="ignore")

    home: Path = Field(default=Path(".fra"), description="where the database, the index and the models live")
    writer: str = Field(
        default="auto",
        description="auto (local where its weights are, else scripted), local, scripted, openai:MODEL for a model at "
        "writer_url, or hf:FOLDER for one on disk",
    )
    support_writer: str = Field(
        default="scripted",
        description="who words the answers of the support desk: scripted (approved texts as they stand) or a writer as "
        "above; the embedded one was not taught for it",
    )
    writer_url: str = Field(default="", description="the base address of an OpenAI-compatible endpoint, ending in /v1")
    writer_key: SecretStr | None = Field(default=None, description="the key to that endpoint, where it wants one")
    writer_mask: Literal["remote", "always"] = Field(
        default="remote",
        description="when personal data is masked in prompts: for endpoints that are not on this machine, or always",
    )
    writer_timeout_s: float = Field(
        default=60.0, gt=0, le=600, description="how long an endpoint may write one draft; a rewrite has a third of it"
    )
    writer_draft_tokens: int = Field(
        default=20_000, ge=1, description="the most that one draft may cost at an endpoint"
    )
    writer_day_tokens: int = Field(default=2_000_000, ge=1, description="the most that a day (UTC) of drafts may cost")
    prompt: str = Field(
        default="", description="the prompt that drafts are written with, such as draft@v2; else the writer's own"
    )
    host: str = Field(default="127.0.0.1", description="the address that the web UI listens on")
    port: int = Field(default=7860, ge=1, le=65535, description="the port of the web UI")
    embedder: str = Field(
        default="minilm",
        min_length=1,
        description="what reads cases for the memory: minilm, a folder with a sentence-transformers model, or hash, a "
        "small double without a model",
    )
    chroma_url: str = Field(
        default="", description="a Chroma server that keeps the memory's vectors, such as http://localhost:8000"
    )
    upload_limit_mb: int = Field(
        default=500, ge=1, le=100_000, description="the largest file that the import page takes, in millions of bytes"
    )
    lease_minutes: float = Field(
        default=10,
        gt=0,
        le=1440,
        description="how long a case stays in a reviewer's hands after the page was last heard",
    )
    undo_minutes: float = Field(
        default=5, ge=0, le=1440, description="how long a reviewer can take back a decision of their own"
    )
    precedents: int = Field(default=5, ge=1, le=50, description="how many precedents a review shows")
    threads: int = Field(
        default_factory=lambda: min(os.cpu_count() or 1, 4), ge=1, description="threads that the models may use"
    )
    maturity_days: int = Field(
        default=45, ge=1, description="an approval with no complaint for this long counts as legitimate in training"
    )

    control_share: float = Field(
        default=0.0,
        ge=0,
        le=0.05,
        description="the share of new cases that people decide without seeing the score, so that it can be measured; "
        "0.01 to 0.02 is usual, 0 is none",
    )
    control_seed: int = Field(default=7, description="of the coin that draws them")

    @property
    def maturity(self) -> timedelta:
        return timedelta(days=self.maturity_days)

    @property
    def writer_terms(self) -> Terms:
        """On which terms an endpoint is asked."""
        return Terms(
            url=self.writer_url,
            key=self.writer_key,
            mask=self.writer_mask,
            timeout_s=self.writer_timeout_s,
            draft_tokens=self.writer_draft_tokens,
            day_tokens=self.writer_day_tokens,
        )
