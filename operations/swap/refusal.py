"""What ends a step with one message for the person who gave the command."""

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818 - what is said, not what broke
    """The step did not do what was asked; `str()` says why and what to do, in the terminal's language."""
