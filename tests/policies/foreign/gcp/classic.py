"""A machine in a network of its own, a function of the first generation and one of the second."""

import pulumi
import pulumi_gcp as gcp

network = gcp.compute.Network("net", auto_create_subnetworks=False)
subnet = gcp.compute.Subnetwork("sub", network=network.id, ip_cidr_range="10.2.0.0/24", region="asia-northeast1")
gcp.compute.Firewall(
    "ssh",
    network=network.name,
    allows=[gcp.compute.FirewallAllowArgs(protocol="tcp", ports=["22"])],
    source_ranges=["0.0.0.0/0"],
)
gcp.compute.Instance(
    "server",
    machine_type="e2-small",
    zone="asia-northeast1-a",
    boot_disk=gcp.compute.InstanceBootDiskArgs(
        initialize_params=gcp.compute.InstanceBootDiskInitializeParamsArgs(image="debian-cloud/debian-12")
    ),
    network_interfaces=[
        gcp.compute.InstanceNetworkInterfaceArgs(
            subnetwork=subnet.id, access_configs=[gcp.compute.InstanceNetworkInterfaceAccessConfigArgs()]
        )
    ],
)
code = gcp.storage.Bucket(
    "code", location="asia-northeast1", uniform_bucket_level_access=True, public_access_prevention="enforced"
)
archive = gcp.storage.BucketObject("archive", bucket=code.name, source=pulumi.StringAsset("def main(request): ..."))
old = gcp.cloudfunctions.Function(
    "old",
    runtime="nodejs16",
    entry_point="main",
    trigger_http=True,
    source_archive_bucket=code.name,
    source_archive_object=archive.name,
)
gcp.cloudfunctions.FunctionIamMember(
    "old-public", cloud_function=old.name, role="roles/cloudfunctions.invoker", member="allUsers"
)
runner = gcp.serviceaccount.Account("runner", account_id="runner")
gcp.cloudfunctionsv2.Function(
    "new",
    location="asia-northeast1",
    build_config=gcp.cloudfunctionsv2.FunctionBuildConfigArgs(runtime="python312", entry_point="main"),
    service_config=gcp.cloudfunctionsv2.FunctionServiceConfigArgs(
        ingress_settings="ALLOW_INTERNAL_ONLY", service_account_email=runner.email, min_instance_count=2
    ),
)
gcp.projects.IAMMember(
    "runner-editor",
    project="town-office",
    role="roles/editor",
    member=runner.email.apply(lambda email: f"serviceAccount:{email}"),
)
