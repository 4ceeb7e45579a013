"""Facts about what watches or bounds a whole account. As a rule the organisation above registers it, not a municipality's stack.

Each kind is one fact for a stack, whatever number of resources it is folded from. Nothing of the kind in a stack is no fact: the stack
cannot show what was set elsewhere.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import SUBSET_IS_SAFER
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class Oversight(Fact):
    """What the kinds below have in common. No extractor says this one itself."""

    COMPARED: ClassVar[bool] = False
    """It is the account's, not the workload's: of two stacks that both register it, the weaker one is named."""

    lacks: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """What the kind demands and this leaves out, in the words of the kind; `switched-on` where it is registered and off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreatDetection(Oversight):
    """The cloud looks for attacks. Lacks: `machines`, `containers`, `object-stores`, `databases`, `keys`, `control-plane` (what is
    not looked at, as far as the cloud has a switch for it), `findings-routed`, and `activity`, `configuration`, `threat` (recipes).
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class MalwareProtection(Oversight):
    """What is stored is scanned for malware. Lacks: `machines`, `uploads`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VulnerabilityScanning(Oversight):
    """Machines and images are scanned for known vulnerabilities. Lacks: `machines`, `images`, `functions`, `targets` (a recipe alone
    scans nothing).
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Inventory(Oversight):
    """Every resource's configuration is recorded. Lacks: `all-types`, `global-types`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostureMonitoring(Oversight):
    """The whole account is held against a standard all the time. Lacks: `standards`, `deployment`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Guardrails(Oversight):
    """What weakens the baseline is refused above the account. Lacks: `attached`, or the names of the refusals that are missing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentContacts(Oversight):
    """The provider knows whom to tell. Lacks: `security-contact`, `address`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondFactor(Oversight):
    """Every person signs in with a second factor. Lacks: `everyone` (it is demanded of some only)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordPolicy(Oversight):
    """Local passwords are at least 14 characters long, and none of the last 24 is taken again (proposals of this baseline). Lacks:
    `length`, `history`.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessReview(Oversight):
    """Who may do what is analysed all the time. Lacks: `unused-access`, `recommender`, `policy-analyzer`, `configuration`."""


OVERSIGHT: frozenset[type[Oversight]] = frozenset(
    {
        AccessReview,
        Guardrails,
        IncidentContacts,
        Inventory,
        MalwareProtection,
        PasswordPolicy,
        PostureMonitoring,
        SecondFactor,
        ThreatDetection,
        VulnerabilityScanning,
    }
)
"""Every kind."""
