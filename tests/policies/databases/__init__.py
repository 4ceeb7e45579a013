"""Examples of databases and caches, one module a cloud."""

from tests.policies.databases import aws, caches

EXAMPLES = [*aws.EXAMPLES, *caches.EXAMPLES]
