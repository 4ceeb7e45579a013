"""The closed word lists that facts use instead of a cloud's own names."""

from collections.abc import Mapping
from types import MappingProxyType

TIERS = frozenset({"entry", "application", "data"})
"""The tiers of a network: where requests arrive, where the workload runs, where data is held."""

SERVICES = "services"
"""An end of a flow: the private endpoints (or the cloud's equivalent) of the cloud's own services."""

HEALTH_CHECKS = "health-checks"
"""An end of a flow: the cloud's own health prober, where it comes from addresses outside the network."""

NETWORK = "network"
"""An end of a flow: the whole private address space of the stack's network, tiers not told apart."""

ANYWHERE = "anywhere"
"""An end of a flow: 0.0.0.0/0 or ::/0, or the cloud's word for every address (`*`, `Internet`)."""

ANYONE = "anyone"
"""A reader or user: every principal, or every principal of the cloud."""

PRIVATE_SERVICES = frozenset({"storage", "keys", "secrets", "logs", "images"})
"""The cloud's services that a workload reaches without leaving the private network."""

LOG_KINDS = frozenset({"audit", "flow", "access", "database", "application"})
"""audit: who did what with the cloud's control plane. flow: network flows. access: who read or wrote which object of a store, or
called the load balancer. database: the database engine's own log. application: what the workload's containers write."""

PURPOSES = frozenset({"records", "archive", "delivery", "access-log", "evidence", "state"})
"""records: the workload's data. archive: logs, for the retention asked. delivery: logs on their way, where the cloud cannot write
them into the archive itself; only said where everything in the store is verifiably copied to an archive (replication rule).
access-log: who read or wrote an archive, where no store can record that into itself; only said where nothing else is in the store.
evidence: what an investigation set aside; only said where the store's tag `purpose` says so.
state: what the engine knows of its stacks; only said where the store's tag `purpose` says so."""

ACTIONS = frozenset(
    {
        "read-objects",
        "write-objects",
        "delete-objects",
        "use-key",
        "administer-key",
        "read-secret",
        "write-secret",
        "connect-database",
        "write-logs",
        "read-logs",
        "pull-images",
        "push-images",
        "write-metrics",
        "administer",
        "other",
    }
)
"""What an identity may do. Reading includes listing. `administer`: changes resources or rights. `other`: none of these."""

DATA_RIGHTS = frozenset(
    {
        "read-objects",
        "write-objects",
        "delete-objects",
        "use-key",
        "read-secret",
        "write-secret",
        "connect-database",
    }
)
"""Those of `ACTIONS` that are about what is held, not about how it is run."""

USERS = frozenset(
    {"storage", "database", "secrets", "logs", "images", "application", "volumes", "file-shares", "queues", "clusters"}
)
"""Who may use a key, by kind of service: the cloud's own services (`logs` is the log service with flow logs and the audit trail)
and `application`, the workload's identity. An identity outside the stack is named by itself."""

CHANGES = frozenset({"root-use", "identity", "keys", "audit-log", "network", "guardrails"})
"""What an account's alarms tell of. root-use: what the account's owner does, or who signs in beside the identity service. identity: policies,
roles, groups and assignments. keys: their deletion. audit-log: trails and where they are delivered. network: filters. guardrails: what
the organisation enforces, or problems that its posture service finds."""

CREDENTIALS = frozenset({"password", "key", "token"})
"""password: what a person or program signs in with. key: a private or access key. token: what stands for either."""

ENVIRONMENTS: Mapping[str, bool] = MappingProxyType(
    {
        **dict.fromkeys(("production", "prod", "prd", "本番"), True),
        **dict.fromkeys(("verification", "staging", "stage", "stg", "test", "検証", "試験"), False),
        **dict.fromkeys(("development", "dev", "training", "開発", "研修"), False),
    }
)
"""What people call an environment, in lower case, and whether it is production."""

ESCALATIONS = frozenset(
    {"grant-rights", "issue-credentials", "act-as", "change-trust", "run-as", "join-group", "lift-limits"}
)
"""Known ways to more rights than those given. grant-rights: write policies, roles, assignments or bindings of an account. issue-credentials:
make keys or passwords for others. act-as: sign or ask tokens as identities that are not named, or enter machines that run as them.
change-trust: decide who may become an identity. run-as: start code as an identity that is not named (both rights together).
join-group: add members to groups. lift-limits: remove the bounds that are set on rights."""
