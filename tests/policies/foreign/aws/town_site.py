"""A site on one machine with MySQL behind it, as a first Pulumi program looks."""

import pulumi
import pulumi_aws as aws

config = pulumi.Config()

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
public_a = aws.ec2.Subnet(
    "public-a",
    vpc_id=vpc.id,
    cidr_block="10.0.1.0/24",
    availability_zone="ap-northeast-1a",
    map_public_ip_on_launch=True,
)
private_a = aws.ec2.Subnet("private-a", vpc_id=vpc.id, cidr_block="10.0.2.0/24", availability_zone="ap-northeast-1a")
private_c = aws.ec2.Subnet("private-c", vpc_id=vpc.id, cidr_block="10.0.3.0/24", availability_zone="ap-northeast-1c")
routes = aws.ec2.RouteTable(
    "routes", vpc_id=vpc.id, routes=[aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", gateway_id=gateway.id)]
)
aws.ec2.RouteTableAssociation("routes-public-a", subnet_id=public_a.id, route_table_id=routes.id)

web_sg = aws.ec2.SecurityGroup(
    "web-sg",
    vpc_id=vpc.id,
    description="Web",
    ingress=[
        aws.ec2.SecurityGroupIngressArgs(protocol="tcp", from_port=22, to_port=22, cidr_blocks=["0.0.0.0/0"]),
        aws.ec2.SecurityGroupIngressArgs(protocol="tcp", from_port=80, to_port=80, cidr_blocks=["0.0.0.0/0"]),
    ],
    egress=[aws.ec2.SecurityGroupEgressArgs(protocol="-1", from_port=0, to_port=0, cidr_blocks=["0.0.0.0/0"])],
)
db_sg = aws.ec2.SecurityGroup(
    "db-sg",
    vpc_id=vpc.id,
    description="Database",
    ingress=[
        aws.ec2.SecurityGroupIngressArgs(
            description="from the web server", protocol="tcp", from_port=3306, to_port=3306, security_groups=[web_sg.id]
        )
    ],
)

server = aws.ec2.Instance(
    "server",
    ami="ami-0a1b2c3d4e5f67890",
    instance_type="t3.small",
    subnet_id=public_a.id,
    vpc_security_group_ids=[web_sg.id],
    key_name="office",
    user_data="#!/bin/bash\ndnf install -y httpd php\nsystemctl enable --now httpd\n",
)

db_subnets = aws.rds.SubnetGroup("db-subnets", subnet_ids=[private_a.id, private_c.id])
db = aws.rds.Instance(
    "db",
    engine="mysql",
    engine_version="8.4.5",
    instance_class="db.t4g.medium",
    allocated_storage=50,
    username="admin",
    password=config.get_secret("dbPassword") or pulumi.Output.secret("x"),
    db_subnet_group_name=db_subnets.name,
    vpc_security_group_ids=[db_sg.id],
    skip_final_snapshot=True,
)

files = aws.s3.BucketV2("files")
aws.s3.BucketVersioningV2(
    "files-versioning",
    bucket=files.id,
    versioning_configuration=aws.s3.BucketVersioningV2VersioningConfigurationArgs(status="Enabled"),
)
aws.s3.BucketAclV2("files-acl", bucket=files.id, acl="private")

pulumi.export("address", server.public_ip)
pulumi.export("bucket", files.id)
