"""Examples of functions and web apps, one module a cloud."""

from tests.policies.functions import aws, azure

EXAMPLES = [*aws.EXAMPLES, *azure.EXAMPLES]
