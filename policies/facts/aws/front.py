"""Front ends beside Elastic Load Balancing v2: classic load balancers, CloudFront and API Gateway."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, no, some, when
from policies.facts.aws.waf import firewall_logged, guarded, is_web, named
from policies.facts.reading import flag, is_set, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, LoadBalancer, Maybe, Unknown

CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
_CLASSIC_TLS = "aws:elb/sslNegotiationPolicy:SslNegotiationPolicy"
_CDN = "aws:cloudfront/distribution:Distribution"
_DELIVERY = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
_REST = "aws:apigateway/restApi:RestApi"
_REST_STAGE = "aws:apigateway/stage:Stage"
_HTTP = "aws:apigatewayv2/api:Api"
_HTTP_STAGE = "aws:apigatewayv2/stage:Stage"
KNOWN = frozenset({CLASSIC, _CLASSIC_TLS, _CDN, _DELIVERY, _REST, _REST_STAGE, _HTTP, _HTTP_STAGE})


def facts(world: World) -> Iterator[Fact]:
    for balancer in world.of(CLASSIC):
        yield _classic(world, balancer)
    for distribution in world.of(_CDN):
        yield _cdn(world, distribution)
    for api in world.of(_REST):
        yield _rest(world, api)
    for api in world.of(_HTTP):
        yield _http(world, api)


def _classic(world: World, balancer: Resource) -> LoadBalancer:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/introduction.html."""
    listeners = read_all(balancer, "listeners")
    protocols = [when(text(one, "lbProtocol"), str.upper) if isinstance(one, Mapping) else UNKNOWN for one in listeners]
    web = some(*(is_web(protocol) for protocol in protocols))
    policies = world.referring(balancer, _CLASSIC_TLS, "loadBalancer")
    # The default policy: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html
    secure: Maybe[tuple[int, int]] = UNKNOWN if policies else (1, 0)
    clear = some(*(when(protocol, lambda word: word in ("HTTP", "TCP")) for protocol in protocols))
    return LoadBalancer(
        urn=balancer.urn,
        role=balancer.role,
        public=no(flag(balancer, "internal", default=False)),
        tls_minimum=UNKNOWN if isinstance(clear, Unknown) else (0, 0) if clear else secure,
        plain_http=some(*(when(protocol, lambda word: word == "HTTP") for protocol in protocols)),
        health_checked=True,  # always: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-healthchecks.html
        access_logged=every(is_set(balancer, "accessLogs.bucket"), flag(balancer, "accessLogs.enabled", default=True)),
        waf=no(web),  # none can be put before it
        ddos_protected=True,
    )


def _cdn(world: World, distribution: Resource) -> LoadBalancer:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html."""
    policies = [
        text(behaviour, "viewerProtocolPolicy") if isinstance(behaviour, Mapping) else UNKNOWN
        for path in ("defaultCacheBehavior", "orderedCacheBehaviors")
        for behaviour in read_all(distribution, path)
    ]
    delivered = world.referring(distribution, _DELIVERY, "resourceArn")
    return LoadBalancer(
        urn=distribution.urn,
        role=distribution.role,
        public=True,
        tls_minimum=_oldest(distribution),
        plain_http=some(*(when(policy, lambda word: word == "allow-all") for policy in policies)),
        health_checked=True,  # it chooses among no targets
        access_logged=every(
            some(
                is_set(distribution, "loggingConfig.bucket"),
                *(when(text(one, "logType"), lambda kind: kind == "ACCESS_LOGS") for one in delivered),
            ),
            firewall_logged(world, distribution, "webAclId"),
        ),
        waf=named(world, distribution, "webAclId"),
        ddos_protected=True,
    )


def _oldest(distribution: Resource) -> Maybe[tuple[int, int]]:
    """Under CloudFront's own certificate always from TLS 1.0; under another as the policy's name says."""
    if flag(distribution, "viewerCertificate.cloudfrontDefaultCertificate", default=False) is True:
        return 1, 0
    name = text(distribution, "viewerCertificate.minimumProtocolVersion", default="TLSv1")
    if isinstance(name, Unknown):
        return UNKNOWN
    version = name.partition("_")[0]
    return {"SSLv3": (0, 0), "TLSv1": (1, 0), "TLSv1.1": (1, 1), "TLSv1.2": (1, 2), "TLSv1.3": (1, 3)}.get(
        version, UNKNOWN
    )


def _rest(world: World, api: Resource) -> LoadBalancer:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html."""
    stages = world.referring(api, _REST_STAGE, "restApi")
    kinds = read_all(api, "endpointConfiguration.types")
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html
    policy = text(api, "securityPolicy", default="TLS_1_0")
    return LoadBalancer(
        urn=api.urn,
        role=api.role,
        public=UNKNOWN if UNKNOWN in kinds else "PRIVATE" not in kinds,
        tls_minimum=when(policy, _named_version),
        plain_http=False,
        health_checked=True,
        access_logged=every(
            *(
                every(is_set(stage, "accessLogSettings.destinationArn"), firewall_logged(world, stage))
                for stage in stages
            ),
            True if stages else world.absent(value=False),
        ),
        waf=every(*(guarded(world, stage) for stage in stages), True if stages else world.absent(value=False)),
        ddos_protected=True,
    )


def _named_version(policy: str) -> Maybe[tuple[int, int]]:
    for word, version in (
        ("TLS_1_0", (1, 0)),
        ("TLS_1_2", (1, 2)),
        ("TLS12", (1, 2)),
        ("TLS13_1_3", (1, 3)),
        ("TLS13", (1, 2)),
    ):
        if word in policy:
            return version
    return UNKNOWN


def _http(world: World, api: Resource) -> LoadBalancer:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html: TLS 1.2, always public, no firewall."""
    stages = world.referring(api, _HTTP_STAGE, "apiId")
    return LoadBalancer(
        urn=api.urn,
        role=api.role,
        public=True,
        tls_minimum=(1, 2),
        plain_http=False,
        health_checked=True,
        access_logged=every(
            *(is_set(stage, "accessLogSettings.destinationArn") for stage in stages),
            True if stages else world.absent(value=False),
        ),
        waf=False,
        ddos_protected=True,
    )
