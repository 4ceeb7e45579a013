"""Amazon VPC: the provider's calls for each type."""

from typing import Any, Final

from tests.moto.emulator import Calls, Emulator, Inputs, only, pascal, refused, renamed

Made = dict[str, Any]


def _filtered(**filters: str) -> list[dict[str, Any]]:
    return [{"Name": name.replace("__", ".").replace("_", "-"), "Values": [value]} for name, value in filters.items()]


def vpc(aws: Emulator, inputs: Inputs) -> Made:
    made = aws.ec2.create_vpc(**pascal(only(inputs, "cidrBlock", "instanceTenancy")))["Vpc"]["VpcId"]
    for name in ("enableDnsSupport", "enableDnsHostnames"):
        if name in inputs:
            aws.ec2.modify_vpc_attribute(VpcId=made, **pascal({name: {"value": inputs[name]}}))
    here = _filtered(vpc_id=made)
    # Asked for only where a case names them.
    return {
        "id": made,
        "defaultRouteTableId": lambda: aws.ec2.describe_route_tables(Filters=here)["RouteTables"][0]["RouteTableId"],
        "defaultNetworkAclId": lambda: aws.ec2.describe_network_acls(Filters=here)["NetworkAcls"][0]["NetworkAclId"],
    }


def change_vpc(aws: Emulator, made: Inputs, inputs: Inputs) -> None:
    aws.ec2.modify_vpc_attribute(VpcId=made["id"], EnableDnsHostnames={"Value": inputs["enableDnsHostnames"]})


def subnet(aws: Emulator, inputs: Inputs) -> Made:
    return {"id": aws.ec2.create_subnet(**pascal(inputs))["Subnet"]["SubnetId"]}


def route_table(aws: Emulator, inputs: Inputs) -> Made:
    made = aws.ec2.create_route_table(VpcId=inputs["vpcId"])["RouteTable"]["RouteTableId"]
    for route in inputs.get("routes", []):
        names = renamed(route, cidrBlock="DestinationCidrBlock", gatewayId="GatewayId", vpcEndpointId="VpcEndpointId")
        aws.ec2.create_route(RouteTableId=made, **names)
    return {"id": made}


def delete_route_table(aws: Emulator, made: Inputs) -> None:
    """The provider lets the subnets go first."""
    held = aws.ec2.describe_route_tables(RouteTableIds=[made["id"]])["RouteTables"][0]["Associations"]
    for one in held:
        aws.ec2.disassociate_route_table(AssociationId=one["RouteTableAssociationId"])
    aws.ec2.delete_route_table(RouteTableId=made["id"])


def association(aws: Emulator, inputs: Inputs) -> Made:
    return {"id": aws.ec2.associate_route_table(**pascal(inputs))["AssociationId"]}


def default_route_table(aws: Emulator, inputs: Inputs) -> Made:
    found = aws.ec2.describe_route_tables(RouteTableIds=[inputs["defaultRouteTableId"]])
    return {"id": found["RouteTables"][0]["RouteTableId"]}


def default_acl(aws: Emulator, inputs: Inputs) -> Made:
    found = aws.ec2.describe_network_acls(NetworkAclIds=[inputs["defaultNetworkAclId"]])
    return {"id": found["NetworkAcls"][0]["NetworkAclId"]}


def default_group(aws: Emulator, inputs: Inputs) -> Made:
    found = aws.ec2.describe_security_groups(Filters=_filtered(vpc_id=inputs["vpcId"], group_name="default"))
    if not found["SecurityGroups"]:
        raise refused("InvalidGroup.NotFound", f"the provider finds no default security group of {inputs['vpcId']}")
    return {"id": found["SecurityGroups"][0]["GroupId"]}


def acl(aws: Emulator, inputs: Inputs) -> Made:
    made = aws.ec2.create_network_acl(VpcId=inputs["vpcId"])["NetworkAcl"]["NetworkAclId"]
    for direction in ("ingress", "egress"):
        for entry in inputs.get(direction, []):
            aws.ec2.create_network_acl_entry(
                NetworkAclId=made,
                Egress=direction == "egress",
                RuleNumber=entry["ruleNo"],
                RuleAction=entry["action"],
                Protocol=entry["protocol"],
                PortRange={"From": entry["fromPort"], "To": entry["toPort"]},
                **renamed(entry, cidrBlock="CidrBlock"),
            )
    for one in inputs.get("subnetIds", []):
        _follow(aws, made, one)
    return {"id": made}


def _follow(aws: Emulator, acl_id: str, subnet_id: str) -> None:
    """Put a subnet under this list instead of the one that it has."""
    found = aws.ec2.describe_network_acls(Filters=_filtered(association__subnet_id=subnet_id))["NetworkAcls"]
    if not found:
        raise refused("InvalidSubnetID.NotFound", f"the provider finds no list of {subnet_id}")
    held = next(one for one in found[0]["Associations"] if one["SubnetId"] == subnet_id)
    aws.ec2.replace_network_acl_association(AssociationId=held["NetworkAclAssociationId"], NetworkAclId=acl_id)


