"""A portal on App Service with Azure SQL, after the vendor's quick start."""

import pulumi
import pulumi_azure_native as azure

config = pulumi.Config()

group = azure.resources.ResourceGroup("portal-rg", location="japaneast")
account = azure.storage.StorageAccount(
    "portalfiles",
    resource_group_name=group.name,
    location=group.location,
    sku=azure.storage.SkuArgs(name="Standard_LRS"),
    kind="StorageV2",
)
plan = azure.web.AppServicePlan(
    "plan",
    resource_group_name=group.name,
    location=group.location,
    kind="Linux",
    reserved=True,
    sku=azure.web.SkuDescriptionArgs(name="B1", tier="Basic"),
)
server = azure.sql.Server(
    "sql",
    resource_group_name=group.name,
    location=group.location,
    administrator_login="pulumi",
    administrator_login_password=config.get_secret("sqlPassword") or pulumi.Output.secret("x"),
    version="12.0",
)
database = azure.sql.Database(
    "residents",
    resource_group_name=group.name,
    location=group.location,
    server_name=server.name,
    sku=azure.sql.SkuArgs(name="S0"),
)
azure.sql.FirewallRule(
    "everybody",
    resource_group_name=group.name,
    server_name=server.name,
    start_ip_address="0.0.0.0",
    end_ip_address="255.255.255.255",
)
app = azure.web.WebApp(
    "app",
    resource_group_name=group.name,
    location=group.location,
    server_farm_id=plan.id,
    site_config=azure.web.SiteConfigArgs(
        linux_fx_version="NODE|18-lts",
        app_settings=[azure.web.NameValuePairArgs(name="DB_HOST", value=server.fully_qualified_domain_name)],
    ),
)
pulumi.export("url", app.default_host_name)
