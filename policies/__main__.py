"""The policy pack. Running this file starts a server and does not return; nothing imports it."""

from pulumi_policy import PolicyPack

from policies.pack import Pack
from policies.waiver_file import exceptions_file
from policies.waivers import today

PolicyPack(name="machikumo", policies=Pack(exceptions_file(), today()).policies())
