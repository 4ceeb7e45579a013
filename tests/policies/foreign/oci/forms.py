"""Forms by functions, with a policy that gives them too much."""

import pulumi_oci as oci

TAGS = {
    "municipality-code": "011002",
    "system-id": "forms",
    "environment": "production",
    "accounting-line": "general",
    "stack": "production",
}
COMPARTMENT = "ocid1.compartment.oc1..forms"

application = oci.functions.Application(
    "app",
    compartment_id=COMPARTMENT,
    display_name="forms",
    subnet_ids=["ocid1.subnet.oc1..shared"],
    freeform_tags=TAGS,
)
oci.functions.Function(
    "submit",
    application_id=application.id,
    display_name="submit",
    image="docker.io/town/submit:1",
    memory_in_mbs="256",
    freeform_tags=TAGS,
)
group = oci.identity.DynamicGroup(
    "functions",
    compartment_id="ocid1.tenancy.oc1..town",
    description="Functions",
    matching_rule=f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{COMPARTMENT}'}}",
    name="functions",
    freeform_tags=TAGS,
)
oci.identity.Policy(
    "everything",
    compartment_id="ocid1.tenancy.oc1..town",
    description="Functions may do what they like",
    statements=["Allow dynamic-group functions to manage all-resources in tenancy"],
    name="everything",
    freeform_tags=TAGS,
)
oci.nosql.Table(
    "drafts",
    compartment_id=COMPARTMENT,
    ddl_statement="CREATE TABLE drafts(id STRING, PRIMARY KEY(id))",
    name="drafts",
    freeform_tags=TAGS,
)
