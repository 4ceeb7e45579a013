"""What RDS instances share: subnet groups and parameter groups.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
"""

from typing import Any, Final

from sandbox.cloud.aws.database_parameters import FAMILIES, parameters_fit
from sandbox.cloud.aws.database_state import PARAMETERS, SUBNETS, two_zones
from sandbox.cloud.aws.network import SUBNET
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import matches, not_together, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

_NAME: Final = r"[a-z](-?[a-z0-9])*"


def _group_vpc(context: Context) -> Any:
    subnet = context.find(context["subnetIds"][0], SUBNET)
    return None if subnet is None else subnet.get("vpcId")


TYPES: Final = (
    ResourceType(
        token=SUBNETS,
        source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html",
        sources=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",),
        id="{name}",
        name=Name(longest=255, pattern=r"(?!default$)[a-z0-9 _.-]+", allowed=r"a-z0-9 _.\-", excludes=("namePrefix",)),
        computed={"arn": arn("rds", "subgrp:{name}"), "vpcId": _group_vpc},
        input_defaults={"description": "Managed by Pulumi"},
        defaults={"supportedNetworkTypes": ["IPV4"]},
        replace_on=("namePrefix",),
        checks=(not_together("name", "namePrefix"), tag_rule()),
        references=(Reference("subnetIds[*]", SUBNET, blocks_deletion=True),),
        guards=(two_zones,),
        known_as=("arn", "name"),
        unordered=("subnetIds",),
        in_use="InvalidDBSubnetGroupStateFault",
        blind_spots=("A subnet that an instance uses can be taken out of the group here.",),
    ),
    ResourceType(
        token=PARAMETERS,
        source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html",
        sources=(
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html",
        ),
        id="{name}",
        name=Name(longest=255, pattern=_NAME, excludes=("namePrefix",)),
        computed={"arn": arn("rds", "pg:{name}")},
        input_defaults={"description": "Managed by Pulumi", "skipDestroy": False},
        replace_on=("family", "description", "namePrefix"),
        checks=(
            matches(
                "family",
                rf"{'|'.join(FAMILIES)}|(mysql|mariadb|oracle-|sqlserver-|aurora-|custom-|db2-)\S+",
                "no family of parameter groups",
            ),
            one_of("parameters[*].applyMethod", ("immediate", "pending-reboot")),
            not_together("name", "namePrefix"),
            parameters_fit,
            tag_rule(),
        ),
        known_as=("arn", "name"),
        unordered=("parameters",),
        in_use="InvalidDBParameterGroupState",
        blind_spots=(
            "Bounds of numbers, and which parameter came with which version, are not known.",
            "That switches take 0 and 1 only, and not on and off, is unverified.",
            "Parameters of extensions and of other engines are taken as written.",
        ),
    ),
)
