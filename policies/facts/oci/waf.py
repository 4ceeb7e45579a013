"""Web Application Firewall: https://docs.oracle.com/en-us/iaas/Content/WAF/Concepts/overview.htm."""

from policies.facts.answers import every, some
from policies.facts.oci.logs import recorded
from policies.facts.reading import is_set, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Maybe

_FIREWALL = "oci:Waf/appFirewall:AppFirewall"
_POLICY = "oci:Waf/appFirewallPolicy:AppFirewallPolicy"
_LIST = "oci:Waf/networkAddressList:NetworkAddressList"
KNOWN = frozenset({_FIREWALL, _POLICY, _LIST})


def guarded(world: World, balancer: Resource) -> Maybe[bool]:
    """A firewall whose policy has protection rules stands before it."""
    found = world.referring(balancer, _FIREWALL, "loadBalancerId")
    return some(world.absent(value=False), *(_protects(world, one) for one in found))


def firewall_logged(world: World, balancer: Resource) -> Maybe[bool]:
    """What its firewalls decide is logged; true where it has none."""
    return every(*(recorded(world, one, "all") for one in world.referring(balancer, _FIREWALL, "loadBalancerId")))


def _protects(world: World, firewall: Resource) -> Maybe[bool]:
    """Its rules do more than check: they name an action that refuses. A policy from elsewhere is taken at its word."""
    policy = world.target(firewall, "webAppFirewallPolicyId", _POLICY)
    if policy is None:
        return is_set(firewall, "webAppFirewallPolicyId")
    rules = read_all(policy, "requestProtection.rules.actionName")
    if UNKNOWN in rules:
        return UNKNOWN
    kinds = {one.get("name"): one.get("type") for one in read_all(policy, "actions") if isinstance(one, dict)}
    return any(kinds.get(name) == "RETURN_HTTP_RESPONSE" for name in rules if isinstance(name, str))
