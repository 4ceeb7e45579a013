"""Where a resource of Google Cloud is: https://cloud.google.com/about/locations."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.reading import first, read_all, text
from policies.facts.resources import Resource
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

TOKYO_AND_OSAKA = "asia1"
JAPAN = frozenset({"asia-northeast1", "asia-northeast2", TOKYO_AND_OSAKA})
_SECRET = "gcp:secretmanager/secret:Secret"  # noqa: S105 - a type token
_FIRESTORE = "gcp:firestore/database:Database"
_SPANNER = "gcp:spanner/instance:Instance"
_DATABASE = "gcp:sql/databaseInstance:DatabaseInstance"
_BUCKET = "gcp:storage/bucket:Bucket"
# Types that are in the provider's region where they name none.
_REGIONAL = (
    "gcp:artifactregistry/",
    "gcp:compute/address:",
    "gcp:compute/forwardingRule:",
    "gcp:compute/region",
    "gcp:compute/subnetwork:",
    "gcp:cloudfunctions/",
    "gcp:redis/",
    "gcp:sql/databaseInstance:",
)


def region(resource: Resource) -> Maybe[str | None]:
    """The place of the resource, or the first of its places that is not in Japan."""
    if resource.type == _SECRET:
        places = list(_replicas(resource))
    elif resource.type == _FIRESTORE:
        places = [text(resource, "locationId")]
    elif resource.type == _SPANNER:
        # `regional-asia-northeast1`; one of several regions has a name of its own.
        places = [when(text(resource, "config"), lambda name: name.rpartition("/")[2].removeprefix("regional-"))]
    elif resource.type == _DATABASE:
        # Backups go to the multi-region `asia` where no location is named.
        backups = text(resource, "settings.backupConfiguration.location", default="asia")
        places = [own_place(resource), backups]
    elif resource.type == _BUCKET:
        places = bucket_places(resource)
    else:
        places = [own_place(resource)]
    abroad = [place for place in places if isinstance(place, str) and place not in JAPAN]
    if abroad:
        return abroad[0]
    return UNKNOWN if UNKNOWN in places else places[0]


def bucket_places(bucket: Resource) -> list[Maybe[str]]:
    """The two regions that a bucket of two regions names beside the continent, else its location."""
    named = read_all(bucket, "customPlacementConfig.dataLocations")
    return [one.lower() if isinstance(one, str) else UNKNOWN for one in named] or [own_place(bucket)]


def own_place(resource: Resource) -> Maybe[str]:
    """Where it says that it is, else, of a regional type, its provider's region."""
    value = first(resource, "location", "region")
    if value is None and resource.type.startswith(_REGIONAL):
        value = (resource.provider or {}).get("region", UNKNOWN)
    if value is None:
        return "global"
    return value.lower() if isinstance(value, str) else UNKNOWN


def _replicas(secret: Resource) -> Iterator[Maybe[str]]:
    """Automatic replication picks places by itself."""
    found = read_all(secret, "replication.userManaged.replicas.location")
    for place in found or ["automatic"]:
        yield place if isinstance(place, str | Unknown) else UNKNOWN
