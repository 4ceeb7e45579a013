"""What AWS policies give to others than the stack's roles: users, groups, attachments elsewhere, and resources' own policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.aws.grants import data_rights, ways, wildcard
from policies.facts.aws.holders import GROUP, POLICY, USER, bounded, documents, loose, with_groups
from policies.facts.aws.policy_document import Document, admits_anyone
from policies.facts.reading import document, is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, AccessGrant, Fact, Maybe

_PERMISSION = "aws:lambda/permission:Permission"
_URL = "aws:lambda/functionUrl:FunctionUrl"
_LAYER = "aws:lambda/layerVersionPermission:LayerVersionPermission"
_EVENTS = "aws:cloudwatch/eventPermission:EventPermission"
# Type to the property that holds its policy. An endpoint's own policy is not among them: it opens nothing by itself.
_OWN_POLICY = {
    "aws:backup/vaultPolicy:VaultPolicy": "policy",
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
    "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": "accessPolicy",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "policyDocument",
    "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
    "aws:ecr/registryPolicy:RegistryPolicy": "policy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy": "policy",
    "aws:glue/resourcePolicy:ResourcePolicy": "policy",
    "aws:kinesis/resourcePolicy:ResourcePolicy": "policy",
    "aws:opensearch/domainPolicy:DomainPolicy": "accessPolicies",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
}
KNOWN = frozenset({_PERMISSION, _URL, _LAYER, _EVENTS, *_OWN_POLICY})


def facts(world: World) -> Iterator[Fact]:
    for user in world.of(USER):
        # What a group gives is told at the group.
        own = data_rights(world, documents(world, user))
        yield _held(world, user, with_groups(world, user), own)
    for group in world.of(GROUP):
        given = documents(world, group)
        yield _held(world, group, given, data_rights(world, given))
    for policy in world.of(POLICY):
        found = document(policy, "policy")
        yield _held(world, policy, () if found is None else (found,), frozenset())
    for resource, given in loose(world):
        yield _held(world, resource, given, data_rights(world, given))
    for token, path in _OWN_POLICY.items():
        for resource in world.of(token):
            found = document(resource, path)
            yield _trust(resource, UNKNOWN if found is None else when(found, admits_anyone))
    for resource in world.of(_PERMISSION):
        yield _trust(resource, _invoked(resource))
    for resource in world.of(_URL):  # https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
        yield _trust(resource, when(text(resource, "authorizationType"), lambda kind: kind == "NONE"))
    for token in (_LAYER, _EVENTS):
        for resource in world.of(token):
            named = some(*(is_set(resource, path) for path in ("organizationId", "condition")))
            yield _trust(resource, every(when(text(resource, "principal"), _is_all), no(named)))


def _held(
    world: World, resource: Resource, policies: tuple[Maybe[Document], ...], rights: Maybe[frozenset[str]]
) -> AccessGrant:
    return AccessGrant(
        urn=resource.urn,
        role=resource.role,
        wildcard=every(wildcard(world, policies), no(bounded(world, resource))),
        open_to_anyone=False,
        escalations=ways(world, policies),
        data_rights=rights,
    )


def _trust(resource: Resource, anyone: Maybe[bool]) -> AccessGrant:
    """A resource's own policy gives rights on that resource alone."""
    return AccessGrant(
        urn=resource.urn,
        role=resource.role,
        wildcard=False,
        open_to_anyone=anyone,
        escalations=frozenset(),
        data_rights=frozenset(),
    )


def _invoked(permission: Resource) -> Maybe[bool]:
    """Everyone, or a service of the cloud whoever asked it to.

    https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
    """
    named = some(*(is_set(permission, path) for path in ("sourceArn", "sourceAccount", "principalOrgId")))
    wide = when(text(permission, "principal"), lambda who: who == "*" or who.endswith(".amazonaws.com"))
    return every(wide, no(named))


def _is_all(principal: str) -> bool:
    return principal == "*"
