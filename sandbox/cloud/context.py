"""What a row's functions may see: the request, the place it goes to, and the other objects of the cloud."""

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from sandbox.cloud.value import guarded, known, reveal

Operation = Literal["check", "create", "update", "delete", "read", "invoke"]


class Refused(Exception):  # noqa: N818  the cloud's answer, not a fault of the sandbox
    """The cloud says no; the text is what the user reads."""


@dataclass(frozen=True, kw_only=True)
class Object:
    """One object as the cloud holds it, secrets unwrapped. `hidden` never shows in outputs (a store's `objects`)."""

    token: str
    id: str
    scope: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    hidden: Mapping[str, Any]

    def get(self, name: str, otherwise: Any = None) -> Any:
        """The output `name`, else the input of that name, else `otherwise`."""
        return self.outputs.get(name, self.inputs.get(name, otherwise))


class World(Protocol):
    """The other objects, read only."""

    def find(self, handle: str, *tokens: str) -> Object | None:
        """The object of one of `tokens` whose id, or one of whose `known_as` outputs, is `handle`."""
        ...

    def objects(self, *tokens: str) -> list[Object]:
        """Every object of these tokens, oldest first."""
        ...


@dataclass(frozen=True, kw_only=True)
class Context(Mapping[str, Any]):
    """A mapping of every name a template may use, and the parts it is made of.

    `inputs` are as asked for; reading one that is unknown at preview leaves the function. `stored` is the object as it
    is now (None on create). `seed` is drawn at creation and kept, so `hex`, `digits` and `uuid` never change afterwards.
    """

    token: str
    urn: str
    operation: Operation
    place: Mapping[str, str]
    inputs: Mapping[str, Any]
    world: World
    seed: str = ""
    id: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    stored: Object | None = None

    @property
    def urn_name(self) -> str:
        """The resource's logical name."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def writing(self) -> bool:
        """Whether the object is being made or changed."""
        return self.operation in ("create", "update")

    def hex(self, length: int, what: str = "") -> str:
        """`length` hexadecimal digits, the same at every call for this object and this `what`."""
        digest = hashlib.shake_256(f"{self.seed}/{self.token}/{what}".encode()).hexdigest((length + 1) // 2)
        return digest[:length]

    def digits(self, length: int, what: str = "") -> str:
        """`length` decimal digits, the first not zero."""
        return str(10 ** (length - 1) + int(self.hex(32, what), 16) % (9 * 10 ** (length - 1)))

    def uuid(self, what: str = "") -> str:
        """A version 4 UUID."""
        return str(uuid.UUID(hex=self.hex(32, what), version=4))

    def with_id(self, id_: str) -> "Context":
        """The same once the id is known."""
        return replace(self, id=id_)

    def with_outputs(self, outputs: Mapping[str, Any]) -> "Context":
        """The same with the outputs made so far."""
        return replace(self, outputs=guarded(reveal(outputs)))

    def find(self, handle: str, *tokens: str) -> Object | None:
        """See `World.find`."""
        return self.world.find(handle, *tokens)

    def objects(self, *tokens: str) -> list[Object]:
        """See `World.objects`."""
        return self.world.objects(*tokens)

    def __getitem__(self, name: str) -> Any:
        if name == "id" and self.id:
            return self.id
        for layer in (self.outputs, self.inputs, self.place):
            if name in layer:
                return known(layer[name])
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter({**self.place, **dict.fromkeys(self.inputs), **dict.fromkeys(self.outputs)})

    def __len__(self) -> int:
        return len(list(iter(self)))
