"""The stack's settings: parsed and refused here, and nowhere else."""

from stacks.settings.addresses import Flow
from stacks.settings.messages import Language, Problem, SettingsError
from stacks.settings.model import Settings
from stacks.settings.mover import Mover
from stacks.settings.moving import NEXT, STAGE_REACHED, Step
from stacks.settings.municipalities import Kind, Municipality
from stacks.settings.parsing import load, parse, read_stack_file
from stacks.settings.passwords import refuse_passwords
from stacks.settings.standing import Reached, refuse_changes
from stacks.settings.swap import Kept, Pass
from stacks.settings.systems import SYSTEMS, System, SystemFacts
from stacks.settings.units import AwsLanding, AzureLanding, GcpLanding, OciLanding
from stacks.settings.vocabulary import Cloud, Environment, Region, Size, Stage, Template, Zone

__all__ = [
    "NEXT",
    "STAGE_REACHED",
    "SYSTEMS",
    "AwsLanding",
    "AzureLanding",
    "Cloud",
    "Environment",
    "Flow",
    "GcpLanding",
    "Kept",
    "Kind",
    "Language",
    "Mover",
    "Municipality",
    "OciLanding",
    "Pass",
    "Problem",
    "Reached",
    "Region",
    "Settings",
    "SettingsError",
    "Size",
    "Stage",
    "Step",
    "System",
    "SystemFacts",
    "Template",
    "Zone",
    "load",
    "parse",
    "read_stack_file",
    "refuse_changes",
    "refuse_passwords",
]
