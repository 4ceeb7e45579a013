"""Front ends beside the load balancer: network load balancers and API gateways.

https://docs.oracle.com/en-us/iaas/Content/NetworkLoadBalancer/overview.htm
https://docs.oracle.com/en-us/iaas/Content/APIGateway/Concepts/apigatewayoverview.htm
"""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.oci.logs import recorded
from policies.facts.reading import flag, text
from policies.facts.resources import World
from policies.facts.vocabulary import NOT_OFFERED, Fact, LoadBalancer

_NETWORK = "oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer"
_NETWORK_PARTS = (
    "oci:NetworkLoadBalancer/backend:Backend",
    "oci:NetworkLoadBalancer/backendSet:BackendSet",
    "oci:NetworkLoadBalancer/listener:Listener",
)
_GATEWAY = "oci:ApiGateway/gateway:Gateway"
_DEPLOYMENT = "oci:ApiGateway/deployment:Deployment"
KNOWN = frozenset({_NETWORK, *_NETWORK_PARTS, _GATEWAY, _DEPLOYMENT})


def facts(world: World) -> Iterator[Fact]:
    for balancer in world.of(_NETWORK):
        yield LoadBalancer(
            urn=balancer.urn,
            role=balancer.role,
            public=no(flag(balancer, "isPrivate", default=False)),
            tls_minimum=(0, 0),  # it passes connections on as they come
            plain_http=False,
            health_checked=True,  # every backend set has a checker
            access_logged=True,
            waf=True,
            ddos_protected=NOT_OFFERED,
        )
    for gateway in world.of(_GATEWAY):
        deployments = world.referring(gateway, _DEPLOYMENT, "gatewayId")
        public = when(text(gateway, "endpointType"), lambda kind: kind == "PUBLIC")
        yield LoadBalancer(
            urn=gateway.urn,
            role=gateway.role,
            public=public,
            tls_minimum=(1, 2),
            plain_http=False,
            health_checked=True,
            access_logged=every(
                *(some(recorded(world, one, "access"), recorded(world, one, "all")) for one in deployments)
            ),
            waf=False,  # a firewall stands before load balancers only
            ddos_protected=NOT_OFFERED,
        )
