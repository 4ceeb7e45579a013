"""What the real providers do by themselves when a cloud fails for a while, and in which words they give up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Patience:
    """`attempts` at one request (the sandbox does not wait between them); `settles` globs the tokens whose late effect the
    provider waits out; `words` by kind of fault; `source` where the numbers come from.
    """

    attempts: int
    settles: str
    source: str
    words: Mapping[str, str]


PATIENCE: Final[Mapping[str, Patience]] = {
    "aws": Patience(
        attempts=25,
        settles="aws:iam/*",
        source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs#max_retries-1",
        words={
            "throttled": "api error ThrottlingException: Rate exceeded",
            "unavailable": "StatusCode: 503, api error ServiceUnavailable: the service is unavailable",
            "quota": "api error LimitExceededException: the account's limit for this resource is reached",
            "unready": "timeout while waiting for state to become 'available'",
        },
    ),
    "azure-native": Patience(
        attempts=4,  # one and three retries
        settles="",  # role assignments are not waited for
        source="https://learn.microsoft.com/azure/developer/go/sdk/http-pipeline",
        words={
            "throttled": 'Status=429 Code="TooManyRequests" Message="The request is being throttled."',
            "unavailable": 'Status=503 Code="ServiceUnavailable" Message="The service is unavailable."',
            "quota": 'Status=409 Code="QuotaExceeded" Message="Operation could not be completed as it exceeds the quota."',
            "unready": "resource partially created but read failed: provisioningState is 'Creating'",
        },
    ),
    "gcp": Patience(
        # The provider retries until the operation's time is up, 20 minutes for most, every 10 s at the end; the number is ours.
        attempts=120,
        settles="",
        source="https://cloud.google.com/storage/docs/retry-strategy",
        words={
            "throttled": "googleapi: Error 429: Quota exceeded for quota metric 'Requests per minute', rateLimitExceeded",
            "unavailable": "googleapi: Error 503: The service is currently unavailable., backendError",
            "quota": "googleapi: Error 403: Quota exceeded for this resource in this project, quotaExceeded",
            "unready": "Error waiting for the operation: timeout while waiting for state to become 'DONE'",
        },
    ),
    "oci": Patience(
        attempts=10,  # one and nine retries, within ten minutes
        settles="oci:Identity/*",
        source="https://docs.oracle.com/en-us/iaas/Content/dev/terraform/troubleshooting.htm",
        words={
            "throttled": "Error returned by the service. Http Status Code: 429. Error Code: TooManyRequests",
            "unavailable": "Error returned by the service. Http Status Code: 503. Error Code: ServiceUnavailable",
            "quota": "Error returned by the service. Http Status Code: 400. Error Code: LimitExceeded",
            "unready": "work request did not succeed: timeout while waiting for state to become 'ACTIVE'",
        },
    ),
}
"""By package. OCI's page says at most nine retries; the attempts of the others are working knowledge, unverified. The wait for identities: AWS https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency,
OCI's SDK (retries after a change of an identity; working knowledge, unverified)."""
