"""What changes when a stack moves to another cloud, known before anything is deployed: settings, promises, secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from operations.promises import Capabilities, Declaration
from operations.swap.losses import Loss
from operations.swap.refusal import Refusal
from operations.wording import say
from stacks.settings import Cloud, Language, Settings, SettingsError, parse

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`settings`: of the stack as it serves. `losses`: what the target refuses or keeps in another way; each blocks until it is
    cured or decided. `gains`: promises that only the target keeps literally. `secrets`: configuration keys to be set anew,
    since a secret is never carried from one key service to another.
    """

    settings: Settings
    target: Cloud
    losses: tuple[Loss, ...]
    gains: tuple[str, ...]
    secrets: tuple[str, ...]


def compare(values: Mapping[str, object], target: Cloud, capabilities: Capabilities, language: Language) -> Comparison:
    """Compare the stack of these settings with itself on the target.

    Raises SettingsError when the settings are refused as they are, Refusal when the target is the cloud that serves.
    """
    settings = parse(values, language=language)
    if settings.cloud == target:
        raise Refusal(
            say(
                f"--to {target}: the stack is there already; name the cloud it moves to",
                f"--to {target}: スタックはすでにそこにあります。移行先のクラウドを指定してください",
            )
        )
    here, there = (capabilities.not_offered.get(cloud, {}) for cloud in (settings.cloud, target))
    losses = [*_refused(values, target, language)]
    losses += [_weaker(promise, there[promise]) for promise in sorted(there) if _worse(here, there, promise)]
    return Comparison(
        settings=settings,
        target=target,
        losses=tuple(losses),
        gains=tuple(sorted(here.keys() - there.keys())),
        secrets=tuple(
            sorted(key for key, value in values.items() if isinstance(value, Mapping) and set(value) == {"secure"})
        ),
    )


def _refused(values: Mapping[str, object], target: Cloud, language: Language) -> list[Loss]:
    """What the same settings lack or hold that the target refuses. A move that has begun is no obstacle to itself."""
    steady = {key: value for key, value in values.items() if not key.startswith("swap_")}
    try:
        parse({**steady, "cloud": str(target)}, language=language)
    except SettingsError as error:
        return [Loss(kind="setting-refused", name=one.key, detail=one.read(language)) for one in error.problems]
    return []


def _worse(here: Mapping[str, Declaration], there: Mapping[str, Declaration], promise: str) -> bool:
    """A promise that the target does not keep literally, where the source does, or by another substitute than was agreed to."""
    return promise not in here or here[promise].substitute not in (None, there[promise].substitute)


def _weaker(promise: str, there: Declaration) -> Loss:
    if there.substitute is None:
        return Loss(kind="promise-not-kept", name=promise, detail=there.reason)
    return Loss(kind="promise-by-substitute", name=promise, detail=f"{there.reason} → {there.substitute}")
