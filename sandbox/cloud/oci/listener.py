"""OCI Load Balancer: listeners, and what TLS they speak.

https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managinglisteners.htm
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import between, holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.oci.load_balancer import LISTENER, OWNER, child_name, set_there, siblings
from sandbox.cloud.oci.placement import kind_of, of_kind
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.value import at

_PROTOCOLS: Final = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_BY_DEFAULT: Final = ("TLSv1.2",)
_SUITE: Final = "oci-default-ssl-cipher-suite-v1"
_NUMBERED: Final = {"10": "TLSv1", "11": "TLSv1.1", "12": "TLSv1.2", "13": "TLSv1.3"}


def spoken(suite: str) -> frozenset[str]:
    """The versions of TLS that a predefined suite has ciphers for: as its name says, else all but the newest."""
    numbers = re.search(r"-tls((?:-1[0-3])+)-", suite)
    if numbers is None:
        return frozenset(_PROTOCOLS[:3])
    return frozenset(_NUMBERED[number] for number in numbers[1].strip("-").split("-"))


def _tls_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A certificate, and a suite with ciphers for each version."""
    tls = inputs.get("sslConfiguration")
    if inputs.get("protocol") in ("HTTP2", "GRPC") and not tls:
        yield "sslConfiguration", f"InvalidParameter: {inputs['protocol']} needs a TLS configuration"
    if not tls:
        return
    if ("certificateIds" in tls) == ("certificateName" in tls):
        yield "sslConfiguration.certificateIds", "InvalidParameter: either certificateIds or certificateName"
    suite = tls.get("cipherSuiteName", _SUITE)
    if not re.fullmatch(r"oci-[\w-]+-cipher-suite-v\d", suite):
        yield "sslConfiguration.cipherSuiteName", f"InvalidParameter: there is no cipher suite {suite}"
        return
    for protocol in sorted(set(_protocols(tls)) & set(_PROTOCOLS) - spoken(suite)):
        yield "sslConfiguration.protocols", f"InvalidParameter: {suite} has no cipher for {protocol}"


def _certificate_is_near(context: Context) -> str | None:
    """Certificates have no row: any of the region is taken to be there."""
    for where, name in at(context.inputs, "sslConfiguration.certificateIds[*]") if context.writing else ():
        region = str(name).split(".")[3] if kind_of(str(name)) else ""
        if region != context.place["region"]:
            return f"404-NotAuthorizedOrNotFound: {where}: {name} is not in {context.place['region']}"
    return None


def _protocols(configuration: Mapping[str, Any]) -> list[str]:
    return sorted(configuration.get("protocols") or _BY_DEFAULT)


def _shares_its_port(context: Context) -> str | None:
    """https://github.com/oracle/oci-cli/issues/1095."""
    own = context.inputs.get("sslConfiguration") if context.writing else None
    for other in siblings(context, LISTENER) if context.writing else ():
        if other.get("port") != context["port"]:
            continue
        theirs = other.get("sslConfiguration")
        if own and theirs and _protocols(own) != _protocols(theirs):
            return f"400-InvalidParameter: listeners on port {context['port']} must use the same TLS protocols"
        if not context.inputs.get("hostnameNames") and not other.get("hostnameNames"):
            return f"409-Conflict: the listener {other.get('name')} is already on port {context['port']}"
    return None


TYPES: Final = (
    ResourceType(
        token=LISTENER,
        source="https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managinglisteners.htm",
        id="loadBalancers/{loadBalancerId}/listeners/{name}",
        name=child_name(255),
        replace_on=("loadBalancerId",),
        references=(OWNER,),
        checks=(
            one_of("protocol", ("HTTP", "HTTP2", "TCP", "GRPC")),
            one_of("sslConfiguration.protocols[*]", _PROTOCOLS),
            holds("sslConfiguration.certificateIds", lambda ids: len(ids) == 1, "one certificate a listener"),
            of_kind("sslConfiguration.certificateIds[*]", "certificate"),
            one_of("sslConfiguration.serverOrderPreference", ("ENABLED", "DISABLED")),
            between("port", 1, 65535),
            _tls_fits,
        ),
        guards=(set_there("defaultBackendSetName"), _certificate_is_near, _shares_its_port),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingciphersuites_topic-Predefined_Cipher_Suites.htm",
        ),
        blind_spots=(
            "Certificates, hostnames, rule sets and routing policies have no row and are not looked up.",
            "A cipher suite of one's own is refused as not there; a predefined one is known by its name only.",
            "That HTTP2 has suites of its own is not checked.",
        ),
    ),
)
