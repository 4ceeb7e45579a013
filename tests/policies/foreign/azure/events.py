"""Kubernetes, Cosmos DB and functions of an events calendar."""

import pulumi_azure_native as azure
from pulumi_azure_native import containerservice, cosmosdb, web

tags = {
    "municipality-code": "011002",
    "system-id": "events",
    "environment": "production",
    "accounting-line": "general",
    "stack": "production",
}
group = azure.resources.ResourceGroup("events", location="japaneast", tags=tags)
where = {"resource_group_name": group.name, "location": group.location, "tags": tags}

cluster = containerservice.ManagedCluster(
    "cluster",
    dns_prefix="events",
    kubernetes_version="1.33.5",
    identity=containerservice.ManagedClusterIdentityArgs(type="SystemAssigned"),
    agent_pool_profiles=[
        containerservice.ManagedClusterAgentPoolProfileArgs(
            name="system", count=2, vm_size="Standard_D2s_v5", mode="System"
        )
    ],
    **where,
)
containerservice.AgentPool(
    "batch",
    resource_group_name=group.name,
    resource_name_=cluster.name,
    agent_pool_name="batch",
    count=1,
    vm_size="Standard_D2s_v5",
    enable_node_public_ip=True,
    tags=tags,
)
account = cosmosdb.DatabaseAccount(
    "calendar",
    database_account_offer_type="Standard",
    locations=[cosmosdb.LocationArgs(location_name="japaneast", failover_priority=0, is_zone_redundant=True)],
    backup_policy=cosmosdb.ContinuousModeBackupPolicyArgs(type="Continuous"),
    disable_local_auth=True,
    **where,
)
database = cosmosdb.SqlResourceSqlDatabase(
    "events-db",
    resource_group_name=group.name,
    account_name=account.name,
    resource=cosmosdb.SqlDatabaseResourceArgs(id="events"),
    tags=tags,
)
plan = web.AppServicePlan(
    "plan", kind="functionapp", reserved=True, sku=web.SkuDescriptionArgs(name="Y1", tier="Dynamic"), **where
)
web.WebApp(
    "notify",
    kind="functionapp,linux",
    server_farm_id=plan.id,
    https_only=True,
    public_network_access="Disabled",
    identity=web.ManagedServiceIdentityArgs(type=web.ManagedServiceIdentityType.SYSTEM_ASSIGNED),
    site_config=web.SiteConfigArgs(linux_fx_version="Python|3.12", min_tls_version="1.0", health_check_path="/healthz"),
    **where,
)
