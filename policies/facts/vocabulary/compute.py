"""Facts about machines and clusters: what runs, beside the workload's container service."""

from dataclasses import dataclass, field

from policies.facts.vocabulary.direction import FALSE_IS_SAFER, TRUE_IS_SAFER, undirected
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine(Fact):
    """A virtual machine, or a template or scale set that makes machines. Its disks are a `Volume`."""

    EXTRA_IS = "neither"

    public: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """It gets a public address, asked for or because its subnet gives one to whoever does not refuse."""
    metadata_guarded: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Its metadata service answers only requests with a session token or a header of its own, which a forged request does not carry,
    and no further than a container on the machine; or it is off."""
    verified_boot: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """The firmware starts signed software only, and measures it into a virtual TPM."""
    password_login: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """Its registration, or a script in it, admits a login by password. False for Windows, which knows no other: there
    `brokered_login` counts alone."""
    brokered_login: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Administrators come in by the cloud's own broker (session manager, bastion, login by cloud identity), which asks who they are and
    records it, and by no key laid down in the machine. A bastion counts where it is open to named networks only and a session
    ends within three hours, as far as the cloud lets one say that."""
    patched: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """The cloud applies updates of the operating system on a schedule, without anybody's doing."""
    time_from_provider: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """No script in its registration names a time server other than the cloud's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster(Fact):
    """A managed Kubernetes cluster: its control plane."""

    EXTRA_IS = "neither"

    api_public: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """The API answers on a public address, to any address."""
    cloud_identity_only: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Whoever comes in is known to the cloud's identity service; no account, certificate or map of the cluster's own admits anybody."""
    secrets_customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Kubernetes secrets are encrypted, beside the disks, with a key the customer manages."""
    images_admitted: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """An admission policy of the cloud decides which images may run."""
    version: Maybe[str] = field(
        default=UNKNOWN, compare=False, metadata=undirected("spelled and numbered by the cloud")
    )
    """Kubernetes version as written; "" where the cloud chooses it."""
    version_supported: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """It was in the cloud's standard support on the day of the table (policies/facts/supported.toml)."""
