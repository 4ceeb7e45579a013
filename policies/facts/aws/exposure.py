"""Types of Amazon Web Services that decide who reaches whom, and of its front ends."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.aws import acl, front, reach, routes, waf
from policies.facts.resources import World
from policies.facts.vocabulary import Fact

KNOWN: frozenset[str] = frozenset().union(*(part.KNOWN for part in (acl, front, reach, routes, waf)))
UNTAGGABLE = frozenset(
    {
        "aws:apigateway/deployment:Deployment",
        "aws:apigateway/integration:Integration",
        "aws:apigateway/method:Method",
        "aws:apigateway/resource:Resource",
        "aws:apigatewayv2/deployment:Deployment",
        "aws:apigatewayv2/integration:Integration",
        "aws:apigatewayv2/route:Route",
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        "aws:ec2/eipAssociation:EipAssociation",
        "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
        "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        "aws:ec2/networkAclAssociation:NetworkAclAssociation",
        "aws:ec2/networkAclRule:NetworkAclRule",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
        "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment",
        "aws:elb/sslNegotiationPolicy:SslNegotiationPolicy",
        "aws:lb/listenerCertificate:ListenerCertificate",
        "aws:lb/targetGroupAttachment:TargetGroupAttachment",
        "aws:networkfirewall/loggingConfiguration:LoggingConfiguration",
        "aws:route53/record:Record",
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    }
)
INERT: Mapping[str, str] = MappingProxyType(
    {
        "aws:apigateway/deployment:Deployment": "a snapshot of an API, which is judged",
        "aws:apigateway/integration:Integration": "part of an API, which is judged",
        "aws:apigateway/method:Method": "part of an API, which is judged",
        "aws:apigateway/resource:Resource": "part of an API, which is judged",
        "aws:apigatewayv2/deployment:Deployment": "a snapshot of an API, which is judged",
        "aws:apigatewayv2/integration:Integration": "part of an API, which is judged",
        "aws:apigatewayv2/route:Route": "part of an API, which is judged",
        "aws:cloudfront/originAccessControl:OriginAccessControl": "lets a distribution, which is judged, sign its requests",
        "aws:ec2/customerGateway:CustomerGateway": "the other end of a private line",
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": "a route to a private endpoint, which is judged",
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation": "places a private endpoint, which is judged",
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": "joins private networks; their filters are judged",
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": "joins private networks; their filters are judged",
        "aws:ec2/vpnConnection:VpnConnection": "a private line; the filters behind it are judged",
        "aws:ec2/vpnGateway:VpnGateway": "a private line; the filters behind it are judged",
        "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment": "a private line; the filters behind it are judged",
        "aws:ec2transitgateway/transitGateway:TransitGateway": "joins private networks; their filters are judged",
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment": "joins private networks; their filters are judged",
        "aws:lb/listenerCertificate:ListenerCertificate": "one more certificate of a listener, which is judged",
        "aws:lb/listenerRule:ListenerRule": "chooses among target groups; the listener is judged",
        "aws:lb/targetGroupAttachment:TargetGroupAttachment": "one more target behind a load balancer, which is judged",
        "aws:networkfirewall/firewallPolicy:FirewallPolicy": "what a firewall inspects; that it stands there is judged",
        "aws:networkfirewall/loggingConfiguration:LoggingConfiguration": "records what a firewall decides",
        "aws:networkfirewall/ruleGroup:RuleGroup": "what a firewall inspects; that it stands there is judged",
        "aws:route53/record:Record": "a name; what answers under it is judged",
        "aws:route53/zone:Zone": "names; what answers under them is judged",
        "aws:shield/protection:Protection": "adds protection to a front end, which is judged",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Reach, and the front ends that are no part of the workload's own."""
    for part in (reach, front):
        yield from part.facts(world)
