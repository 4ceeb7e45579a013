"""The row: everything the sandbox knows about one Pulumi type token beyond its schema.

The schema (properties, types, required values, enums) is read from the installed SDK and is never repeated in a row.
A row is immutable data plus at most a small function:

    ResourceType(
        token="aws:ec2/subnet:Subnet",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
        id=hexid("subnet-", 17),
        computed={"arn": "arn:{partition}:ec2:{region}:{account}:subnet/{id}", "ownerId": "{account}"},
        input_defaults={"mapPublicIpOnLaunch": False},
        replace_on=("vpcId", "cidrBlock", "availabilityZone"),
        references=(Reference("vpcId", "aws:ec2/vpc:Vpc", blocks_deletion=True),),
        checks=(cidr("cidrBlock", 16, 28),),
        guards=(inside_the_network,),
    )

Templates (`id`, `computed`, `Name.unique_in`, `scope`) are `str.format` strings. Their names are looked up in: outputs
made so far (in the row's order), inputs (camelCase, `{sku[name]}` for nested ones), `id`, and the place the provider was
configured for: aws `partition account region`; azure `subscription tenant location`; gcp `project number region zone`;
oci `tenancy region namespace`. A name that is nowhere is an error of the sandbox; a value unknown at preview makes
the result unknown.

Functions take one `Context` and read `context.inputs`, `context["region"]` and so on. Reading a value that is
unknown at preview leaves the function, and the sandbox treats the answer as unknown (a check as not yet decided): no row
needs to think of unknown values. Secrets arrive as plain values; echoed inputs stay secret by themselves.

Helpers that make functions for rows: `sandbox.cloud.identity` (ids, addresses), `sandbox.cloud.checks`, `sandbox.cloud.guards`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.cloud.context import Context

Compute = str | Callable[[Context], Any]
"""A template, or a function of the context that returns the value in the output's own shape."""

Check = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]
"""Inputs in, (property path, reason) out for every value the cloud refuses, e.g. ("settings.tier", "...")."""

Guard = Callable[[Context], str | None]
"""Called on create, update and delete (`context.operation`), with `context.stored` (inputs, outputs, hidden) as the
cloud has it now and `context.inputs` as asked for (on delete: as stored). Returns why the cloud refuses, or None."""


@dataclass(frozen=True, kw_only=True)
class Name:
    """The rule of a physical name: given names are held against it, absent ones are made by it (auto-naming)."""

    property: str = "name"
    longest: int = 63
    shortest: int = 1
    pattern: str = ".+"  # the whole name must match
    allowed: str = "a-z0-9-"  # regex character class; auto-naming puts the separator in place of anything else
    separator: str = "-"  # may be empty
    lower: bool = True  # auto-naming writes lower case
    prefix: str = ""  # e.g. "alias/"; auto-naming puts it first, it counts for the length
    automatic: bool = True  # False: the provider has no auto-naming here, the program must name it
    replaces: bool = True  # False: the name can be changed in place (display names)
    unique_in: str | None = (
        "{account}/{region}"  # template of the space in which it is unique; "" global; None: not unique
    )
    stays_taken: Callable[[Context], bool] | None = None  # after deletion the name can't be used again (soft delete)
    excludes: tuple[str, ...] = ()  # no auto-naming if one of these inputs is given (e.g. "namePrefix", "bucketPrefix")


@dataclass(frozen=True)
class Reference:
    """The values at `path` (`a.b`, `a[*].b`) name objects of one of `tokens`; anything else "does not exist".

    A value names an object by its id, or by one of the outputs in that row's `known_as`. With `blocks_deletion` the
    cloud refuses to delete the object while this one exists. `unless` lets values that match this regular expression
    pass (what lives outside the stack: service principals, predefined names). An object of another region is refused
    unless `anywhere` (a replica's key, a global service's certificate).
    """

    path: str
    tokens: str | tuple[str, ...]
    blocks_deletion: bool = False
    unless: str | None = None
    anywhere: bool = False


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One row. `source` is the vendor's public page the behaviour was taken from, `sources` further ones.

    id                     template or function; the Pulumi id (an S3 bucket's is its name, a VPC's `vpc-…`).
    name                   the physical name's rule, None if the type has no name of its own.
    computed               output property → template or function; unknown at the preview of a creation, remade (and so
                           equal, as long as its inputs are) at every update. May override an echoed input.
    defaults               output property → value (or function of the context that returns it) that the cloud fills in
                           when the input is absent; unknown at the preview of a creation.
    input_defaults         input property → value that the *provider* fills in during Check (known at preview, policies see it).
    replace_on             input paths that can't change in place; `name`'s property and the package's own are added.
    replace_when           functions of the inputs before and after that name further paths, fixed only in that case.
    delete_before_replace  the new one can't exist beside the old one. Always so when a given (not automatic) name is kept.
    checks, guards         see Check and Guard. references: see Reference.
    known_as               outputs by which references of others may name this object, besides its id.
    in_use                 the vendor's code for refusing to delete what others refer to ("DependencyViolation").
    scope                  template that tells equal ids in two places apart; None: the package's.
    open_enums             input paths where the vendor takes values the installed SDK does not list yet.
    secret_outputs         computed outputs that are secret.
    later                  output property → template or function: absent (not null) after creation, there from the next
                           read or update on, because the real provider answers before the cloud has it.
    unordered              input paths of lists whose order means nothing (the provider keeps a set): no difference.
    blind_spots            what the real cloud refuses or does and this row does not, one short sentence each.
    """

    token: str
    source: str
    id: Compute
    name: Name | None = None
    computed: Mapping[str, Compute] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    input_defaults: Mapping[str, Any] = field(default_factory=dict)
    replace_on: tuple[str, ...] = ()
    replace_when: tuple[Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[str]], ...] = ()
    delete_before_replace: bool = False
    checks: tuple[Check, ...] = ()
    guards: tuple[Guard, ...] = ()
    references: tuple[Reference, ...] = ()
    known_as: tuple[str, ...] = ()
    in_use: str = ""
    scope: str | None = None
    open_enums: tuple[str, ...] = ()
    secret_outputs: tuple[str, ...] = ()
    later: Mapping[str, Compute] = field(default_factory=dict)
    unordered: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    blind_spots: tuple[str, ...] = ()


Invoke = Callable[[Mapping[str, Any], Context], Mapping[str, Any]]
"""A data source: arguments and context in, result out (camelCase). Raise `LookupError` for what does not exist."""
