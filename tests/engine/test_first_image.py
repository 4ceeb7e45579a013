"""The first `up` has no image: everything but the running service is made, and the next `up` starts it."""

from collections.abc import Callable

import pytest

from operations.engine import Engine
from tests.engine.conftest import CLOUDS, VERIFICATION

pytestmark = pytest.mark.engine

RUNNING = {
    "aws": ["aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"],
    "azure": ["azure-native:app:ContainerApp"],
    "gcp": ["gcp:cloudrunv2/service:Service", "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup"],
    "oci": [
        "oci:ContainerEngine/containerInstance:ContainerInstance",
        "oci:ContainerEngine/containerInstance:ContainerInstance",
        "oci:Identity/policy:Policy",  # the containers may write to their log
        "oci:LoadBalancer/backend:Backend",
        "oci:LoadBalancer/backend:Backend",
        "oci:Logging/log:Log",
    ],
}
"""What waits for the image."""


@pytest.mark.parametrize("cloud", CLOUDS)
def test_only_the_running_service_waits_for_the_first_image(cloud: str, stack: Callable[..., Engine]) -> None:
    engine = stack(VERIFICATION, cloud)
    engine.run("config", "rm", "machikumo:image", "-s", engine.stack)
    first = engine.up("--skip-preview")
    assert set(first.changes) == {"create"}
    assert set(engine.outputs()) > {"image_registry", "application_address"}

    engine.set_config("machikumo:image", "application@sha256:" + "0" * 64)
    second = engine.preview()
    made = sorted(urn.split("::")[2].rsplit("$", 1)[-1] for operation, urn in second.steps if operation == "create")
    assert made == RUNNING[cloud]
