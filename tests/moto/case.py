"""One request, and what has to be there before it: plain data that both sides can play."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from tests.moto.verdict import Verdict

IT: Final = "it"
"""The name of the object that a case is about."""


@dataclass(frozen=True)
class Step:
    """Make `name` of type `token`; inputs are Pulumi's, and `{other.arn}` in any string is an output made before."""

    token: str
    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """`before` is accepted by all; then `act` on `subject` is judged. `aws` is what the vendor's documentation says."""

    title: str
    aws: Verdict
    act: Literal["create", "change", "delete"]
    subject: Step
    before: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One resource type: inputs that are `sound` once what is in `before` is there, and its cases."""

    token: str
    sound: Mapping[str, Any]
    before: tuple[Step, ...] = ()

    def _step(self, changes: Mapping[str, Any], name: str = IT) -> Step:
        given = {**self.sound, **changes}
        return Step(self.token, name, {key: value for key, value in given.items() if value is not None})

    def create(
        self, title: str, aws: Verdict = Verdict.ACCEPTED, /, *, before: tuple[Step, ...] = (), **changes: Any
    ) -> Case:
        """Make one; a change of None leaves the input out."""
        return Case(title, aws, "create", self._step(changes), (*self.before, *before))

    def second(
        self, title: str, aws: Verdict = Verdict.ACCEPTED, /, *, before: tuple[Step, ...] = (), **changes: Any
    ) -> Case:
        """Make one beside a sound one, which is called `first`."""
        return self.create(title, aws, before=(*before, self._step({}, "first")), **changes)

    def change(
        self, title: str, aws: Verdict = Verdict.ACCEPTED, /, *, after: tuple[Step, ...] = (), **changes: Any
    ) -> Case:
        """Change a sound one in place."""
        return Case(title, aws, "change", self._step(changes), (*self.before, self._step({}), *after))

    def delete(
        self, title: str, aws: Verdict = Verdict.ACCEPTED, /, *, after: tuple[Step, ...] = (), **changes: Any
    ) -> Case:
        """Delete one that was made with these changes, with whatever came `after` it."""
        made = self._step(changes)
        return Case(title, aws, "delete", made, (*self.before, made, *after))

    def step(self, name: str, /, **changes: Any) -> Step:
        """A sound one, for another type's cases."""
        return replace(self._step(changes), name=name)
