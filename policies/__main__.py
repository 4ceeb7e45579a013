"""The policy pack. Running this file starts a server and does not return; nothing imports it."""

from pulumi_policy import PolicyPack

from policies.pack import Pack

PolicyPack(name="machikumo", policies=Pack().policies())
