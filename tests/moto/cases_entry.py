"""Load balancers, target groups, listeners."""

from typing import Any, Final

from tests.moto.case import Case, Kind, Step
from tests.moto.kinds_network import ABROAD, ENTRY, NETWORK, OTHER, SUBNET, A, B
from tests.moto.verdict import Verdict

VALUE, MISSING, TAKEN, IN_USE = Verdict.VALUE, Verdict.MISSING, Verdict.TAKEN, Verdict.IN_USE

BALANCER: Final = Kind(
    "aws:lb/loadBalancer:LoadBalancer",
    {"name": "front", "internal": True, "subnets": ["{a.id}", "{b.id}"], "securityGroups": ["{entry.id}"]},
    (NETWORK, A, B, ENTRY),
)
FRONT: Final = BALANCER.step("front")
TARGETS: Final = Kind(
    "aws:lb/targetGroup:TargetGroup",
    {"name": "back", "vpcId": "{net.id}", "port": 8080, "protocol": "HTTP", "targetType": "ip"},
    (NETWORK,),
)
BACK: Final = TARGETS.step("back")
LISTENER: Final = Kind(
    "aws:lb/listener:Listener",
    {
        "loadBalancerArn": "{front.arn}",
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [{"type": "forward", "targetGroupArn": "{back.arn}"}],
    },
    (*BALANCER.before, FRONT, BACK),
)
CERTIFICATE: Final = "arn:aws:acm:ap-northeast-1:123456789012:certificate/00000000-0000-4000-8000-000000000000"
HTTPS: Final[dict[str, Any]] = {"port": 443, "protocol": "HTTPS"}

CASES: Final[tuple[Case, ...]] = (
    BALANCER.create("in two zones"),
    BALANCER.create("in one zone", VALUE, subnets=["{a.id}"]),
    BALANCER.create(
        "two subnets of one zone",
        VALUE,
        before=(SUBNET.step("c", cidrBlock="10.0.3.0/24"),),
        subnets=["{a.id}", "{c.id}"],
    ),
    BALANCER.create("subnets of two networks", VALUE, before=(OTHER, ABROAD), subnets=["{a.id}", "{abroad.id}"]),
    BALANCER.create("no subnet of that id", MISSING, subnets=["{a.id}", "subnet-0123456789abcdef0"]),
    BALANCER.create("no security group of that id", MISSING, securityGroups=["sg-0123456789abcdef0"]),
    BALANCER.create("a name with a hyphen first", VALUE, name="-front"),
    BALANCER.create("a name with an underscore", VALUE, name="front_1"),
    BALANCER.create("a name that begins with internal-", VALUE, name="internal-front"),
    BALANCER.create("an idle timeout of 0 seconds", VALUE, idleTimeout=0),
    BALANCER.create("an idle timeout of 4001 seconds", VALUE, idleTimeout=4001),
    BALANCER.create(
        "logs to a store that does not admit them",
        VALUE,
        before=(Step("aws:s3/bucket:Bucket", "store", {"bucket": "machikumo-front"}),),
        accessLogs={"enabled": True, "bucket": "{store.id}"},
    ),
    BALANCER.second(
        "the name of another",
        TAKEN,
        before=(SUBNET.step("c", cidrBlock="10.0.3.0/24", availabilityZoneId="apne1-az2"),),
        subnets=["{a.id}", "{c.id}"],
    ),
    BALANCER.change("guarded later", enableDeletionProtection=True),
    BALANCER.delete("an unguarded one"),
    BALANCER.delete("a guarded one", Verdict.STATE, enableDeletionProtection=True),
    BALANCER.delete("one with a listener", after=(BACK, LISTENER.step("l", loadBalancerArn="{it.arn}"))),
    TARGETS.create("a target group"),
    TARGETS.create("no network of that id", MISSING, vpcId="vpc-0123456789abcdef0"),
    TARGETS.create("addresses without a network", VALUE, vpcId=None),
    TARGETS.create("a name with an underscore", VALUE, name="back_1"),
    TARGETS.create("port 0", VALUE, port=0),
    TARGETS.create("port 65536", VALUE, port=65536),
    TARGETS.create("an unknown protocol", VALUE, protocol="FTP"),
    TARGETS.create("an unknown kind of target", VALUE, targetType="host"),
    TARGETS.create("a health check every 5 seconds", healthCheck={"interval": 5, "timeout": 2}),
    TARGETS.create("a health check every 4 seconds", VALUE, healthCheck={"interval": 4, "timeout": 2}),
    TARGETS.create("a health check every 301 seconds", VALUE, healthCheck={"interval": 301}),
    TARGETS.create("a timeout longer than the interval", VALUE, healthCheck={"interval": 10, "timeout": 30}),
    TARGETS.create("healthy after 1 answer", VALUE, healthCheck={"healthyThreshold": 1}),
    TARGETS.create("unhealthy after 11 answers", VALUE, healthCheck={"unhealthyThreshold": 11}),
    TARGETS.create("a path without its slash", VALUE, healthCheck={"path": "healthy"}),
    TARGETS.create("a status code that is none", VALUE, healthCheck={"matcher": "999"}),
    TARGETS.second("the name of another", TAKEN, port=8081),
    TARGETS.delete("an unused one"),
    TARGETS.delete(
        "one of a listener",
        IN_USE,
        after=(
            *BALANCER.before[1:],
            FRONT,
            LISTENER.step("l", defaultActions=[{"type": "forward", "targetGroupArn": "{it.arn}"}]),
        ),
    ),
    LISTENER.create("a listener"),
    LISTENER.create(
        "no load balancer",
        MISSING,
        loadBalancerArn="arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/x/0123456789abcdef",
    ),
    LISTENER.create(
        "no target group",
        MISSING,
        defaultActions=[
            {
                "type": "forward",
                "targetGroupArn": "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/x/0123456789abcdef",
            }
        ],
    ),
    LISTENER.create("port 0", VALUE, port=0),
    LISTENER.create("port 65536", VALUE, port=65536),
    LISTENER.create("an unknown protocol", VALUE, protocol="FTP"),
    LISTENER.create("a protocol of network load balancers", VALUE, protocol="TCP"),
    LISTENER.create("HTTPS without a certificate", VALUE, **HTTPS),
    LISTENER.create("HTTPS with a certificate that is not there", MISSING, **HTTPS, certificateArn=CERTIFICATE),
    LISTENER.create("HTTP with a policy", VALUE, sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06"),
    LISTENER.create("an unknown action", VALUE, defaultActions=[{"type": "drop"}]),
    LISTENER.create("forwarding to nothing", VALUE, defaultActions=[{"type": "forward"}]),
    LISTENER.second("the port of another", TAKEN),
    LISTENER.create(
        "the target group of another load balancer",
        Verdict.LIMIT,
        before=(BALANCER.step("side", name="side"), LISTENER.step("beside", loadBalancerArn="{side.arn}")),
    ),
    LISTENER.delete("taken away"),
)
