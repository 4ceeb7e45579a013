"""Examples of databases and caches, one module a cloud."""

from tests.policies.databases import aws, azure, caches

EXAMPLES = [*aws.EXAMPLES, *azure.EXAMPLES, *caches.EXAMPLES]