def delete_acl(aws: Emulator, made: Inputs) -> None:
    """The provider gives the subnets back to the network's own list first."""
    own = aws.ec2.describe_network_acls(Filters=_filtered(vpc_id=made["vpcId"], default="true"))["NetworkAcls"]
    for one in made.get("subnetIds", []):
        _follow(aws, own[0]["NetworkAclId"], one)
    aws.ec2.delete_network_acl(NetworkAclId=made["id"])


def group(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(inputs, name="GroupName", description="Description", vpcId="VpcId")
    made = aws.ec2.create_security_group(**{"Description": "Managed by Pulumi", **names})["GroupId"]
    # The provider removes the rule that AWS adds.
    aws.ec2.revoke_security_group_egress(
        GroupId=made, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    )
    return {"id": made}


def _permission(inputs: Inputs) -> dict[str, Any]:
    words = renamed(inputs, description="Description")
    peers = {
        "cidrIpv4": ("IpRanges", "CidrIp"),
        "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "prefixListId": ("PrefixListIds", "PrefixListId"),
        "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    }
    named = {theirs[0]: [{theirs[1]: inputs[ours], **words}] for ours, theirs in peers.items() if ours in inputs}
    return {**renamed(inputs, ipProtocol="IpProtocol", fromPort="FromPort", toPort="ToPort"), **named}


def ingress(aws: Emulator, inputs: Inputs) -> Made:
    call = aws.ec2.authorize_security_group_ingress
    made = call(GroupId=inputs["securityGroupId"], IpPermissions=[_permission(inputs)])["SecurityGroupRules"]
    return {"id": made[0]["SecurityGroupRuleId"] if made else ""}


def egress(aws: Emulator, inputs: Inputs) -> Made:
    call = aws.ec2.authorize_security_group_egress
    made = call(GroupId=inputs["securityGroupId"], IpPermissions=[_permission(inputs)])["SecurityGroupRules"]
    return {"id": made[0]["SecurityGroupRuleId"] if made else ""}


def endpoint(aws: Emulator, inputs: Inputs) -> Made:
    named = {{"policy": "policyDocument"}.get(key, key): value for key, value in inputs.items()}
    made = aws.ec2.create_vpc_endpoint(**pascal(named))["VpcEndpoint"]
    return {"id": made["VpcEndpointId"]}


def flow_log(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(
        inputs,
        trafficType="TrafficType",
        logDestinationType="LogDestinationType",
        logDestination="LogDestination",
        maxAggregationInterval="MaxAggregationInterval",
        iamRoleArn="DeliverLogsPermissionArn",
    )
    answer = aws.ec2.create_flow_logs(ResourceIds=[inputs["vpcId"]], ResourceType="VPC", **names)
    for failure in answer["Unsuccessful"]:
        raise refused(failure["Error"]["Code"], failure["Error"]["Message"])
    return {"id": answer["FlowLogIds"][0]}


def key(aws: Emulator, inputs: Inputs) -> Made:
    names = renamed(
        inputs,
        policy="Policy",
        description="Description",
        keyUsage="KeyUsage",
        customerMasterKeySpec="KeySpec",
        multiRegion="MultiRegion",
    )
    made = aws.kms.create_key(**names)["KeyMetadata"]
    if inputs.get("enableKeyRotation"):
        days = renamed(inputs, rotationPeriodInDays="RotationPeriodInDays")
        aws.kms.enable_key_rotation(KeyId=made["KeyId"], **days)
    return {"id": made["KeyId"], "arn": made["Arn"]}


CALLS: Final = {
    "aws:ec2/vpc:Vpc": Calls(vpc, lambda aws, made: aws.ec2.delete_vpc(VpcId=made["id"]), change_vpc),
    "aws:ec2/subnet:Subnet": Calls(subnet, lambda aws, made: aws.ec2.delete_subnet(SubnetId=made["id"])),
    "aws:ec2/routeTable:RouteTable": Calls(route_table, delete_route_table),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Calls(
        association, lambda aws, made: aws.ec2.disassociate_route_table(AssociationId=made["id"])
    ),
    # What the network brings with it is adopted, and let go without a call.
    "aws:ec2/defaultRouteTable:DefaultRouteTable": Calls(default_route_table, lambda _aws, _made: None),
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": Calls(default_acl, lambda _aws, _made: None),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Calls(default_group, lambda _aws, _made: None),
    "aws:ec2/networkAcl:NetworkAcl": Calls(acl, delete_acl),
    "aws:ec2/securityGroup:SecurityGroup": Calls(
        group, lambda aws, made: aws.ec2.delete_security_group(GroupId=made["id"])
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Calls(
        ingress,
        lambda aws, made: aws.ec2.revoke_security_group_ingress(
            GroupId=made["securityGroupId"], SecurityGroupRuleIds=[made["id"]]
        ),
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Calls(
        egress,
        lambda aws, made: aws.ec2.revoke_security_group_egress(
            GroupId=made["securityGroupId"], SecurityGroupRuleIds=[made["id"]]
        ),
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Calls(
        endpoint, lambda aws, made: aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["id"]])
    ),
    "aws:ec2/flowLog:FlowLog": Calls(flow_log, lambda aws, made: aws.ec2.delete_flow_logs(FlowLogIds=[made["id"]])),
}
