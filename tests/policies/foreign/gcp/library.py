"""A library's catalogue on Cloud Run with Cloud SQL for MySQL and a cache."""

import pulumi
import pulumi_gcp as gcp

instance = gcp.sql.DatabaseInstance(
    "catalogue",
    database_version="MYSQL_8_0",
    settings=gcp.sql.DatabaseInstanceSettingsArgs(
        tier="db-f1-micro",
        backup_configuration=gcp.sql.DatabaseInstanceSettingsBackupConfigurationArgs(
            enabled=True, binary_log_enabled=True, location="asia-northeast1"
        ),
        ip_configuration=gcp.sql.DatabaseInstanceSettingsIpConfigurationArgs(
            authorized_networks=[
                gcp.sql.DatabaseInstanceSettingsIpConfigurationAuthorizedNetworkArgs(value="0.0.0.0/0")
            ]
        ),
    ),
    deletion_protection=False,
)
gcp.sql.Database("books", instance=instance.name)
gcp.sql.User("app", instance=instance.name, password=pulumi.Output.secret("x"))

cache = gcp.redis.Instance("cache", memory_size_gb=1)

service = gcp.cloudrunv2.Service(
    "web",
    location="asia-northeast1",
    template=gcp.cloudrunv2.ServiceTemplateArgs(
        containers=[
            gcp.cloudrunv2.ServiceTemplateContainerArgs(
                image="gcr.io/town-office/web:latest",
                envs=[gcp.cloudrunv2.ServiceTemplateContainerEnvArgs(name="DB", value=instance.connection_name)],
            )
        ]
    ),
)
gcp.cloudrunv2.ServiceIamMember(
    "everybody", name=service.name, location=service.location, role="roles/run.invoker", member="allUsers"
)
bucket = gcp.storage.Bucket("covers", location="ASIA", force_destroy=True)
gcp.storage.BucketIAMMember("covers-public", bucket=bucket.name, role="roles/storage.objectViewer", member="allUsers")

pulumi.export("url", service.uri)
