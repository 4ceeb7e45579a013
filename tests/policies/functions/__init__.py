"""Examples of functions and web apps, one module a cloud."""

from tests.policies.functions import aws, azure, gcp

EXAMPLES = [*aws.EXAMPLES, *azure.EXAMPLES, *gcp.EXAMPLES]
