"""What changes when a stack moves to another cloud, known before anything is deployed: settings, promises, secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from operations.promises import Capabilities, Declaration
from operations.swap.losses import Loss
from operations.swap.refusal import Refusal
from operations.wording import say
from stacks.settings import Cloud, Language, Problem, Settings, SettingsError, parse
from stacks.settings.certificates import CERTIFICATE_KEYS
from stacks.settings.landing import LANDING_KEYS

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`settings`: of the stack as it serves. `losses`: what the target refuses or keeps in another way; each blocks until it is
    cured or decided. `gains`: promises that only the target keeps literally. `secrets`: configuration keys to be set anew,
    since a secret is never carried from one key service to another. `certificate`: the setting that names the target's, and what it
    names; None where the target brings its own and answers for no other name. `host_names`: those that the target's entry answers for beside its
    own; none where it answers for any.
    """

    settings: Settings
    target: Cloud
    losses: tuple[Loss, ...]
    gains: tuple[str, ...]
    secrets: tuple[str, ...]
    certificate: tuple[str, str | None] | None
    host_names: tuple[str, ...]


def compare(
    values: Mapping[str, object],
    target: Cloud,
    capabilities: Capabilities,
    language: Language,
    *,
    network_cidr: str | None = None,
) -> Comparison:
    """Compare the stack of these settings with itself on the target. `network_cidr`: the range of the target's side, where it is stated.

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
    losses = _refused(values, target, language, network_cidr)
    losses += [_weaker(promise, there[promise]) for promise in sorted(there) if _worse(here, there, promise)]
    losses.append(Loss(kind="file-linkage", name=settings.stack))
    certificate = _certificate(settings, target)
    if certificate is None:
        losses.append(Loss(kind="host-names", name=settings.stack))
    return Comparison(
        settings=settings,
        target=target,
        losses=tuple(losses),
        gains=tuple(sorted(here.keys() - there.keys())),
        secrets=tuple(
            sorted(key for key, value in values.items() if isinstance(value, Mapping) and set(value) == {"secure"})
        ),
        certificate=certificate,
        host_names=(settings.azure_host_names or ()) if target is Cloud.AZURE else (),
    )


def _certificate(settings: Settings, target: Cloud) -> tuple[str, str | None] | None:
    key = CERTIFICATE_KEYS[target]
    named: str | None = getattr(settings, key)
    return None if named is None and key not in LANDING_KEYS[target] else (key, named)


def _refused(values: Mapping[str, object], target: Cloud, language: Language, network_cidr: str | None) -> list[Loss]:
    """What the same settings lack or hold that the target refuses. A move that has begun is no obstacle to itself."""
    steady = {key: value for key, value in values.items() if not key.startswith("swap_")}
    problems = _problems({**steady, "cloud": str(target)}, language)
    if network_cidr is not None:
        sealed = values.get("swap_database_password", values.get("database_password"))
        begun = {"swap_stage": "prepare", "swap_cloud": str(target), "swap_network_cidr": network_cidr}
        found = _problems({**steady, **begun, "swap_database_password": sealed}, language)
        # `swap_cloud` says again what the target lacks.
        known = {one.key for one in problems} | {"machikumo:swap_cloud"}
        problems += [one for one in found if one.key not in known]
    return [Loss(kind="setting-refused", name=one.key, detail=one.read(language)) for one in problems]


def _problems(values: Mapping[str, object], language: Language) -> list[Problem]:
    try:
        parse(values, language=language)
    except SettingsError as error:
        return list(error.problems)
    return []


def _worse(here: Mapping[str, Declaration], there: Mapping[str, Declaration], promise: str) -> bool:
    """A promise that the target does not keep literally, where the source does, or by another substitute than was agreed to."""
    return promise not in here or here[promise].substitute not in (None, there[promise].substitute)


def _weaker(promise: str, there: Declaration) -> Loss:
    if there.substitute is None:
        return Loss(kind="promise-not-kept", name=promise, detail=there.reason)
    return Loss(kind="promise-by-substitute", name=promise, detail=f"{there.reason} → {there.substitute}")
