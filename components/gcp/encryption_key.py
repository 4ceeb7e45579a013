"""Cloud Key Management Service key, with a grant for the service agent of every service that may use it."""

from collections.abc import Iterator, Mapping

import pulumi
from pulumi_gcp import kms, logging, projects, storage

from components import encryption_key as contract
from components.encryption_key import EncryptionKeyArgs, KeyUser
from components.gcp._bucket import SECONDS_A_DAY
from components.gcp._landing import GcpLanding

__all__ = ["EncryptionKey"]

# Service agents that exist only once they are asked for: API and domain of the agent's address. Cloud Run keeps its own copy of
# an image. https://cloud.google.com/iam/docs/service-agents
_AGENTS: Mapping[KeyUser, tuple[tuple[str, str, str], ...]] = {
    KeyUser.DATABASE: (("database", "sqladmin.googleapis.com", "gcp-sa-cloud-sql"),),
    KeyUser.SECRETS: (("secrets", "secretmanager.googleapis.com", "gcp-sa-secretmanager"),),
    KeyUser.IMAGES: (
        ("images", "artifactregistry.googleapis.com", "gcp-sa-artifactregistry"),
        ("running-images", "run.googleapis.com", "serverless-robot-prod"),
    ),
}


class EncryptionKey(contract.EncryptionKey):
    """Rotates by itself; a destroyed version can be restored for 30 days.

    Key rings can't be deleted and a key's name can't be used again, so both have random endings, and destroying the stack only
    schedules the versions for destruction. https://cloud.google.com/kms/docs/destroy-restore
    """

    def __init__(
        self, name: str, args: EncryptionKeyArgs, landing: GcpLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:gcp:EncryptionKey", name, landing, opts)
        self._project, self._number = landing.project_id, landing.project_number
        ring = kms.KeyRing(f"{name}-ring", location=landing.region, opts=self.child(stateful=True))
        key = kms.CryptoKey(
            f"{name}-key",
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            version_template={"algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protection_level": "HSM"},
            rotation_period=f"{args.rotation_days * SECONDS_A_DAY}s",
            destroy_scheduled_duration=f"{30 * SECONDS_A_DAY}s",
            labels=landing.tags,
            # Another protection level would be another key, without what the first one encrypted: a key keeps the one it was made with.
            opts=self.child(stateful=True, ignore_changes=["versionTemplate"]),
        )
        for user in sorted(args.users):
            for what, member, agents in self._members(user):
                kms.CryptoKeyIAMMember(
                    f"{name}-{what}-grant",
                    crypto_key_id=key.id,
                    role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
                    member=member,
                    opts=self.child(depends_on=agents),
                )
        self.key_id = key.id
        self.register_outputs({"key_id": self.key_id, "rotation_days": args.rotation_days})

    def _members(self, user: KeyUser) -> Iterator[tuple[str, pulumi.Input[str], list[pulumi.Resource]]]:
        """Each agent of the user: what it is for, who it is, and what has to be there before it can be granted anything."""
        reading = pulumi.InvokeOutputOptions(parent=self)
        # These two are made by the very call that asks who they are.
        if user is KeyUser.STORAGE:
            agent = storage.get_project_service_account_output(project=self._project, opts=reading)
            yield user, agent.member, []
        elif user is KeyUser.LOGS:
            settings = logging.get_project_cmek_settings_output(project=self._project, opts=reading)
            yield user, pulumi.Output.concat("serviceAccount:", settings.service_account_id), []
        for what, service, domain in _AGENTS.get(user, ()):
            identity = projects.ServiceIdentity(
                f"{self.role}-{what}-agent", project=self._project, service=service, opts=self.child()
            )
            member = f"serviceAccount:service-{self._number}@{domain}.iam.gserviceaccount.com"
            yield what, member, [identity]
