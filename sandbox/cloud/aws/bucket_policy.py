"""What Amazon S3 asks of a bucket policy beyond its grammar.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
"""

import re
from typing import Final

from sandbox.cloud.aws.documents import listed, statements
from sandbox.cloud.aws.evaluation import by_caller, denied, public
from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import Guard

POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_ON_OBJECTS: Final = re.compile(
    r"(Get|Put|Delete|Restore|UpdateEncryptionOf)Object.*|Replicate(Object|Delete|Tags)|AbortMultipartUpload"
    r"|ListMultipartUploadParts|BypassGovernanceRetention|ObjectOwnerOverrideToBucketOwner|UpdateObjectEncryption"
)


def _levels(action: str) -> set[str]:
    """Whether an action is of objects, of the bucket, or (by its wildcard) maybe of both."""
    name = action.partition(":")[2] or action
    if _ON_OBJECTS.fullmatch(name):
        return {"object"}
    return {"object", "bucket"} if "*" in name or "?" in name else {"bucket"}


def _level(resource: str) -> set[str]:
    name = resource.rpartition(":::")[2]
    if "/" in name:
        return {"object"}
    return {"object", "bucket"} if name.endswith("*") else {"bucket"}


def resources_fit(context: Context) -> str | None:
    """Every resource is the bucket or in it, and every action is one of the resources' own."""
    if not context.writing:
        return None
    bucket = f"arn:{context.place['partition']}:s3:::{context['bucket']}"
    for statement in statements(context["policy"]):
        resources = [str(one) for one in listed(statement.get("Resource", statement.get("NotResource")))]
        foreign = [one for one in resources if not re.fullmatch(rf"{re.escape(bucket)}(\*|/.+)?", one)]
        if foreign:
            return f"MalformedPolicy: Policy has invalid resource ({foreign[0]} is not {bucket})"
        found = set().union(*(_level(one) for one in resources))
        idle = [one for one in listed(statement.get("Action", [])) if not _levels(str(one)) & found]
        if idle:
            return f"MalformedPolicy: Action does not apply to any resource(s) in statement ({idle[0]})"
    return None


def not_public(context: Context) -> str | None:
    """A new bucket blocks public policies until it is told otherwise.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
    """
    if not context.writing or not public(context["policy"]):
        return None
    blocks = [
        o.get("blockPublicPolicy") for o in context.objects(PUBLIC_ACCESS) if o.get("bucket") == context["bucket"]
    ]
    if all(blocks):
        return "AccessDenied: public policies are prevented by the BlockPublicPolicy setting in Block Public Access"
    return None


def still_readable(context: Context) -> str | None:
    """The provider reads the policy back; one that denies its caller that is there and can't be read."""
    arn = f"arn:{context.place['partition']}:s3:::{context['bucket']}"
    if context.writing and denied(context["policy"], by_caller(context, "s3:GetBucketPolicy", arn)):
        return f"AccessDenied: GetBucketPolicy on {context['bucket']}: explicit deny in a resource-based policy"
    return None


def permitted(action: str) -> Guard:
    """The bucket's own policy does not deny the caller this action."""

    def guard(context: Context) -> str | None:
        arn = f"arn:{context.place['partition']}:s3:::{context['bucket']}"
        for policy in context.objects(POLICY) if context.writing else ():
            if policy.get("bucket") == context["bucket"] and denied(
                policy.get("policy"), by_caller(context, action, arn)
            ):
                return f"AccessDenied: {action} on {context['bucket']}: explicit deny in a resource-based policy"
        return None

    return guard
