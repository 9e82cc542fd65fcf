"""On which terms a model outside this process is asked."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr

__all__ = ["Terms"]


class Terms(BaseModel):
    """Where an endpoint is, the key to it, and what a draft may cost. The key shows in no text of this value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = ""
    key: SecretStr | None = None
    mask: Literal["remote", "always"] = "remote"
    timeout_s: float = 60.0
    draft_tokens: int = 20_000
    day_tokens: int = 2_000_000
