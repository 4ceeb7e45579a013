"""What the inputs of an Amazon ECS service alone show.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems

_NO: Final = "InvalidParameterException"


def fits_its_launch_type(inputs: Mapping[str, Any]) -> Problems:
    """What Fargate, daemons and other controllers exclude, and what only a load balancer makes sense of."""
    kind, daemon = inputs.get("launchType", "EC2"), inputs.get("schedulingStrategy") == "DAEMON"
    controller = (inputs.get("deploymentController") or {}).get("type", "ECS")
    network = inputs.get("networkConfiguration") or {}
    if kind == "FARGATE":
        for name in ("placementConstraints", "orderedPlacementStrategies"):
            if inputs.get(name):
                yield name, f"{_NO}: Placement constraints and strategies are not supported with FARGATE launch type."
    elif inputs.get("platformVersion") and not inputs.get("capacityProviderStrategies"):
        yield "platformVersion", f"{_NO}: The platform version must be null when specifying an {kind} launch type."
    if network.get("assignPublicIp") and kind != "FARGATE":
        yield "networkConfiguration.assignPublicIp", f"{_NO}: Assign public IP is not supported for this launch type"
    if daemon and (kind == "FARGATE" or controller != "ECS"):
        yield "schedulingStrategy", f"{_NO}: DAEMON is not supported with FARGATE or another controller than ECS"
    if daemon and inputs.get("desiredCount"):
        yield "desiredCount", f"{_NO}: the desired count is not for DAEMON"
    if (inputs.get("deploymentCircuitBreaker") or {}).get("enable") and controller != "ECS":
        yield "deploymentCircuitBreaker", f"{_NO}: the circuit breaker is only for the controller ECS"
    if inputs.get("healthCheckGracePeriodSeconds") and not inputs.get("loadBalancers"):
        yield (
            "healthCheckGracePeriodSeconds",
            f"{_NO}: Health check grace period is only valid for services configured to use load balancers",
        )
    for number, balancer in enumerate(inputs.get("loadBalancers") or []):
        if bool(balancer.get("targetGroupArn")) == bool(balancer.get("elbName")):
            yield f"loadBalancers[{number}]", f"{_NO}: exactly one of targetGroupArn and elbName"


def percentages_fit(inputs: Mapping[str, Any]) -> Problems:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html."""
    low, high = inputs.get("deploymentMinimumHealthyPercent", 100), inputs.get("deploymentMaximumPercent", 200)
    if (low, high) == (100, 100):
        yield (
            "deploymentMaximumPercent",
            f"{_NO}: Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments",
        )
    elif not 0 <= low <= 100 <= high:
        yield (
            "deploymentMaximumPercent",
            f"{_NO}: minimumHealthyPercent is 0 to 100, maximumPercent 100 or more, not {low} and {high}",
        )
    if inputs.get("availabilityZoneRebalancing") == "ENABLED":
        if high <= 100:
            yield "availabilityZoneRebalancing", f"{_NO}: needs a maximumPercent above 100"
        if any(balancer.get("elbName") for balancer in inputs.get("loadBalancers") or []):
            yield "availabilityZoneRebalancing", f"{_NO}: not with a Classic Load Balancer"
