"""What can go wrong, and what to do next.

AssistantError
├── BadInput        the user must change something: a file, a schema, an argument (exit 2)
│   ├── NotAllowed  who is signed in may not do it, or nobody is (exit 2, 403 on the web)
│   ├── NotFound    a case, model or file that is not there
│   └── Unexplained a decision against draft or policy that does not say why
├── NotReady        a part is missing or still loading: weights, model, index (exit 2)
├── Stopped         somebody pressed Ctrl-C, and what was done so far stays (exit 130)
└── GateFailed      a check or gate did not hold (exit 1)

Every message is one line: what is wrong, which one, what to do next.
"""

__all__ = ["AssistantError", "BadInput", "GateFailed", "NotAllowed", "NotFound", "NotReady", "Stopped", "Unexplained"]


class AssistantError(Exception):
    """The base of every error that a user may see without a traceback."""

    exit_code = 2


class BadInput(AssistantError):
    """The user must change something; nothing was done."""


class NotAllowed(BadInput):
    """Nobody is signed in, or the role of who is does not allow it."""


class NotFound(BadInput):
    """The thing named is not there."""


class Unexplained(BadInput):
    """A decision goes another way than draft or policy and does not say why."""


class NotReady(AssistantError):
    """A part that is needed is not installed, trained or loaded."""


class Stopped(AssistantError):
    """A person stopped what was going on, which can go on later. Progress callbacks raise it, never the work itself."""

    exit_code = 130


class GateFailed(AssistantError):
    """A check or a gate did not hold."""

    exit_code = 1
