"""The neutral vocabulary: what a resource of any cloud is, in words that no cloud owns.

An extractor (``policies/facts/<cloud>.py``) reads registered resources and yields these facts; a rule (``policies/rules``) reads
nothing else; parity (``policies/parity.py``) compares them between clouds, field by field, by the direction that each field has
(``direction.py``). So no compared field holds a cloud's own spelling.
"""

from policies.facts.vocabulary.access import Flow, Identity, LoadBalancer, Network, PublicAddress, Reach, Service
from policies.facts.vocabulary.alarm import ChangeAlarm, HealthAlarm
from policies.facts.vocabulary.compute import Cluster, Machine
from policies.facts.vocabulary.data import Cache, Database, ImageRegistry, Key, LogArchive, ObjectStore, Secret
from policies.facts.vocabulary.fact import NOT_OFFERED, UNKNOWN, Fact, Maybe, Undecided, Unknown, Unoffered, known
from policies.facts.vocabulary.governance import Classified, Located, StateFile, Tagged
from policies.facts.vocabulary.held import FileShare, Queue, Volume
from policies.facts.vocabulary.keeping import BackupCopy, BackupVault, SecretRenewal
from policies.facts.vocabulary.landing import LandingUnit
from policies.facts.vocabulary.oversight import (
    OVERSIGHT,
    AccessReview,
    Guardrails,
    IncidentContacts,
    Inventory,
    MalwareProtection,
    Oversight,
    PasswordPolicy,
    PostureMonitoring,
    SecondFactor,
    ThreatDetection,
    VulnerabilityScanning,
)
from policies.facts.vocabulary.rights import AccessGrant, PlainCredential, StaticCredential
from policies.facts.vocabulary.words import (
    ACTIONS,
    ANYONE,
    ANYWHERE,
    CHANGES,
    CREDENTIALS,
    DATA_RIGHTS,
    ENVIRONMENTS,
    ESCALATIONS,
    HEALTH_CHECKS,
    LOG_KINDS,
    NETWORK,
    PRIVATE_SERVICES,
    PURPOSES,
    SERVICES,
    TIERS,
    USERS,
)

__all__ = [
    "ACTIONS",
    "ANYONE",
    "ANYWHERE",
    "CHANGES",
    "CREDENTIALS",
    "DATA_RIGHTS",
    "ENVIRONMENTS",
    "ESCALATIONS",
    "HEALTH_CHECKS",
    "LOG_KINDS",
    "NETWORK",
    "NOT_OFFERED",
    "OVERSIGHT",
    "PRIVATE_SERVICES",
    "PURPOSES",
    "SERVICES",
    "TIERS",
    "UNKNOWN",
    "USERS",
    "AccessGrant",
    "AccessReview",
    "BackupCopy",
    "BackupVault",
    "Cache",
    "ChangeAlarm",
    "Classified",
    "Cluster",
    "Database",
    "Fact",
    "FileShare",
    "Flow",
    "Guardrails",
    "HealthAlarm",
    "Identity",
    "ImageRegistry",
    "IncidentContacts",
    "Inventory",
    "Key",
    "LandingUnit",
    "LoadBalancer",
    "Located",
    "LogArchive",
    "Machine",
    "MalwareProtection",
    "Maybe",
    "Network",
    "ObjectStore",
    "Oversight",
    "PasswordPolicy",
    "PlainCredential",
    "PostureMonitoring",
    "PublicAddress",
    "Queue",
    "Reach",
    "SecondFactor",
    "Secret",
    "SecretRenewal",
    "Service",
    "StateFile",
    "StaticCredential",
    "Tagged",
    "ThreatDetection",
    "Undecided",
    "Unknown",
    "Unoffered",
    "Volume",
    "VulnerabilityScanning",
    "known",
]
