"""AWS WAF: https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works.html."""

from collections.abc import Mapping
from typing import Any

from policies.facts.answers import every, some, when
from policies.facts.reading import is_set, read, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Maybe

_ACL = "aws:wafv2/webAcl:WebAcl"
_JOIN = "aws:wafv2/webAclAssociation:WebAclAssociation"
_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
_GROUP = "aws:wafv2/ruleGroup:RuleGroup"
_SETS = ("aws:wafv2/ipSet:IpSet", "aws:wafv2/regexPatternSet:RegexPatternSet")
KNOWN = frozenset({_ACL, _JOIN, _LOGGING, _GROUP, *_SETS})


def guarded(world: World, resource: Resource) -> Maybe[bool]:
    """A web ACL that blocks is associated with it."""
    joins = world.referring(resource, _JOIN, "resourceArn")
    return some(world.absent(value=False), *(_blocks(world, join, "webAclArn") for join in joins))


def named(world: World, resource: Resource, path: str) -> Maybe[bool]:
    """The same where the resource names its web ACL itself."""
    return some(False, _blocks(world, resource, path)) if is_set(resource, path) is not False else False


def firewall_logged(world: World, resource: Resource, path: str = "") -> Maybe[bool]:
    """What its web ACLs decide is logged; true where it has none."""
    acls = [
        acl
        for join in world.referring(resource, _JOIN, "resourceArn")
        for acl in world.targets(join, "webAclArn", _ACL)
    ]
    acls += world.targets(resource, path, _ACL) if path else ()
    return every(
        *(
            some(world.absent(value=False), *(_delivers(one) for one in world.referring(acl, _LOGGING, "resourceArn")))
            for acl in acls
        )
    )


def _delivers(logging: Resource) -> Maybe[bool]:
    return is_set(logging, "logDestinationConfigs")


def _blocks(world: World, resource: Resource, path: str) -> Maybe[bool]:
    """It refuses what no rule lets in, or some rule of its refuses. One from elsewhere, named by its ARN, is taken at its word."""
    acl = world.target(resource, path, _ACL)
    if acl is None:
        return is_set(resource, path)
    refuses = _chooses(acl.properties, "defaultAction", "block")
    written = UNKNOWN if is_set(acl, "ruleJson") is not False else False
    return some(refuses, written, *(_enforced(rule) for rule in read_all(acl, "rules")))


def _enforced(rule: Any) -> Maybe[bool]:
    """A rule of its own blocks; a group of rules blocks unless all of it is set to count."""
    if not isinstance(rule, Mapping):
        return UNKNOWN
    grouped = is_set(rule, "overrideAction")
    return _chooses(rule, "overrideAction", "none") if grouped is not False else _chooses(rule, "action", "block")


def _chooses(rule: Mapping[str, Any], path: str, key: str) -> Maybe[bool]:
    """Whether the choice at `path` is `key`: choices are keys whose value may be empty."""
    chosen: object = read(rule, path)
    return UNKNOWN if chosen is UNKNOWN else isinstance(chosen, Mapping) and key in chosen


def is_web(protocol: Maybe[str]) -> Maybe[bool]:
    """Whether a listener of that protocol reads requests."""
    return when(protocol, lambda word: word.upper() in ("HTTP", "HTTPS"))
