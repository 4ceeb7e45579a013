"""Examples of databases and caches, one module a cloud."""

from tests.policies.databases import aws, azure, caches, gcp, oci

EXAMPLES = [*aws.EXAMPLES, *azure.EXAMPLES, *gcp.EXAMPLES, *oci.EXAMPLES, *caches.EXAMPLES]
